import { error, warning } from "./entry.ts";
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
      notes: [
        `as a name on the network, ${quote(alias)} would also mean another service, so the compiler writes a link of ` +
          "Compose, which leads to one container",
      ],
      help: [`use the name ${quote(target)}, or give the link an alias that no other service has`],
    }),
    why:
      "An alias becomes a name on the network of the stack, and this name leads to all containers of the service. An " +
      "alias that would name two services stays a link of Compose, and such a link leads to one container.",
    wrong:
      'web:\n  image: nginx\n  links:\n    - "db:store"\n' +
      "db:\n  image: redis\n  target_num_containers: 3\nstore:\n  image: nginx\n",
    right:
      'web:\n  image: nginx\n  links:\n    - "db:data"\n' +
      "db:\n  image: redis\n  target_num_containers: 3\nstore:\n  image: nginx\n",
  }),
  "link-variables": warning<{
    services: readonly string[];
    /** A variable of the first link, and its alias. */
    example: string;
    alias: string;
    /** A text that reads such a variable. */
    certain: { readonly service: string; readonly text: string } | undefined;
  }>({
    harm: "loses",
    wording: ({ services, example, alias, certain }) => ({
      message: `today's Docker sets no variables such as ${quote(example)} for the links of ${shortList(services)}`,
      label: "sets no variables",
      also: "reads a variable",
      notes: [
        certain === undefined
          ? `a program that reads such a variable finds none; a program that connects to ${quote(alias)} works`
          : `${quote(certain.service)} reads such a variable: ${quote(certain.text)}`,
      ],
      help: [
        "use `--link-variables` to write these variables into the compiled file" +
          (certain === undefined ? ", or accept this warning if no program reads such a variable" : ""),
      ],
    }),
    why:
      "On the old platform, each container had variables for its links, such as `DB_NAME`, `DB_PORT`, " +
      "`DB_PORT_5432_TCP_ADDR` and `DB_ENV_USER`. It also had them for each container of the linked service, such as " +
      "`DB_1_PORT`. Today's Docker sets none of them. `--link-variables` writes them into `environment`. The names " +
      "and ports are the same. The address is the alias of the link, not an IP address. `DB_1` is any container of " +
      "the service. Variables that only an image sets are missing.",
    wrong:
      "web:\n  image: nginx\n  links:\n    - db\n  command: sh -c 'exec serve --db $DB_PORT_6379_TCP_ADDR'\n" +
      "db:\n  image: redis\n",
    right:
      "web:\n  image: nginx\n  links: # tutum-stack: allow link-variables\n    - db\n" +
      "  command: sh -c 'exec serve --db db'\ndb:\n  image: redis\n",
  }),
  "unknown-link-port": warning<{
    service: string;
    target: string;
    /** The image of the linked service; undefined for a service of another stack. */
    image: string | undefined;
    stack: string | undefined;
    /** A variable that is missing. */
    example: string;
  }>({
    harm: "loses",
    wording: ({ service, target, image, stack, example }) => ({
      message: `\`--link-variables\` writes no ports for the links to ${quote(target)}, because its ports are unknown`,
      label: image === undefined ? "of another stack" : "not a known image",
      help: [
        stack === undefined
          ? `write the port into ${quote(target)}, such as ${quote('expose: ["80"]')}`
          : `write what ${quote(service)} reads into its \`environment\`, such as ${quote(`${example}: ${target}`)}`,
      ],
    }),
    why:
      "`--link-variables` takes the ports of a linked service from its `ports` and `expose`, and from what its " +
      "image exposes if the image is well known. Without a port there are only the variables `..._NAME` and " +
      "`..._ENV_...`.",
    option: "--link-variables",
    wrong: "web:\n  image: example/web\n  links:\n    - api\napi:\n  image: example/api\n",
    right: 'web:\n  image: example/web\n  links:\n    - api\napi:\n  image: example/api\n  expose:\n    - "8080"\n',
  }),
  "too-many-link-variables": error<{ limit: number }>({
    wording: ({ limit }) => ({
      message: `the links have more than ${limit} variables`,
      label: "the limit is exceeded here",
      notes: ["the limit keeps a hostile file from exhausting the memory"],
      help: ["leave `--link-variables` out, or write the variables that programs read into `environment`"],
    }),
    why:
      "`--link-variables` writes the variables of each linked service, and four for each of its ports, into every " +
      "service that links to it. Many links to services with many variables or ports would make a file that " +
      "nobody can deploy.",
    right:
      "web:\n  image: example/web\n  links:\n    - db\n  environment:\n    - DB_PORT_5432_TCP_ADDR=db\n" +
      "db:\n  image: postgres\n",
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
      message: `service ${quote(service)} can write to volumes of ${quote(source)} despite \`:ro\``,
      label: "only partly read-only",
      notes: [
        "`docker compose` ignores the mode of `volumes_from`; docker-compose 1 does not",
        paths.length > 0
          ? `${listOf(paths)} of ${quote(source)} ${paths.length === 1 ? "has" : "have"} no name, so the ` +
            `compiled file cannot mount ${paths.length === 1 ? "it" : "them"} read-only`
          : anonymous
            ? "a volume without a name cannot be mounted read-only"
            : undefined,
        declared ? "a volume that only an image declares cannot be mounted read-only" : undefined,
      ],
      help: [
        paths[0] === undefined
          ? `list the volumes in ${quote(source)} with names, such as \`data:/data\`, or with host paths`
          : `give the volume a name in ${quote(source)}, such as ${quote(`data:${paths[0]}`)}, or a host path; all ` +
            `containers of ${quote(source)} then share the volume`,
      ],
    }),
    why:
      "`docker compose` ignores the mode of `volumes_from`. The compiled file therefore mounts each volume that has " +
      "a name or a host path a second time, read-only. A volume without both stays writable. If a service has one " +
      "container and no autodestroy, the compiler gives its volumes names.",
    wrong:
      "reader:\n  image: busybox\n  volumes_from:\n    - db:ro\ndb:\n  image: postgres:17\n" +
      "  target_num_containers: 2\n  volumes:\n    - /var/lib/postgresql/data\n",
    right:
      "reader:\n  image: busybox\n  volumes_from:\n    - db:ro\ndb:\n  image: postgres:17\n" +
      "  target_num_containers: 1\n  volumes:\n    - /var/lib/postgresql/data\n",
  }),
  "volume-name-taken": warning<{ service: string; path: string; wanted: string; name: string }>({
    harm: "hint",
    perService: true,
    wording: ({ service, path, wanted, name }) => ({
      message: `service ${quote(service)}: the volume ${quote(path)} is named ${quote(name)}`,
      label: "named with a number",
      notes: [`another volume is named ${quote(wanted)}; the number changes if the order of the services changes`],
      help: [`write ${quote(`NAME:${path}`)} with a name that no other volume has`],
    }),
    why:
      "A volume without a name is named after its service and its path: the volume `/data` of `db` is `db-data`. " +
      "If another volume has that name, a number is added. If you later add, rename or move services, the number can " +
      "change, and the service then gets another volume, without its data. So give the volume a name.",
    wrong: "a:\n  image: redis\n  volumes:\n    - /b/data\na-b:\n  image: redis\n  volumes:\n    - /data\n",
    right: "a:\n  image: redis\n  volumes:\n    - /b/data\na-b:\n  image: redis\n  volumes:\n    - /srv/data:/data\n",
  }),
  "volume-moved": warning<{
    service: string;
    path: string;
    from: string | undefined;
    to: string | undefined;
    /** The command that copies the data. */
    copy: string;
    target: "compose" | "swarm";
  }>({
    harm: "loses",
    perService: true,
    wording: ({ service, path, from, to, copy, target }) => {
      const start = target === "swarm" ? "docker stack deploy" : "docker compose up";
      const isCarried = to === undefined && target === "compose";
      return {
        message:
          `service ${quote(service)}: ${quote(path)} is now ${volumeAs(to)}, ` +
          (isCarried ? `no longer ${volumeAs(from)}` : `but its data is in ${volumeAs(from)}`),
        label: isCarried ? "another volume" : "the new volume is empty",
        notes: [
          isCarried ? "`docker compose up` still finds the data, but not after `docker compose down`" : undefined,
        ],
        help: [`to copy the data, run ${command(copy)} ${to === undefined ? "after" : "before"} ${quote(start)}`],
      };
    },
    why:
      "The compiler gives a name to a volume without one if the service has one container and no autodestroy. If you " +
      "change these settings, or the name, the service gets another volume. Docker copies no data from one volume to " +
      "another. The compiler compares its output with the file that it wrote before. If you name the volume " +
      "yourself, it stays the same.",
    right: "got-a-name:\n  image: redis\n  volumes:\n    - got-a-name-data:/data\n",
  }),
  "image-volume": warning<{
    service: string;
    image: string;
    paths: readonly { readonly path: string; readonly from?: number }[];
    others: readonly string[];
    replicas: number;
  }>({
    harm: "loses",
    perService: true,
    wording: ({ service, image, paths, others, replicas }) => ({
      message: `service ${quote(service)} loses its data whenever Swarm starts a new task`,
      label: "mounts no volume for data",
      notes: [
        `${quote(image)} keeps its data in ${paths.map(pathWithVersions).join(", ")}, and the service mounts ` +
          `nothing there`,
        others.length > 0 ? `a volume at ${listOf(others, "or")} does not hold this data` : undefined,
        "Swarm replaces a task that ends, moves or is deployed again; the new task starts with an empty volume",
        replicas > 1
          ? "containers of the service on the same node share a named volume, which damages most databases"
          : undefined,
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
    option: "--target swarm",
    wrong: "db:\n  image: mysql\n",
    right: "db:\n  image: mysql\n  volumes:\n    - /srv/db:/var/lib/mysql\n",
  }),
  "data-service": warning<{ service: string }>({
    harm: "rewrites",
    wording: ({ service }) => ({
      message: `service ${quote(service)} only holds volumes and is left out`,
      label: "not needed",
      notes: ["the services that use its volumes mount them by name"],
      help: [`remove ${quote(service)}, and name its volumes in the services that use them: \`data:/data\``],
    }),
    why:
      "Before Docker had named volumes, a service that does nothing held volumes for others. A Swarm would show such " +
      "a service as failed forever. The compiled file names the volumes instead. The compiler keeps a service if it " +
      "has a command, ports or links, if others link to it, or if it fills its volumes from its image.",
    option: "--target swarm",
    wrong:
      "app:\n  image: nginx\n  volumes_from:\n    - files\nfiles:\n  image: tianon/true\n  volumes:\n    - /files\n",
    right: "app:\n  image: nginx\n  volumes:\n    - files:/files\n",
  }),
} as const;

/** The first names of a list, and how many others there are. */
function shortList(names: readonly string[]): string {
  return names.length <= 6
    ? listOf(names)
    : `${names.slice(0, 5).map(quote).join(", ")}, and ${names.length - 5} others`;
}

function volumeAs(name: string | undefined): string {
  return name === undefined ? "a volume without a name" : `the volume ${quote(name)}`;
}

/** A command is shown whole, because it is meant to be copied. */
function command(text: string): string {
  return `\`${text}\``;
}

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
