import { warning } from "./entry.ts";
import { listOf, quote } from "./words.ts";

/** What moved in today's Docker: it works another way than on the old platform. */
export const movedCodes = {
  "link-to-one-container": warning<{ service: string; target: string; alias: string; replicas: number }>({
    harm: "loses",
    perService: true,
    wording: ({ service, target, alias, replicas }) => ({
      message:
        `service ${quote(service)} reaches only one of the ${replicas} containers of ${quote(target)} ` +
        `as ${quote(alias)}`,
      label: "another service's name, too",
      also: "more than one container",
      notes: [`${quote(alias)} cannot be a name on the network, because it would name another service as well`],
      help: [`use the name ${quote(target)}, or give the link an alias that no other service has`],
    }),
    why:
      "An alias becomes a name on the network of the stack, which leads to all containers of a service. An alias " +
      "that would name two services stays a link of Compose, which leads to one container.",
    wrong:
      'web:\n  image: nginx\n  links:\n    - "db:store"\n' +
      "db:\n  image: redis\n  target_num_containers: 3\nstore:\n  image: nginx\n",
    right:
      'web:\n  image: nginx\n  links:\n    - "db:data"\n' +
      "db:\n  image: redis\n  target_num_containers: 3\nstore:\n  image: nginx\n",
  }),
  "writable-volumes": warning<{
    service: string;
    source: string;
    paths: readonly string[];
    anonymous: boolean;
    declared: boolean;
  }>({
    harm: "loses",
    perService: true,
    wording: ({ service, source, paths, anonymous, declared }) => ({
      message: `service ${quote(service)} can write to volumes of ${quote(source)}, in spite of \`:ro\``,
      label: "only partly read-only",
      notes: [
        "`docker compose` ignores the mode of `volumes_from`; docker-compose 1 does not",
        paths.length > 0
          ? `${listOf(paths)} of ${quote(source)} ${paths.length === 1 ? "has" : "have"} no name, so the ` +
            `compiled file cannot mount it read-only`
          : anonymous
            ? "a volume without a name cannot be mounted read-only"
            : undefined,
        declared ? "a volume that only an image declares cannot be mounted read-only" : undefined,
      ],
      help: [
        paths[0] === undefined
          ? `list the volumes in ${quote(source)} with names, such as \`data:/data\``
          : `give it a name in ${quote(source)}, such as ${quote(`data:${paths[0]}`)}`,
      ],
    }),
    why:
      "`docker compose` drops the mode of `volumes_from`. The compiled file therefore also mounts, read-only, " +
      "what `:ro` asks for: each volume of the other service that has a name or a path. A volume without either " +
      "belongs to one container, and another service can only get it through `volumes_from`.",
    wrong:
      "reader:\n  image: busybox\n  volumes_from:\n    - db:ro\ndb:\n  image: postgres:17\n  volumes:\n    - " +
      "/var/lib/postgresql/data\n",
    right:
      "reader:\n  image: busybox\n  volumes_from:\n    - db:ro\ndb:\n  image: postgres:17\n  volumes:\n    - " +
      "/srv/db:/var/lib/postgresql/data\n",
  }),
  "image-volume": warning<{
    service: string;
    image: string;
    paths: readonly { readonly path: string; readonly from?: number }[];
    others: readonly string[];
  }>({
    harm: "loses",
    perService: true,
    wording: ({ service, image, paths, others }) => ({
      message: `the data of service ${quote(service)} is lost with each task`,
      label: "keeps data",
      notes: [
        `${quote(image)} keeps its data in ${paths.map(pathWithVersions).join(", ")}, and the service mounts ` +
          `nothing there`,
        others.length > 0 ? `a volume at ${listOf(others, "or")} does not hold it` : undefined,
        "Swarm replaces a task that ends, moves or is deployed again; the new one starts with an empty volume",
      ],
      help: paths.map((row, index) =>
        paths.length === 1
          ? `write \`volumes: ["${service}-data:${row.path}"]\``
          : `write \`volumes: ["${service}-data:${row.path}"]\` ${versionsOf(row, index, paths)}`,
      ),
    }),
    why:
      "The image declares a volume for its data. The old platform gave that volume to the next container of the " +
      "service. On a Swarm every new task gets a new, empty one. A named volume, or a path of the host, stays on " +
      "its node.",
    target: "swarm",
    wrong: "db:\n  image: mysql\n",
    right: "db:\n  image: mysql\n  volumes:\n    - /srv/db:/var/lib/mysql\n",
  }),
  "data-service": warning<{ service: string }>({
    harm: "hint",
    wording: ({ service }) => ({
      message: `service ${quote(service)} only holds volumes and is left out`,
      label: "not needed",
      notes: ["the services that use its volumes mount them by name"],
      help: [`remove ${quote(service)}, and name its volumes in the services that use them: \`data:/data\``],
    }),
    why:
      "Before Docker had named volumes, a service that does nothing held volumes for others. A Swarm would show " +
      "it as failed for ever. The compiled file names the volumes instead. A service that fills its volumes from " +
      "its image, that has a command, ports or links, or that others link to is kept.",
    target: "swarm",
    wrong:
      "app:\n  image: nginx\n  volumes_from:\n    - files\nfiles:\n  image: tianon/true\n  volumes:\n    - /files\n",
    right: "app:\n  image: nginx\n  volumes:\n    - files:/files\n",
  }),
} as const;

interface VersionedPath {
  readonly path: string;
  readonly from?: number;
}

function pathWithVersions(row: VersionedPath, index: number, paths: readonly VersionedPath[]): string {
  return paths.length === 1 ? quote(row.path) : `${quote(row.path)} ${versionsOf(row, index, paths)}`;
}

function versionsOf({ from }: VersionedPath, index: number, paths: readonly VersionedPath[]): string {
  const next = paths[index + 1]?.from;
  return next === undefined ? `from version ${from ?? 0} on` : `before version ${next}`;
}
