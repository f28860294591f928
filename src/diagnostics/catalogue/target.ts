import { error, warning } from "./entry.ts";
import { quote } from "./words.ts";

/** What Compose v2 and docker-compose 1 call a container. */
export interface ContainerNames {
  readonly name: string;
  readonly nameInVersion1: string;
}

function notWithVersion1(container: ContainerNames | undefined): string {
  return container === undefined
    ? ""
    : `, not with docker-compose 1, which calls the container ${quote(container.nameInVersion1)}`;
}

/** What a target cannot express, or expresses differently. */
export const targetCodes = {
  "not-in-target": warning<{ service: string; field: string; target: string; lost: string; help?: string | undefined }>(
    {
      perService: true,
      wording: ({ service, field, target, lost, help }) => ({
        message: `${quote(field)} of service ${quote(service)} cannot be expressed in a ${target}`,
        label: "left out",
        notes: [lost],
        help: [help],
      }),
      why: "The target has nothing that means the same. The rest of the service is compiled; the note says what is lost.",
      wrong: "web:\n  image: nginx\n  tags:\n    - frontend\n",
      right: "web:\n  image: nginx\n",
    },
  ),
  "partly-in-target": warning<{
    service: string;
    field: string;
    target: string;
    lost: string;
    help?: string | undefined;
  }>({
    perService: true,
    wording: ({ service, field, target, lost, help }) => ({
      message: `${quote(field)} of service ${quote(service)} is only partly kept in a ${target}`,
      label: "partly kept",
      notes: [lost],
      help: [help],
    }),
    why: "The target has something similar, and the compiled file uses it; the note says what is different there.",
    target: "swarm",
    wrong: "db:\n  image: redis\n  volumes:\n    - /data\n",
    right: "db:\n  image: redis\n  volumes:\n    - /srv/data:/data\n",
  }),
  "renamed-service": warning<{
    service: string;
    written: string;
    other: string | undefined;
    isLong: boolean;
    old: "alias" | "lost" | "unused";
  }>({
    wording: ({ service, written, other, isLong, old }) => ({
      message: `service ${quote(service)} is named ${quote(written)} on a Swarm`,
      label: "no name on a Swarm",
      notes: [
        isLong && other === undefined
          ? "with the name of the stack before it, a name has up to 63 characters"
          : undefined,
        other === undefined
          ? undefined
          : `upper and lower case are alike there: ${quote(service)} is another name of ${quote(other)}`,
        old === "alias" ? `${quote(service)} stays an alias on the network of the stack` : undefined,
      ],
      help: [old === "lost" ? "rename the service" : undefined],
    }),
    why: "Swarm takes names of letters, digits, `-` and `_` that begin and end with a letter or a digit, differ in more than upper and lower case, and have up to 63 characters together with `STACK_`. The old name resolves as before, unless it is longer than that or is another's.",
    target: "swarm",
    wrong: "my.site:\n  image: nginx\n",
    right: "my-site:\n  image: nginx\n",
  }),
  "long-stack-name": error<{ stack: string; longest: number; example: string }>({
    wording: ({ stack, longest, example }) => ({
      message: `the name of the stack, ${quote(stack)}, is too long for a Swarm`,
      label: `up to ${longest} characters`,
      notes: [`Swarm would refuse ${quote(example)}`],
      help: ["give it a shorter name with `--name`"],
    }),
    why: "What belongs to a stack on a Swarm begins with the name of the stack. Swarm takes names of up to 63 characters.",
  }),
  "large-config": error<{ size: number; largest: number }>({
    wording: ({ size, largest }) => ({
      message: `the config of the sidecar has ${size} bytes, more than the ${largest} that fit into a variable`,
      label: "in this file",
      notes: ["Linux starts no program with a larger variable, so the sidecar could not start"],
      help: ["use `--sidecar none`, and run `tutum-stack sidecar --config autodestroy.json` on the machine"],
    }),
    why: "The sidecar gets its config in the variable `AUTODESTROY_CONFIG`. Linux takes 128 KiB for a variable and its name. Only a stack of more than a thousand services with autodestroy is that large.",
  }),
  "too-many-mounts": error<{ limit: number }>({
    wording: ({ limit }) => ({
      message: `the services mount more than ${limit} volumes of other services`,
      label: "in this file",
      notes: [
        "a Swarm stack file lists for every service what it mounts through `volumes_from`; the limit keeps a hostile file from using up the memory",
      ],
      help: ["use the volumes of fewer services, or name them once: `data:/data`"],
    }),
    why: "On a Swarm `volumes_from` is written out: in a chain of services the last one lists the volumes of all. A long chain would grow beyond what can be printed or deployed.",
  }),
  "bad-tag": warning<{ service: string; tag: string }>({
    perService: true,
    wording: ({ service, tag }) => ({
      message: `the tag ${quote(tag)} of service ${quote(service)} cannot be the label of a node`,
      label: "left out",
      notes: ["the service may run on nodes that do not have the tag"],
      help: ["use letters, digits, `-`, `_` and `.`; `KEY=VALUE` has a value"],
    }),
    why: "Tags become constraints on the labels of a Swarm's nodes. A constraint that Swarm cannot read makes it refuse the service.",
    target: "swarm",
    wrong: "web:\n  image: nginx\n  tags:\n    - disk/fast\n",
    right: "web:\n  image: nginx\n  tags:\n    - disk=fast\n",
  }),
  "scaled-fixed-port": warning<{ service: string; replicas: number; port: string }>({
    perService: true,
    wording: ({ service, replicas, port }) => ({
      message: `service ${quote(service)} runs ${replicas} containers that all publish host port ${port}`,
      label: "fixed host port",
      also: "more than one container",
      help: ["give only the container's port, so that each container gets a free one"],
    }),
    why: "One machine has each port once: only the first container can publish it, the others fail to start. The old platform ran them on different machines.",
    wrong: 'web:\n  image: nginx\n  target_num_containers: 2\n  ports:\n    - "80:80"\n',
    right: 'web:\n  image: nginx\n  target_num_containers: 2\n  ports:\n    - "80"\n',
  }),
  "named-volume": warning<{ service: string; name: string }>({
    wording: ({ service, name }) => ({
      message: `service ${quote(service)}: ${quote(name)} becomes a named volume`,
      label: "not a path",
      help: [`write ${quote(`/${name}`)} for a folder of the host`],
    }),
    why: "The old platform read the name as a path on the host. Docker reads a name without a slash as a named volume, which the compiled file declares and which is empty at first. For a folder of the host, write its path.",
    wrong: "db:\n  image: redis\n  volumes:\n    - data:/data\n",
    right: "db:\n  image: redis\n  volumes:\n    - /data:/data\n",
  }),
  "relative-volume": warning<{ service: string; source: string; written: string; isOnNodes: boolean }>({
    wording: ({ service, source, written, isOnNodes }) => ({
      message: `service ${quote(service)}: the host path ${quote(source)} is not absolute${written === source ? "" : ` and is written as ${quote(written)}`}`,
      label: "not absolute",
      notes: [
        written.startsWith("~")
          ? "it begins at the home folder of whoever starts the stack"
          : "it begins at the folder of the compiled file",
        isOnNodes ? "the whole path has to exist on every node that runs the service" : undefined,
      ],
      help: [isOnNodes ? "write an absolute path" : "write an absolute path, or one that begins with `./`"],
    }),
    why: "Host paths of a stack file are absolute. Compose reads one that begins with `./` relative to the compiled file, and one that begins with `~` relative to the home folder of whoever starts the stack.",
    wrong: "db:\n  image: redis\n  volumes:\n    - conf/redis:/data\n",
    right: "db:\n  image: redis\n  volumes:\n    - ./conf/redis:/data\n",
  }),
  "circular-link": warning<{ service: string; target: string; lost: string | undefined }>({
    perService: true,
    wording: ({ service, target, lost }) => ({
      message: `the link from ${quote(service)} to ${quote(target)} is part of a circle and ${lost === undefined ? "becomes a network alias" : "is left out"}`,
      label: "part of a circle",
      notes: [
        lost === undefined
          ? "the name resolves as before, but nothing waits for the other service"
          : `${quote(lost)} would name more than one service on the network, so it names none for this link`,
      ],
      help: [lost === undefined ? undefined : "give the link an alias of its own"],
    }),
    why: "Compose starts linked services first, so it refuses links in a circle. The old platform allowed them. The names resolve on the stack's network without a link; aliases are added to the service they name.",
    wrong: "a:\n  image: nginx\n  links:\n    - b\nb:\n  image: nginx\n  links:\n    - a\n",
    right: "a:\n  image: nginx\n  links:\n    - b\nb:\n  image: nginx\n",
  }),
  "link-to-host-network": warning<{ service: string; target: string }>({
    perService: true,
    wording: ({ service, target }) => ({
      message: `the link from ${quote(service)} to ${quote(target)} is left out, because ${quote(target)} uses the host's network`,
      label: "left out",
      also: "the host's network",
      help: ["reach it by the address of the host"],
    }),
    why: "A service with `net: host` is not on the stack's network, so its name does not resolve there.",
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
    perService: true,
    wording: ({ service, target, stack, network, container, lost, start }) => ({
      message: `service ${quote(service)} links to ${quote(target)} of stack ${quote(stack)}, which has to run first`,
      label: "another stack",
      notes: [
        `the network ${quote(network)} has to exist${container ? `, and the container ${quote(container.name)} on it` : ""}`,
        lost && `it is reached as ${quote(lost.name)}; the name ${quote(lost.alias)} cannot be given to it from here`,
      ],
      help: [`start it with ${quote(start)}${notWithVersion1(container)}`],
    }),
    why: "Services of another stack are reached on that stack's default network, which is made when that stack is started. Under its own name a service is found there at once; the service that links has its own name there, too, so no service of that stack should have the same. Where this stack has the name, too, only the name of the other stack's container tells the two apart, which is `STACK-SERVICE-1` in Compose v2 and `STACK_SERVICE_1` in docker-compose 1: without Compose v2, give one of the two services another name. On a Swarm there are no aliases for services of other stacks.",
    wrong: "web:\n  image: nginx\n  links:\n    - db.backend\n",
    right: "web:\n  image: nginx\n  links:\n    - db\ndb:\n  image: redis\n",
  }),
  "cross-stack-volumes": warning<{ service: string; target: string; stack: string; container: ContainerNames }>({
    perService: true,
    wording: ({ service, target, stack, container }) => ({
      message: `service ${quote(service)} uses the volumes of ${quote(target)} of stack ${quote(stack)}, which has to run first`,
      label: "another stack",
      notes: [`the container ${quote(container.name)} has to exist`],
      help: [`start it with \`docker compose --project-name ${stack} up\`${notWithVersion1(container)}`],
    }),
    why: "Volumes of another stack are mounted from its container by name, which is `STACK-SERVICE-1` in Compose v2 and `STACK_SERVICE_1` in docker-compose 1.",
    wrong: "backup:\n  image: busybox\n  volumes_from:\n    - db.backend\n",
    right: "backup:\n  image: busybox\n  volumes_from:\n    - db\ndb:\n  image: redis\n  volumes:\n    - /data\n",
  }),
} as const;
