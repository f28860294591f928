import { error, warning } from "./entry.ts";
import { quote } from "./words.ts";

/** The names of a container in Compose v2 and in docker-compose 1. */
export interface ContainerNames {
  readonly name: string;
  readonly nameInVersion1: string;
}

function notWithVersion1(stack: string, { nameInVersion1 }: ContainerNames): string {
  return `docker-compose 1 would call the container ${quote(nameInVersion1)}, so start ${quote(stack)} with Compose v2`;
}

/** What a target cannot express, or expresses differently. */
export const targetCodes = {
  "not-in-target": warning<{ service: string; field: string; target: string; lost: string; help?: string | undefined }>(
    {
      harm: "loses",
      perService: true,
      wording: ({ service, field, target, lost, help }) => ({
        message: `service ${quote(service)}: ${quote(field)} has no equivalent in a ${target}`,
        label: "left out",
        notes: [lost],
        help: [help],
      }),
      why:
        "The target has no equivalent of the field. The rest of the service is compiled, and the note says what is " +
        "lost. If you do not need what is lost, accept this warning.",
      wrong: "web:\n  image: nginx\n  tags:\n    - frontend\n",
      right: "web:\n  image: nginx\n  # tutum-stack: allow not-in-target\n  tags:\n    - frontend\n",
    },
  ),
  "partly-in-target": warning<{
    service: string;
    field: string;
    target: string;
    lost: string;
    help?: string | undefined;
  }>({
    harm: "loses",
    perService: true,
    wording: ({ service, field, target, lost, help }) => ({
      message: `service ${quote(service)}: ${quote(field)} is only partly kept in a ${target}`,
      label: "partly kept",
      notes: [lost],
      help: [help],
    }),
    why: "The target has something similar, and the compiled file uses it. The note says what is different.",
    option: "--target swarm",
    wrong: "web:\n  image: nginx\n  target_num_containers: 2\n  volumes:\n    - /usr/share/nginx/html\n",
    right: "web:\n  image: nginx\n  target_num_containers: 2\n  volumes:\n    - /srv/site:/usr/share/nginx/html:ro\n",
  }),
  "renamed-service": warning<{
    service: string;
    written: string;
    other: string | undefined;
    isLong: boolean;
    old: "alias" | "lost" | "unused";
  }>({
    harm: "loses",
    wording: ({ service, written, other, isLong, old }) => ({
      message: `service ${quote(service)} is renamed to ${quote(written)} on a Swarm`,
      label: "not a valid Swarm name",
      notes: [
        isLong && other === undefined
          ? "`STACK_SERVICE`, the full name on a Swarm, must have at most 63 characters"
          : undefined,
        other === undefined
          ? undefined
          : `names on a Swarm are case-insensitive: ${quote(service)} is the same as ${quote(other)}`,
        old === "alias" ? `${quote(service)} remains an alias on the network of the stack` : undefined,
      ],
      help: [old === "lost" ? "rename the service" : undefined],
    }),
    why:
      "A name on a Swarm consists of letters, digits, `-` and `_`, begins and ends with a letter or a digit, " +
      "differs from other names in more than case, and has at most 63 characters together with `STACK_`. The old " +
      "name still resolves, unless this name has more than 63 characters or belongs to another service.",
    option: "--target swarm",
    wrong: "my.site:\n  image: nginx\n",
    right: "my-site:\n  image: nginx\n",
  }),
  "long-stack-name": error<{ stack: string; longest: number; example: string }>({
    wording: ({ stack, longest, example }) => ({
      message: `the stack name ${quote(stack)} has ${stack.length} characters, but a Swarm allows at most ${longest}`,
      label: `at most ${longest} characters`,
      notes: [`Swarm would refuse ${quote(example)}`],
      help: ["choose a shorter name with `--name`"],
    }),
    why:
      "On a Swarm, every name in a stack begins with the name of the stack. Swarm accepts names of at most 63 " +
      "characters. `_default`, the end of the network's name, leaves 55 for the name of the stack.",
    file: "tutum-stack.json",
    wrong:
      '{ "stacks": [{ "file": "stack.yml", "target": "swarm",\n' +
      '    "name": "the-shop-of-the-north-with-all-of-its-branches-and-stores" }] }\n',
    right: '{ "stacks": [{ "file": "stack.yml", "target": "swarm", "name": "shop-north" }] }\n',
  }),
  "large-config": error<{ size: number; largest: number; isSwarm: boolean }>({
    wording: ({ size, largest, isSwarm }) => ({
      message: `the config of the sidecar has ${size} bytes, but at most ${largest} are allowed`,
      label: "in this file",
      notes: [
        "Linux starts no program with a variable of more than 128 KiB; the limit here is a little lower, to be safe",
      ],
      help: [
        isSwarm
          ? "use `--sidecar none`, and run `tutum-stack sidecar --config autodestroy.swarm.json --project STACK` on " +
            "each node"
          : "use `--sidecar none`, and run `tutum-stack sidecar --config autodestroy.json` where the stack runs",
      ],
    }),
    why:
      "The sidecar gets its config in the variable `AUTODESTROY_CONFIG`. Linux allows 128 KiB for a variable " +
      "together with its name. The compiler allows 120 KiB (122880 bytes), to stay below that. Only a stack of more " +
      "than a thousand services with autodestroy has a larger config.",
    file: "tutum-stack.json",
    right: '{ "stacks": [{ "file": "stack.yml", "sidecar": "none" }] }\n',
  }),
  "too-many-mounts": error<{ limit: number }>({
    wording: ({ limit }) => ({
      message: `the services mount more than ${limit} volumes of other services`,
      label: "in this file",
      notes: [
        "the compiled file for a Swarm repeats the volumes for each service that mounts them; the limit keeps a " +
          "hostile file from exhausting the memory",
      ],
      help: ["mount the volumes of fewer services, or use named volumes: `data:/data`"],
    }),
    why:
      "A Swarm has no `volumes_from`, so the compiler writes the volumes of the other service instead. In a " +
      "chain of services the last one gets the volumes of all, and a long chain would grow beyond what can be " +
      "printed or deployed.",
    option: "--target swarm",
    right:
      "store:\n  image: redis\n  volumes:\n    - data:/data\n" +
      "backup:\n  image: busybox\n  volumes:\n    - data:/data\n",
  }),
  "bad-tag": warning<{ service: string; tag: string }>({
    harm: "loses",
    perService: true,
    wording: ({ service, tag }) => ({
      message: `service ${quote(service)}: the tag ${quote(tag)} cannot be a node label`,
      label: "left out",
      notes: ["the service may run on nodes without the tag"],
      help: ["use letters, digits, `-`, `_` and `.`, and `KEY=VALUE` for a tag with a value"],
    }),
    why:
      "Tags become constraints on the labels of a Swarm's nodes. Swarm refuses a service with a constraint that " +
      "it cannot read.",
    option: "--target swarm",
    wrong: "web:\n  image: nginx\n  tags:\n    - disk/fast\n",
    right: "web:\n  image: nginx\n  tags:\n    - disk=fast\n",
  }),
  "scaled-fixed-port": warning<{ service: string; replicas: number; port: string }>({
    harm: "stops",
    perService: true,
    wording: ({ service, replicas, port }) => ({
      message: `service ${quote(service)} runs ${replicas} containers that all publish host port ${port}`,
      label: "fixed host port",
      also: "more than one container",
      help: ["write only the container's port, so that each container gets a free port of the host"],
    }),
    why:
      "On one machine only one container can publish a port: the others fail to start. The old platform ran the " +
      "containers on different machines.",
    wrong: 'web:\n  image: nginx\n  target_num_containers: 2\n  ports:\n    - "80:80"\n',
    right: 'web:\n  image: nginx\n  target_num_containers: 2\n  ports:\n    - "80"\n',
  }),
  "named-volume": warning<{
    service: string;
    name: string;
    /** Whether both sides look like files. */
    isFile: boolean;
  }>({
    harm: "loses",
    wording: ({ service, name, isFile }) => ({
      message: `service ${quote(service)}: ${quote(name)} becomes a named volume`,
      label: "not a path",
      help: [
        isFile
          ? `write ${quote(`./${name}`)} for the file beside the stack file`
          : `write ${quote(`/${name}`)} instead of ${quote(name)} for a folder of the host, or accept this warning ` +
            "if you want a named volume",
      ],
    }),
    why:
      "The old platform read the name as a path on the host. Docker reads a name without a slash as a named " +
      "volume. The compiled file declares that volume, which is empty at first. For a folder of the host, write " +
      "its path. For a file beside the stack file, write `./` before its name. If you want a named volume, accept " +
      "this warning.",
    wrong: "db:\n  image: redis\n  volumes:\n    - data:/data\n",
    right: "db:\n  image: redis\n  volumes:\n    - /data:/data\n",
  }),
  "relative-volume": warning<{ service: string; source: string; written: string; isOnNodes: boolean }>({
    harm: "hint",
    wording: ({ service, source, written, isOnNodes }) => ({
      message:
        `service ${quote(service)}: the host path ${quote(source)} is not ` +
        `absolute${written === source ? "" : ` and is written as ${quote(written)}`}`,
      label: "not absolute",
      notes: [
        written.startsWith("~")
          ? "it is relative to the home folder of the user who starts the stack"
          : "it is relative to the folder of the stack file",
        isOnNodes ? "the resulting path must exist on every node that runs the service" : undefined,
      ],
      help: [isOnNodes ? "write an absolute path" : "write an absolute path, or one that begins with `./`"],
    }),
    why:
      "Only an absolute host path names the same folder everywhere. Write one, or begin with `./` for the folder " +
      "of the stack file; if the compiled file is in another folder (`--output`), the compiler adapts the path. A " +
      "path that begins with `~` is relative to the home folder of the user who starts the stack.",
    wrong: "db:\n  image: redis\n  volumes:\n    - conf/redis:/data\n",
    right: "db:\n  image: redis\n  volumes:\n    - ./conf/redis:/data\n",
  }),
  "circular-link": warning<{ service: string; target: string; lost: string | undefined }>({
    harm: "loses",
    perService: true,
    wording: ({ service, target, lost }) => ({
      message:
        `service ${quote(service)}: the link to ${quote(target)} is part of a cycle and ` +
        (lost === undefined ? "becomes a network alias" : "is left out"),
      label: "part of a cycle",
      notes: [
        lost === undefined
          ? `the name still resolves, but Compose does not start ${quote(target)} before ${quote(service)}`
          : `the alias ${quote(lost)} would name more than one service on the network, so this link gets no alias`,
      ],
      help: [
        lost === undefined
          ? `accept this warning if ${quote(service)} can start without ${quote(target)}; otherwise remove a link of ` +
            "the cycle"
          : `write ${quote(`${target}:ALIAS`)} with an alias that no other link uses`,
      ],
    }),
    why:
      "Compose starts linked services first, so it refuses links that form a cycle. The old platform allowed such " +
      "cycles. Services reach each other by name without a link, and the compiler adds each alias to the service " +
      "that the alias names.",
    wrong: "a:\n  image: nginx\n  links:\n    - b\nb:\n  image: nginx\n  links:\n    - a\n",
    right: "a:\n  image: nginx\n  links:\n    - b\nb:\n  image: nginx\n",
  }),
  "link-to-host-network": warning<{ service: string; target: string }>({
    harm: "stops",
    perService: true,
    wording: ({ service, target }) => ({
      message:
        `service ${quote(service)}: the link to ${quote(target)} is left out, because that service uses the ` +
        "host's network",
      label: "left out",
      also: "the host's network",
      help: ["use the address of the host instead"],
    }),
    why: "A service with `net: host` is not on the stack's network, so its name does not resolve on that network.",
    wrong: "web:\n  image: nginx\n  links:\n    - agent\nagent:\n  image: busybox\n  net: host\n",
    right: "web:\n  image: nginx\nagent:\n  image: busybox\n  net: host\n",
  }),
  "cross-stack-link": warning<{
    service: string;
    target: string;
    stack: string;
    network: string;
    container: ContainerNames | undefined;
    lost?: { alias: string; name: string } | undefined;
    start: string;
  }>({
    harm: "stops",
    perService: true,
    wording: ({ service, target, stack, network, container, lost, start }) => ({
      message: `service ${quote(service)} links to ${quote(target)} of stack ${quote(stack)}, which must run first`,
      label: "another stack",
      notes: [
        `the network ${quote(network)} must ` +
          `exist${container ? `, and the container ${quote(container.name)} must be on this network` : ""}`,
        container && notWithVersion1(stack, container),
        lost &&
          `${quote(service)} reaches ${quote(target)} as ${quote(lost.name)}, because a service of another stack ` +
            `cannot get the alias ${quote(lost.alias)}`,
      ],
      help: [`start ${quote(stack)} with ${quote(start)}, and accept this warning`],
    }),
    why:
      "A service of another stack is reached by its name on the default network of that stack, which exists once " +
      "that stack has been started. The linking service joins that network under its own name, so no service of " +
      "the other stack should have the same name. If this stack also has a service of the linked name, only the " +
      "name of the container tells the two apart: `STACK-SERVICE-1` in Compose v2, `STACK_SERVICE_1` in " +
      "docker-compose 1. Without Compose v2, rename one of the two services. On a Swarm, a service of another " +
      "stack cannot get an alias. Always start the other stack first, and accept this warning.",
    wrong: "web:\n  image: nginx\n  links:\n    - db.backend\n",
    right: "web:\n  image: nginx\n  links:\n    - db.backend # tutum-stack: allow cross-stack-link\n",
  }),
  "cross-stack-volumes": warning<{ service: string; target: string; stack: string; container: ContainerNames }>({
    harm: "stops",
    perService: true,
    wording: ({ service, target, stack, container }) => ({
      message:
        `service ${quote(service)} uses the volumes of ${quote(target)} of stack ${quote(stack)}, which must run ` +
        "first",
      label: "another stack",
      notes: [`the container ${quote(container.name)} must exist`, notWithVersion1(stack, container)],
      help: [`start ${quote(stack)} with \`docker compose --project-name ${stack} up\`, and accept this warning`],
    }),
    why:
      "Volumes of another stack are mounted by the name of its container: `STACK-SERVICE-1` in Compose v2, " +
      "`STACK_SERVICE_1` in docker-compose 1. Always start the other stack first, and accept this warning.",
    wrong: "backup:\n  image: busybox\n  volumes_from:\n    - db.backend\n",
    right: "backup:\n  image: busybox\n  volumes_from:\n    - db.backend # tutum-stack: allow cross-stack-volumes\n",
  }),
} as const;
