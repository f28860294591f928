import { error, warning } from "./entry.ts";
import { bothReadings, dollarOf, listOf, quote, similar, variableHint } from "./words.ts";

/** What can be wrong with what the file says, whatever the target. */
export const meaningCodes = {
  "bad-port": error<{ service: string; port: string; problem: string }>({
    wording: ({ service, port, problem }) => ({
      message: `service ${quote(service)}: ${quote(port)} is not a port: ${problem}`,
      label: "not a port",
      help: [
        "write `HOST:CONTAINER` or `CONTAINER`, such as `8080:80`, with `/udp` after it where needed",
        variableHint(port),
      ],
    }),
    why: "A port is `HOST:CONTAINER`, which publishes the container's port under that number, or `CONTAINER`, which publishes it under a free one. Both are numbers from 1 to 65535, or ranges `FIRST-LAST` of equal length. `/tcp` is understood; `/udp` has to be said.",
    wrong: 'web:\n  image: nginx\n  ports:\n    - "80:http"\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:8080"\n',
  }),
  "bad-volume": error<{ service: string; volume: string; problem: string }>({
    wording: ({ service, volume, problem }) => ({
      message: `service ${quote(service)}: ${quote(volume)} is not a volume: ${problem}`,
      label: "not a volume",
      help: ["write `/container/path`, `/host/path:/container/path`, or the latter with `:ro` after it"],
    }),
    why: "A volume is a path in the container, kept across redeploys, or a path on the host and one in the container, separated by `:`. Paths in the container are absolute. `:ro` makes it read-only; `:rw` is the default.",
    wrong: "db:\n  image: redis\n  volumes:\n    - /data:/data:readonly\n",
    right: "db:\n  image: redis\n  volumes:\n    - /data:/data:ro\n",
  }),
  "duplicate-mount": error<{ service: string; target: string }>({
    eachService: true,
    wording: ({ service, target }) => ({
      message: `service ${quote(service)} mounts two volumes at ${quote(target)}`,
      label: "mounted again",
      also: "mounted first",
      help: ["keep one of them"],
    }),
    why: "Only one volume can be mounted at a path; Docker refuses the second.",
    wrong: "db:\n  image: redis\n  volumes:\n    - /a:/data\n    - /b:/data\n",
    right: "db:\n  image: redis\n  volumes:\n    - /a:/data\n",
  }),
  "bad-link": error<{ service: string; link: string }>({
    wording: ({ service, link }) => ({
      message: `service ${quote(service)}: ${quote(link)} is not a link`,
      label: "not a link",
      help: ["write `SERVICE`, `SERVICE:ALIAS`, `SERVICE.STACK` or `SERVICE.STACK:ALIAS`", variableHint(link)],
    }),
    why: "A link names another service, and optionally a host name (alias) under which it is reached. A service of another stack is written with the name of that stack after a dot. Names consist of letters, digits, `-`, `_` and `.`.",
    wrong: 'web:\n  image: nginx\n  links:\n    - "db:data base"\ndb:\n  image: redis\n',
    right: 'web:\n  image: nginx\n  links:\n    - "db:database"\ndb:\n  image: redis\n',
  }),
  "bad-volumes-from": error<{ service: string; source: string }>({
    wording: ({ service, source }) => ({
      message: `service ${quote(service)}: ${quote(source)} does not say whose volumes to mount`,
      label: "not a service",
      help: ["write `SERVICE`, `SERVICE:ro` or `SERVICE.STACK`", variableHint(source)],
    }),
    why: "`volumes_from` mounts all volumes of another service, read-only with `:ro`.",
    wrong: 'web:\n  image: nginx\n  volumes_from:\n    - "data:readonly"\ndata:\n  image: busybox\n',
    right: 'web:\n  image: nginx\n  volumes_from:\n    - "data:ro"\ndata:\n  image: busybox\n',
  }),
  "bad-size": error<{ service: string; field: string; size: string }>({
    wording: ({ service, field, size }) => ({
      message: `service ${quote(service)}: ${quote(field)} cannot be ${quote(size)}`,
      label: "not a size",
      help: ["write a number of bytes, or a number with `k`, `m` or `g` after it, such as `512m`", variableHint(size)],
    }),
    why: "Memory is given in bytes, or with a unit: `b`, `k`, `m`, `g` (powers of 1024), where `kb`, `mb`, `gb` mean the same.",
    wrong: "db:\n  image: redis\n  mem_limit: lots\n",
    right: "db:\n  image: redis\n  mem_limit: 512m\n",
  }),
  "bad-command": error<{ service: string; field: string; problem: string }>({
    eachService: true,
    wording: ({ service, field, problem }) => ({
      message: `${quote(field)} of service ${quote(service)} cannot be split into words: ${problem}`,
      label: "not a command",
      help: ["write a list of words, such as `[echo, it's]`"],
    }),
    why: "A command that is one text is split into words as a shell does it. Quotes have to be closed, and a `\\` stands before another character.",
    wrong: "web:\n  image: nginx\n  command: echo it's\n",
    right: 'web:\n  image: nginx\n  command: echo "it\'s"\n',
  }),
  "bad-variable": error<{ service: string; field: string; item: string; meant: string | undefined }>({
    wording: ({ service, field, item, meant }) => ({
      message: `service ${quote(service)}: ${quote(item)} in ${quote(field)} has no ${meant === undefined ? "name" : "value"}`,
      label: meant === undefined ? "no name before `=`" : "all of this is the name",
      notes: [meant === undefined ? undefined : "without a value, the variable or label of this whole name is meant"],
      help: [
        meant === "swarm-setting"
          ? "remove it: only the first Swarm of Docker 1 read such settings"
          : `write ${quote(meant ?? "NAME=value")}`,
      ],
    }),
    why: "Variables and labels are written `NAME=value`, or as a mapping `NAME: value`. Docker refuses one without a name. In a list, `:` and a space separate nothing: `- NAME:value` is a variable called `NAME:value`, without a value.",
    wrong: "web:\n  image: nginx\n  environment:\n    - MODE:fast\n",
    right: "web:\n  image: nginx\n  environment:\n    - MODE=fast\n",
  }),
  "space-around-name": warning<{ service: string; field: string; name: string }>({
    wording: ({ service, field, name }) => ({
      message: `service ${quote(service)}: the name ${quote(name)} in ${quote(field)} begins or ends with a space`,
      label: "the space is kept",
      notes: ["a space before `=` belongs to the name, and one after it to the value"],
      help: [`write ${quote(name.trim())} without spaces around it`],
    }),
    why: "Everything up to the first `=` is the name of a variable or label, and everything after it the value, spaces included. A program that asks for the name without the space does not find it.",
    wrong: "web:\n  image: nginx\n  environment:\n    - MODE = fast\n",
    right: "web:\n  image: nginx\n  environment:\n    - MODE=fast\n",
  }),
  "nul-character": error<{ service: string; field: string }>({
    wording: ({ service, field }) => ({
      message: `service ${quote(service)}: ${quote(field)} holds the character NUL (\\0)`,
      label: "holds a NUL",
      notes: ["every text that a container is given ends at its first NUL"],
      help: ["remove it"],
    }),
    why: "The operating system takes NUL for the end of a text, so no variable, argument or path can hold one. Docker refuses to create such a container.",
    wrong: 'web:\n  image: nginx\n  environment:\n    MODE: "fast\\0"\n',
    right: "web:\n  image: nginx\n  environment:\n    MODE: fast\n",
  }),
  "duplicate-variable": warning<{ service: string; field: string; name: string }>({
    wording: ({ service, field, name }) => ({
      message: `service ${quote(service)} sets ${quote(name)} twice in ${quote(field)}, and the last one wins`,
      label: "this one is used",
      also: "this one is ignored",
      help: ["remove one of them"],
    }),
    why: "A container has one value for each variable and label. The last one is kept; the first is probably a leftover.",
    wrong: "web:\n  image: nginx\n  environment:\n    - MODE=a\n    - MODE=b\n",
    right: "web:\n  image: nginx\n  environment:\n    - MODE=b\n",
  }),
  "reserved-label": error<{ service: string; label: string; prefix: string }>({
    wording: ({ service, label, prefix }) => ({
      message: `service ${quote(service)} cannot set the label ${quote(label)}`,
      label: "reserved",
      notes: [
        `labels that begin with ${quote(prefix)} say which containers belong to whom; a wrong one could get a container removed`,
      ],
      help: ["use another name"],
    }),
    why: "Docker marks its containers with labels under `com.docker.compose.`, `com.docker.stack.` and `com.docker.swarm.`, and the autodestroy sidecar recognises containers by labels under `io.tutum-stack.`. They have to be right for the sidecar to remove the right containers only.",
    wrong: "web:\n  image: nginx\n  labels:\n    io.tutum-stack.service: db\n",
    right: "web:\n  image: nginx\n  labels:\n    org.example.service: db\n",
  }),
  "conflicting-restart": error<{ service: string; restart: string; autorestart: string }>({
    eachService: true,
    wording: ({ service, restart, autorestart }) => ({
      message: `service ${quote(service)} says both ${quote(`restart: ${restart}`)} and ${quote(`autorestart: ${autorestart}`)}`,
      label: "and this differs",
      also: "this is the same setting",
      help: ["keep one of them"],
    }),
    why: "`restart` is the later name of `autorestart`. Which one the old platform preferred is not known, so a contradiction is not resolved by guessing.",
    wrong: "web:\n  image: nginx\n  autorestart: ALWAYS\n  restart: on-failure\n",
    right: "web:\n  image: nginx\n  autorestart: ALWAYS\n",
  }),
  "duplicate-restart": warning<{ service: string }>({
    eachService: true,
    wording: ({ service }) => ({
      message: `service ${quote(service)} sets both \`restart\` and \`autorestart\`, which are the same setting`,
      label: "said twice",
      also: "the same setting",
      help: ["keep one of them"],
    }),
    why: "`restart` is the later name of `autorestart`. Both mean the same here, but the next edit may change only one of them.",
    wrong: "web:\n  image: nginx\n  autorestart: ALWAYS\n  restart: always\n",
    right: "web:\n  image: nginx\n  autorestart: ALWAYS\n",
  }),
  "bad-interpolation": error<{
    service: string;
    found: string;
    /** The name of the secret that it is a part of. */
    secret: string | undefined;
    /** Whether the file has `$$` as well, which would mean something else without `--interpolate`. */
    hasDoubled: boolean;
  }>({
    wording: ({ service, found, secret, hasDoubled }) => ({
      message: `service ${quote(service)}: ${dollarOf(found, secret)} cannot be substituted`,
      label: "not a variable",
      help: [
        secret === undefined
          ? `write ${quote(`$${found}`)} for this text, and \`$NAME\` or \`\${NAME}\` for a variable`
          : "write `$$` for this `$`",
        hasDoubled ? undefined : "leave `--interpolate` out if `$` is meant as text",
      ],
    }),
    why: "With `--interpolate`, `$NAME` and `${NAME}` are variables and `$$` is a dollar sign, as in the second command-line client. That client refused everything else that begins with `$`, defaults such as `${A:-b}` included.",
    wrong: "web:\n  image: nginx\n  environment:\n    - PASSWORD=a$5\n",
    right: "web:\n  image: nginx\n  environment:\n    - PASSWORD=a$$5\n",
    interpolate: true,
  }),
  "variable-in-name": error<{ service: string; name: string }>({
    wording: ({ service, name }) => ({
      message: `service ${quote(service)}: the name ${quote(name)} holds a variable`,
      label: "never substituted",
      help: ["write the name out"],
    }),
    why: "Compose substitutes variables in values, never in names, so the name would keep its `$`.",
    wrong: "web:\n  image: nginx\n  environment:\n    - ${PREFIX}_MODE=a\n",
    right: "web:\n  image: nginx\n  environment:\n    - MODE=${PREFIX}\n",
    interpolate: true,
  }),
  "dollar-is-text": warning<{
    service: string;
    variable: string;
    /** The name of the secret that it is a part of. */
    secret: string | undefined;
    /** Whether it is `$$`: in a file without any single `$` that is text, or beside one. */
    doubled: "for a client" | "beside others" | undefined;
  }>({
    wording: ({ service, variable, secret, doubled }) =>
      doubled === undefined
        ? {
            message: `service ${quote(service)}: ${dollarOf(variable, secret)} is kept as text`,
            label: "not substituted",
            help: [variableHint(variable)],
          }
        : {
            message: `service ${quote(service)}: \`$$\` is kept as two \`$\``,
            label: "two, not one",
            notes: [
              "the second command-line client took `$$` for one `$`; the first one and the web interface did not",
            ],
            help: [
              doubled === "for a client"
                ? "use `--interpolate` if one `$` is meant"
                : "write one `$` if one is meant; this file has others that `--interpolate` would refuse",
            ],
          },
    why: "The first client and the web interface took `$` as text, the second client substituted variables, and the file does not say which one it was written for. Text is the default: passwords contain `$`, and nobody's shell leaks into the output. With `--interpolate`, `$NAME` and `${NAME}` are taken from the environment when the stack is started.",
    wrong: "web:\n  image: nginx\n  environment:\n    - HOST=${HOSTNAME}\n",
    right: "web:\n  image: nginx\n  environment:\n    - HOST=web.example.com\n",
  }),
  "yaml-1.1-value": warning<{ service: string; text: string; read: string; now: string; isNumeric: boolean }>({
    wording: ({ service, text, read, now, isNumeric }) => ({
      message: `service ${quote(service)}: ${quote(text)} is ${now} now, but the old platform read ${read}`,
      label: `was ${read}`,
      notes: [
        read === "true" || read === "false"
          ? "which text the platform made of it is not recorded; docker-compose of that time made `True` and `False`"
          : undefined,
      ],
      help: bothReadings(text, read, now, isNumeric),
    }),
    why: "The old clients read YAML 1.1, where unquoted `yes` is true, `22:22` a number in base 60, and `0777` an octal number. Here they are the text that stands in the file. Where the container may have seen another value so far, this says which.",
    wrong: "web:\n  image: nginx\n  ports:\n    - 22:22\n",
    right: 'web:\n  image: nginx\n  ports:\n    - "22:22"\n',
  }),
  "unknown-service": error<{ service: string; field: string; name: string; near: string | undefined }>({
    eachService: true,
    wording: ({ service, field, name, near }) => ({
      message: `service ${quote(service)} ${field === "links" ? "links to" : "uses the volumes of"} ${quote(name)}, which this stack does not define`,
      label: "no service of that name",
      help: [similar("service", near), `for a service of another stack, write ${quote(`${name}.STACK`)}`],
    }),
    why: "`links` and `volumes_from` name a service of the same stack, or `service.stack` for one elsewhere. Docker refuses a link to nothing.",
    wrong: "web:\n  image: nginx\n  links:\n    - reddis\nredis:\n  image: redis\n",
    right: "web:\n  image: nginx\n  links:\n    - redis\nredis:\n  image: redis\n",
  }),
  "self-reference": error<{ service: string; field: string }>({
    eachService: true,
    wording: ({ service, field }) => ({
      message: `service ${quote(service)} names itself in ${quote(field)}`,
      label: "itself",
      help: ["leave it out; a service reaches itself without a link"],
    }),
    why: "A container can neither wait for itself nor mount its own volumes from itself, and Docker Compose refuses both.",
    wrong: "web:\n  image: nginx\n  links:\n    - web\n",
    right: "web:\n  image: nginx\n",
  }),
  "circular-volumes": error<{ services: readonly string[] }>({
    eachService: true,
    wording: ({ services }) => ({
      message: `services ${listOf(services)} use each other's volumes in a circle`,
      label: "closes the circle",
      help: ["declare the shared volumes in one of them"],
    }),
    why: "A container whose volumes are used has to exist first, so a circle cannot be started.",
    wrong: "a:\n  image: busybox\n  volumes_from:\n    - b\nb:\n  image: busybox\n  volumes_from:\n    - a\n",
    right: "a:\n  image: busybox\nb:\n  image: busybox\n  volumes_from:\n    - a\n",
  }),
  "alias-conflict": warning<{ service: string; alias: string; first: string; second: string }>({
    eachService: true,
    wording: ({ service, alias, first, second }) => ({
      message: `service ${quote(service)} links to both ${quote(first)} and ${quote(second)} as ${quote(alias)}`,
      label: "the same alias again",
      also: "first used here",
      help: ["give each link an alias of its own"],
    }),
    why: "One host name for two services resolves to either of them, unpredictably.",
    wrong: "web:\n  image: nginx\n  links:\n    - a:db\n    - b:db\na:\n  image: redis\nb:\n  image: redis\n",
    right: "web:\n  image: nginx\n  links:\n    - a:db1\n    - b:db2\na:\n  image: redis\nb:\n  image: redis\n",
  }),
  "port-conflict": warning<{ first: string; second: string; port: string }>({
    eachService: true,
    wording: ({ first, second, port }) => ({
      message:
        first === second
          ? `service ${quote(first)} publishes host port ${port} twice`
          : `services ${quote(first)} and ${quote(second)} both publish host port ${port}`,
      label: "published again here",
      also: "first published here",
      help: ["publish one of them on another host port, or give only the container's port to get a free one"],
    }),
    why: "On the old platform two services could publish the same port, because they ran on different machines. One machine has each port once: the second container fails to start.",
    wrong: 'vote:\n  image: nginx\n  ports:\n    - "80:80"\nresult:\n  image: nginx\n  ports:\n    - "80:80"\n',
    right: 'vote:\n  image: nginx\n  ports:\n    - "80:80"\nresult:\n  image: nginx\n  ports:\n    - "81:80"\n',
  }),
  "ignored-replicas": warning<{ service: string; replicas: number }>({
    eachService: true,
    wording: ({ service, replicas }) => ({
      message: `service ${quote(service)} runs once on every node, so its number of containers, ${replicas}, is ignored`,
      label: "ignored",
      also: "one container per node",
      help: ["leave `target_num_containers` out"],
    }),
    why: "`deployment_strategy: every_node` starts one container on each node and cannot be scaled, neither here nor on the old platform.",
    wrong: "agent:\n  image: busybox\n  deployment_strategy: every_node\n  target_num_containers: 3\n",
    right: "agent:\n  image: busybox\n  deployment_strategy: every_node\n",
  }),
  "zero-containers": warning<{ service: string; autodestroy: string }>({
    eachService: true,
    wording: ({ service, autodestroy }) => ({
      message: `service ${quote(service)} is never started, because its number of containers is 0`,
      label: "no container",
      notes: [
        `with ${quote(`autodestroy: ${autodestroy}`)}, the old platform wrote 0 into exported files once the containers were destroyed`,
      ],
      help: ["set it to 1 to run the job"],
    }),
    why: "Files exported from the old platform carry the number of containers that existed at that moment. For a service whose containers had destroyed themselves that was 0, and the exported file never starts it again.",
    wrong: "job:\n  image: busybox\n  autodestroy: ALWAYS\n  target_num_containers: 0\n",
    right: "job:\n  image: busybox\n  autodestroy: ALWAYS\n",
  }),
  "host-network": warning<{ service: string; field: string }>({
    eachService: true,
    wording: ({ service, field }) => ({
      message: `service ${quote(service)} uses the host's network, so its ${quote(field)} ${field === "mac_address" ? "has" : "have"} no effect`,
      label: "no effect",
      also: "the host's network",
      help: [`leave ${quote(field)} out`],
    }),
    why: "With `net: host` a container has the host's own ports and names: there is nothing to publish and no alias to resolve. Docker refuses published ports, links and a MAC address beside it, so they are left out.",
    wrong: 'web:\n  image: nginx\n  net: host\n  ports:\n    - "80:80"\n',
    right: "web:\n  image: nginx\n  net: host\n",
  }),
  "rarely-destroyed": warning<{ service: string }>({
    eachService: true,
    wording: ({ service }) => ({
      message: `service ${quote(service)} is destroyed only when it is stopped by hand`,
      label: "seldom reached",
      also: "every failure restarts the container",
      notes: ["a failed container is restarted, and one that succeeded is kept"],
      help: [
        "to remove containers that failed, set `autorestart: OFF`; to remove those that succeeded, set `autodestroy: ON_SUCCESS`",
      ],
    }),
    why: "Whether to restart is decided first. With `ON_FAILURE` for both settings every failure leads to a restart, and autodestroy is considered only for a container that was stopped by hand or whose retries are used up.",
    wrong: "job:\n  image: busybox\n  autorestart: ON_FAILURE\n  autodestroy: ON_FAILURE\n",
    right: "job:\n  image: busybox\n  autorestart: ON_FAILURE\n  autodestroy: ON_SUCCESS\n",
  }),
  "volumes-destroyed": warning<{ service: string; source: string }>({
    eachService: true,
    wording: ({ service, source }) => ({
      message: `service ${quote(service)} uses the volumes of ${quote(source)}, whose containers destroy themselves`,
      label: "its containers are removed",
      also: "removes them",
      help: [`declare the volumes in ${quote(service)} as well, or set \`autodestroy: OFF\` for ${quote(source)}`],
    }),
    why: "The volumes of a service are defined by its container. Once that is removed, a container that is created later finds nothing to mount.",
    wrong:
      "data:\n  image: busybox\n  autodestroy: ALWAYS\n  volumes:\n    - /data\nweb:\n  image: nginx\n  volumes_from:\n    - data\n",
    right: "data:\n  image: busybox\n  volumes:\n    - /data\nweb:\n  image: nginx\n  volumes_from:\n    - data\n",
  }),
  "dead-registry": warning<{ service: string; image: string }>({
    wording: ({ service, image }) => ({
      message: `service ${quote(service)} uses the image ${quote(image)} from a registry that no longer exists`,
      label: "registry is gone",
      help: ["name the image in a registry of today"],
    }),
    why: "The registry tutum.co was closed with the platform. An image that was kept only there is lost; one that was also pushed elsewhere has to be named there.",
    wrong: "web:\n  image: tutum.co/user/web\n",
    right: "web:\n  image: registry.example.com/user/web\n",
  }),
  "orphaned-image": warning<{ service: string; image: string }>({
    wording: ({ service, image }) => ({
      message: `service ${quote(service)} uses the image ${quote(image)}, which nobody maintains any more`,
      label: "orphaned",
      help: ["replace it by a maintained image, such as an official one"],
    }),
    why: "Images under `tutum/` and `dockercloud/` were built by the old platform. They get no security fixes, and today's Docker refuses the image format of the oldest.",
    wrong: "db:\n  image: tutum/redis\n",
    right: "db:\n  image: redis\n",
  }),
} as const;
