import { error, warning } from "./entry.ts";
import { listOf, quote, similar } from "./words.ts";

/** Mistakes in how services, or settings of a service, fit together, whatever the target. */
export const meaningCodes = {
  "unknown-service": error<{ service: string; field: string; name: string; near: string | undefined }>({
    perService: true,
    wording: ({ service, field, name, near }) => ({
      message:
        `service ${quote(service)} ${field === "links" ? "links to" : "uses the volumes of"} ${quote(name)}, ` +
        "which is not a service of this stack",
      label: "unknown service",
      help: [similar("service", near), `write ${quote(`${name}.STACK`)} for a service of another stack`],
    }),
    why:
      "`links` and `volumes_from` name a service of the same stack, or `SERVICE.STACK` for a service of another " +
      "stack. Docker refuses a link to a service that does not exist.",
    wrong: "web:\n  image: nginx\n  links:\n    - reddis\nredis:\n  image: redis\n",
    right: "web:\n  image: nginx\n  links:\n    - redis\nredis:\n  image: redis\n",
  }),
  "self-reference": error<{ service: string; field: string }>({
    perService: true,
    wording: ({ service, field }) => ({
      message: `service ${quote(service)} names itself in ${quote(field)}`,
      label: "itself",
      help: ["leave this name out; a service reaches itself without a link"],
    }),
    why:
      "A container can neither wait for itself nor mount its own volumes from itself, and Docker Compose refuses " +
      "both.",
    wrong: "web:\n  image: nginx\n  links:\n    - web\n",
    right: "web:\n  image: nginx\n",
  }),
  "circular-volumes": error<{ services: readonly string[] }>({
    perService: true,
    wording: ({ services }) => ({
      message: `services ${listOf(services)} form a cycle through \`volumes_from\``,
      label: "closes the cycle",
      help: [
        "declare the shared volumes in one service of the cycle, and leave out the `volumes_from` of this service",
      ],
    }),
    why: "A container must exist before another one can use its volumes, so no service of a cycle can start first.",
    wrong: "a:\n  image: busybox\n  volumes_from:\n    - b\nb:\n  image: busybox\n  volumes_from:\n    - a\n",
    right: "a:\n  image: busybox\nb:\n  image: busybox\n  volumes_from:\n    - a\n",
  }),
  "alias-conflict": warning<{ service: string; alias: string; first: string; second: string }>({
    harm: "loses",
    perService: true,
    wording: ({ service, alias, first, second }) => ({
      message: `service ${quote(service)} links to both ${quote(first)} and ${quote(second)} as ${quote(alias)}`,
      label: "the same alias again",
      also: "first used here",
      help: ["give each link its own alias"],
    }),
    why: "A host name that two services share resolves to either of them, unpredictably.",
    wrong: "web:\n  image: nginx\n  links:\n    - a:db\n    - b:db\na:\n  image: redis\nb:\n  image: redis\n",
    right: "web:\n  image: nginx\n  links:\n    - a:db1\n    - b:db2\na:\n  image: redis\nb:\n  image: redis\n",
  }),
  "port-conflict": warning<{ first: string; second: string; port: string }>({
    harm: "stops",
    perService: true,
    wording: ({ first, second, port }) => ({
      message:
        first === second
          ? `service ${quote(first)} publishes host port ${port} twice`
          : `services ${quote(first)} and ${quote(second)} both publish host port ${port}`,
      label: "published again here",
      also: "first published here",
      help: ["publish one of the two on another host port, or write only the container's port to get a free host port"],
    }),
    why:
      "On the old platform two services could publish the same port, because they ran on different machines. On " +
      "one machine only one container can publish a port: the second one fails to start.",
    wrong: 'vote:\n  image: nginx\n  ports:\n    - "80:80"\nresult:\n  image: nginx\n  ports:\n    - "80:80"\n',
    right: 'vote:\n  image: nginx\n  ports:\n    - "80:80"\nresult:\n  image: nginx\n  ports:\n    - "81:80"\n',
  }),
  "ignored-replicas": warning<{ service: string; replicas: number }>({
    harm: "hint",
    perService: true,
    wording: ({ service, replicas }) => ({
      message:
        `service ${quote(service)} runs one container on every node, so ` +
        `${quote(`target_num_containers: ${replicas}`)} is ignored`,
      label: "ignored",
      also: "one container per node",
      help: ["leave `target_num_containers` out"],
    }),
    why:
      "`deployment_strategy: every_node` starts one container on each node and cannot be scaled. The old " +
      "platform did the same.",
    wrong: "agent:\n  image: busybox\n  deployment_strategy: every_node\n  target_num_containers: 3\n",
    right: "agent:\n  image: busybox\n  deployment_strategy: every_node\n",
  }),
  "zero-containers": warning<{ service: string; autodestroy: string }>({
    harm: "stops",
    perService: true,
    wording: ({ service, autodestroy }) => ({
      message: `service ${quote(service)} is never started, because \`target_num_containers\` is 0`,
      label: "no container",
      notes: [
        `after ${quote(`autodestroy: ${autodestroy}`)} had removed the containers, the old platform wrote 0 into the ` +
          "stack file that it exported",
      ],
      help: ["leave `target_num_containers` out to start one container"],
    }),
    why:
      "A file exported from the old platform contains the number of containers that existed at that moment. For " +
      "a service whose containers had been destroyed that was 0, so the exported file never starts it again.",
    wrong: "job:\n  image: busybox\n  autodestroy: ALWAYS\n  target_num_containers: 0\n",
    right: "job:\n  image: busybox\n  autodestroy: ALWAYS\n",
  }),
  "host-network": warning<{ service: string; field: string }>({
    harm: "hint",
    perService: true,
    wording: ({ service, field }) => ({
      message:
        `service ${quote(service)} uses the host's network, so its ${quote(field)} ` +
        `${field === "mac_address" ? "has" : "have"} no effect`,
      label: "no effect",
      also: "the host's network",
      help: [`leave ${quote(field)} out`],
    }),
    why:
      "With `net: host` a container uses the host's own ports and names: there is nothing to publish and no " +
      "alias to resolve. Docker refuses to combine `net: host` with published ports, links or a MAC address, so the " +
      "compiler leaves these out.",
    wrong: 'web:\n  image: nginx\n  net: host\n  ports:\n    - "80:80"\n',
    right: "web:\n  image: nginx\n  net: host\n",
  }),
  "rarely-destroyed": warning<{ service: string; field: string }>({
    harm: "hint",
    perService: true,
    wording: ({ service, field }) => ({
      message:
        `service ${quote(service)}: \`autodestroy: ON_FAILURE\` rarely removes a container, because ` +
        `${field === "restart" ? "`restart: on-failure`" : "`autorestart: ON_FAILURE`"} restarts the container`,
      label: "rarely takes effect",
      also: "every failure restarts the container",
      notes: ["a container that fails is restarted, and a container that succeeds is kept"],
      help: [
        "leave `autodestroy` out to keep what happens now",
        `set ${field === "restart" ? "`restart: no`" : "`autorestart: OFF`"} to remove failed containers without a ` +
          "restart, or `autodestroy: ON_SUCCESS` to remove successful ones",
      ],
    }),
    why:
      "`autorestart` comes first. If both settings are `ON_FAILURE`, a container that fails is restarted, and a " +
      "container that succeeds is kept. On one machine, only a container that fails when it is stopped by hand is " +
      "removed; on a Swarm, none is.",
    wrong: "job:\n  image: busybox\n  autorestart: ON_FAILURE\n  autodestroy: ON_FAILURE\n",
    right: "job:\n  image: busybox\n  autorestart: ON_FAILURE\n",
  }),
  "volumes-destroyed": warning<{ service: string; source: string }>({
    harm: "loses",
    perService: true,
    wording: ({ service, source }) => ({
      message: `service ${quote(service)} uses the volumes of ${quote(source)}, whose containers autodestroy removes`,
      label: "its containers are removed",
      also: "removes the containers",
      help: [`declare the volumes in ${quote(service)} as well, or set \`autodestroy: OFF\` for ${quote(source)}`],
    }),
    why:
      "The container of a service defines its volumes. Once that container is removed, a container that is " +
      "created later finds nothing to mount.",
    wrong:
      "data:\n  image: busybox\n  autodestroy: ALWAYS\n  volumes:\n    - /data\nweb:\n  image: nginx\n" +
      "  volumes_from:\n    - data\n",
    right: "data:\n  image: busybox\n  volumes:\n    - /data\nweb:\n  image: nginx\n  volumes_from:\n    - data\n",
  }),
  "dead-registry": warning<{ service: string; image: string }>({
    harm: "stops",
    wording: ({ service, image }) => ({
      message: `service ${quote(service)} uses the image ${quote(image)} from a registry that no longer exists`,
      label: "registry is gone",
      help: [
        "write the name that the image has in another registry; if the image was only in this registry, build it " +
          "again, and push it to a registry of yours",
      ],
    }),
    why:
      "The registry tutum.co was closed with the platform. An image that was only there is lost. If it was also " +
      "pushed to another registry, use its name there.",
    wrong: "web:\n  image: tutum.co/user/web\n",
    right: "web:\n  image: registry.example.com/user/web\n",
  }),
  "orphaned-image": warning<{
    service: string;
    image: string;
    /** What to do, as a clause. */
    use: string;
    /** The variables of the service that mean nothing, or something else, to another image. */
    changes: readonly { readonly name: string; readonly advice: string }[];
    /** A variable without which the other image does not start. */
    missing: string | undefined;
  }>({
    harm: "stops",
    perService: true,
    needsAllHelp: true,
    wording: ({ service, image, use, changes, missing }) => ({
      message: `service ${quote(service)} uses the image ${quote(image)}, which is no longer maintained`,
      label: "no longer maintained",
      help: [
        use,
        ...changes.map(({ name, advice }) => `${quote(name)}: ${advice}`),
        missing === undefined ? undefined : `set ${quote(missing)}, without which the new image does not start`,
      ],
    }),
    why:
      "The old platform built the images whose names begin with `tutum/` or `dockercloud/`. They get no security " +
      "fixes, and today's Docker refuses the image format of the oldest ones. The images that do the same today read " +
      "other variables: `redis` ignores `REDIS_PASS` and lets everybody in, and `mysql` does not start with " +
      "`MYSQL_PASS` alone. The images that cared for the machines of the platform have no purpose any more.",
    wrong: "db:\n  image: tutum/redis\n  environment:\n    - REDIS_PASS\n",
    right:
      "db:\n  image: redis\n  command: sh -c 'exec redis-server --requirepass \"$REDIS_PASS\"'\n" +
      "  environment:\n    - REDIS_PASS\n",
  }),
} as const;
