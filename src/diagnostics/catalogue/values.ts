import { error, warning } from "./entry.ts";
import { quote, variableHint } from "./words.ts";

/** Mistakes in the values of one service, whatever the target. */
export const valueCodes = {
  "bad-image": error<{ service: string; image: string; problem: string; part: string; meant?: string }>({
    wording: ({ service, image, problem, part, meant }) => ({
      message:
        `service ${quote(service)}: the image ${quote(image)} ` +
        (part === image ? problem : `is not valid: ${quote(part)} ${problem}`),
      label: "not a name",
      help: [
        variableHint(part) ??
          (meant === undefined
            ? "write `NAME`, `NAME:TAG` or `REGISTRY/NAME:TAG`, such as `registry.example.com/shop/web:1.2`"
            : `write ${quote(meant)}`),
      ],
    }),
    why:
      "Docker refuses to start a container if it cannot read the name of its image. A name is in lower case. " +
      "A registry can stand before it, and a tag or a digest after it. `$` is text unless `--interpolate` is used, " +
      "and a name cannot contain `$`.",
    wrong: "web:\n  image: MyOrg/web:1.2\n",
    right: "web:\n  image: myorg/web:1.2\n",
  }),
  "bad-port": error<{ service: string; port: string; problem: string }>({
    wording: ({ service, port, problem }) => ({
      message: `service ${quote(service)}: ${quote(port)} is not a port: ${problem}`,
      label: "not a port",
      help: [
        "write `CONTAINER` or `HOST:CONTAINER` in digits, such as `80` or `8080:80`, and add `/udp` for UDP",
        variableHint(port),
      ],
    }),
    why:
      "`HOST:CONTAINER` publishes the port of the container on port `HOST` of the host. `CONTAINER` alone publishes " +
      "it on a free port. Both are numbers from 1 to 65535, or ranges `FIRST-LAST` of equal length. The protocol is " +
      "TCP unless `/udp` follows.",
    wrong: 'web:\n  image: nginx\n  ports:\n    - "80:http"\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:8080"\n',
  }),
  "bad-volume": error<{ service: string; volume: string; problem: string }>({
    wording: ({ service, volume, problem }) => ({
      message: `service ${quote(service)}: ${quote(volume)} is not a volume: ${problem}`,
      label: "not a volume",
      help: ["write `/container/path`, `/host/path:/container/path`, or `/host/path:/container/path:ro`"],
    }),
    why:
      "A volume is a path in the container, whose data is kept across redeploys, or a path on the host and a " +
      "path in the container, separated by `:`. A path in the container must be absolute. `:ro` makes the volume " +
      "read-only; `:rw` is the default.",
    wrong: "db:\n  image: redis\n  volumes:\n    - /data:/data:readonly\n",
    right: "db:\n  image: redis\n  volumes:\n    - /data:/data:ro\n",
  }),
  "duplicate-mount": error<{ service: string; target: string }>({
    perService: true,
    wording: ({ service, target }) => ({
      message: `service ${quote(service)} mounts two volumes at ${quote(target)}`,
      label: "mounted again",
      also: "mounted first",
      help: ["keep one of them"],
    }),
    why: "Only one volume can be mounted at a path. Docker refuses the second.",
    wrong: "db:\n  image: redis\n  volumes:\n    - /a:/data\n    - /b:/data\n",
    right: "db:\n  image: redis\n  volumes:\n    - /a:/data\n",
  }),
  "bad-link": error<{ service: string; link: string; problem: "service" | "stack" | "alias"; part: string }>({
    wording: ({ service, link, problem, part }) => ({
      message: `service ${quote(service)}: ${badName(`the link ${quote(link)}`, problem, part)}`,
      label: "not a link",
      notes: [namesOf[problem]],
      help: ["write `SERVICE`, `SERVICE:ALIAS`, `SERVICE.STACK` or `SERVICE.STACK:ALIAS`", variableHint(link)],
    }),
    why:
      "A link names another service and, optionally, an alias: a host name for that service. For a service of " +
      "another stack, the name of that stack follows after a dot. Names consist of letters, digits, `-`, `_` and " +
      "`.`.",
    wrong: 'web:\n  image: nginx\n  links:\n    - "db:data base"\ndb:\n  image: redis\n',
    right: 'web:\n  image: nginx\n  links:\n    - "db:database"\ndb:\n  image: redis\n',
  }),
  "bad-volumes-from": error<{ service: string; source: string; problem: "service" | "stack" | "mode"; part: string }>({
    wording: ({ service, source, problem, part }) => ({
      message:
        `service ${quote(service)}: ` +
        (problem === "mode"
          ? `${quote(source)} in \`volumes_from\` ends with ${quote(`:${part}`)}; only \`:ro\` and \`:rw\` are possible`
          : badName(`the source ${quote(source)} of \`volumes_from\``, problem, part)),
      label: problem === "mode" ? "neither `ro` nor `rw`" : "not a service",
      notes: [problem === "mode" ? undefined : namesOf[problem]],
      help: ["write `SERVICE`, `SERVICE:ro` or `SERVICE.STACK`", variableHint(source)],
    }),
    why: "`volumes_from` mounts all volumes of another service. `:ro` makes them read-only.",
    wrong: 'web:\n  image: nginx\n  volumes_from:\n    - "data:readonly"\ndata:\n  image: busybox\n',
    right: 'web:\n  image: nginx\n  volumes_from:\n    - "data:ro"\ndata:\n  image: busybox\n',
  }),
  "bad-size": error<{ service: string; field: string; size: string }>({
    wording: ({ service, field, size }) => ({
      message: `service ${quote(service)}: ${quote(field)} must be a size, not ${quote(size)}`,
      label: "not a size",
      help: ["write a number of bytes, or a number with `k`, `m` or `g` after it, such as `512m`", variableHint(size)],
    }),
    why:
      "A size is a number of bytes, or a number with a unit: `b`, `k`, `m` or `g` (powers of 1024). `kb`, `mb` " +
      "and `gb` mean the same.",
    wrong: "db:\n  image: redis\n  mem_limit: lots\n",
    right: "db:\n  image: redis\n  mem_limit: 512m\n",
  }),
  "bad-command": error<{ service: string; field: string; problem: string }>({
    perService: true,
    wording: ({ service, field, problem }) => ({
      message: `service ${quote(service)}: ${quote(field)} cannot be split into words: ${problem}`,
      label: "not a command",
      help: ["write a list of words, such as `[echo, it's]`"],
    }),
    why:
      "A command that is one text is split into words, as in a shell. Quotes must be closed, and another " +
      "character must follow each `\\`.",
    wrong: "web:\n  image: nginx\n  command: echo it's\n",
    right: 'web:\n  image: nginx\n  command: echo "it\'s"\n',
  }),
  "bad-variable": error<{ service: string; field: string; item: string; meant: string | undefined }>({
    wording: ({ service, field, item, meant }) => ({
      message:
        `service ${quote(service)}: ${quote(item)} in ${quote(field)} ` +
        (meant === undefined
          ? "has no name"
          : meant === "swarm-setting"
            ? "is a setting that today's Docker does not read"
            : "has no `=` between name and value"),
      label: meant === undefined ? "no name before `=`" : "all of this is the name",
      notes: [meant === undefined ? undefined : "without a value, the variable or label of this whole name is meant"],
      help: [
        meant === "swarm-setting"
          ? "remove this setting: only the first Swarm of Docker 1 read such settings"
          : `write ${quote(meant ?? "NAME=value")}`,
      ],
    }),
    why:
      "Variables and labels are written `NAME=value`, or as a mapping `NAME: value`. Docker refuses one without a " +
      "name. In a list, `:` and a space do not separate a name from a value: `- NAME:value` is a variable called " +
      "`NAME:value`, without a value.",
    wrong: "web:\n  image: nginx\n  environment:\n    - MODE:fast\n",
    right: "web:\n  image: nginx\n  environment:\n    - MODE=fast\n",
  }),
  "space-around-name": warning<{ service: string; field: string; name: string }>({
    harm: "hint",
    wording: ({ service, field, name }) => ({
      message: `service ${quote(service)}: the name ${quote(name)} in ${quote(field)} begins or ends with a space`,
      label: "the space is kept",
      notes: ["a space before `=` belongs to the name, and a space after `=` belongs to the value"],
      help: [`write ${quote(name.trim())} without spaces around it`],
    }),
    why:
      "Everything up to the first `=` is the name of a variable or label, and everything after it the value, " +
      "spaces included. A program that looks for the name without the space does not find it.",
    wrong: "web:\n  image: nginx\n  environment:\n    - MODE = fast\n",
    right: "web:\n  image: nginx\n  environment:\n    - MODE=fast\n",
  }),
  "nul-character": error<{ service: string; field: string }>({
    wording: ({ service, field }) => ({
      message: `service ${quote(service)}: ${quote(field)} contains the character NUL (\`\\0\`)`,
      label: "contains NUL",
      notes: ["a variable, argument or path ends at its first NUL"],
      help: ["remove this character"],
    }),
    why:
      "The operating system treats NUL as the end of a text, so a variable, argument or path cannot contain it. " +
      "Docker refuses to create such a container.",
    wrong: 'web:\n  image: nginx\n  environment:\n    MODE: "fast\\0"\n',
    right: "web:\n  image: nginx\n  environment:\n    MODE: fast\n",
  }),
  "duplicate-variable": warning<{ service: string; field: string; name: string }>({
    harm: "hint",
    wording: ({ service, field, name }) => ({
      message: `service ${quote(service)} sets ${quote(name)} twice in ${quote(field)}, and the last one wins`,
      label: "this one is used",
      also: "this one is ignored",
      help: ["remove one of them"],
    }),
    why:
      "A container has one value for each variable and label. The last one is kept; the first is probably a " +
      "leftover.",
    wrong: "web:\n  image: nginx\n  environment:\n    - MODE=a\n    - MODE=b\n",
    right: "web:\n  image: nginx\n  environment:\n    - MODE=b\n",
  }),
  "reserved-label": error<{ service: string; label: string; prefix: string }>({
    wording: ({ service, label, prefix }) => ({
      message: `service ${quote(service)} cannot set the reserved label ${quote(label)}`,
      label: "reserved",
      notes: [
        `labels that begin with ${quote(prefix)} identify containers; a wrong label could make the sidecar ` +
          "remove a container",
      ],
      help: ["use another label"],
    }),
    why:
      "Docker marks containers with labels that begin with `com.docker.compose.`, `com.docker.stack.` or " +
      "`com.docker.swarm.`, and tutum-stack with labels that begin with `io.tutum-stack.`. The autodestroy " +
      "sidecar relies on these labels to remove only the right containers.",
    wrong: "web:\n  image: nginx\n  labels:\n    io.tutum-stack.service: db\n",
    right: "web:\n  image: nginx\n  labels:\n    org.example.service: db\n",
  }),
  "conflicting-restart": error<{ service: string; restart: string; autorestart: string }>({
    perService: true,
    wording: ({ service, restart, autorestart }) => ({
      message:
        `service ${quote(service)}: ${quote(`restart: ${restart}`)} contradicts ` +
        quote(`autorestart: ${autorestart}`),
      label: "differs",
      also: "the same setting",
      help: ["keep one of them"],
    }),
    why:
      "`restart` is the later name of `autorestart`. It is not known which one the old platform preferred, so " +
      "tutum-stack does not guess.",
    wrong: "web:\n  image: nginx\n  autorestart: ALWAYS\n  restart: on-failure\n",
    right: "web:\n  image: nginx\n  autorestart: ALWAYS\n",
  }),
  "duplicate-restart": warning<{ service: string }>({
    harm: "hint",
    perService: true,
    wording: ({ service }) => ({
      message: `service ${quote(service)} sets both \`restart\` and \`autorestart\`, which are the same setting`,
      label: "set twice",
      also: "the same setting",
      help: ["keep one of them"],
    }),
    why:
      "`restart` is the later name of `autorestart`. Both have the same value here, but the next edit may change " +
      "only one of them.",
    wrong: "web:\n  image: nginx\n  autorestart: ALWAYS\n  restart: always\n",
    right: "web:\n  image: nginx\n  autorestart: ALWAYS\n",
  }),
} as const;

/** What is wrong with a part of a reference to a service, which `whole` is. */
function badName(whole: string, what: "service" | "stack" | "alias", part: string): string {
  const role = what === "alias" ? "alias" : `name of a ${what}`;
  return part === "" ? `${whole} has no ${role}` : `${quote(part)} in ${whole} is not a valid ${role}`;
}

const characters = "consists of letters, digits, `-`, `_` and `.`, and begins with a letter, a digit or `_`";

const namesOf = {
  service: `the name of a service ${characters}`,
  alias: `an alias ${characters}`,
  stack: "the name of a stack consists of letters, digits, `-` and `_`",
} as const;
