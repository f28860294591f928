/** The API whose paths a request uses: Tutum's, or Docker Cloud's with its optional namespace. */
export interface Family {
  readonly name: "tutum" | "docker-cloud";
  /** Undefined without one. */
  readonly namespace: string | undefined;
}

/** What has an address of its own. */
export type Kind = "service" | "stack" | "container" | "action" | "node";

/** The header that names the action which a request began (reference tutum-api.md 1.6). */
export const actionHeaders = { tutum: "X-Tutum-Action-URI", "docker-cloud": "X-DockerCloud-Action-URI" } as const;

const tutum: Family = { name: "tutum", namespace: undefined };

/** The first words of paths that both families had, so that no namespace is taken for one. */
const resources = new Set(
  (
    "service stack container action node nodecluster nodetype provider region az auth register image repository " +
    "registry volume volumegroup tag trigger token events lifecycle"
  ).split(" "),
);

/**
 * A path in one form for both families: `/api/service/UUID` for the API, `/stream/service/UUID/logs` for its streams,
 * and anything else as it is. Two slashes count as one, and one at the end does not count.
 */
export function readPath(path: string): { readonly path: string; readonly family: Family } {
  const plain = path.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
  const [, area, rest] = /^\/api\/(?:(app|audit|infra|repo)\/)?v1\/(.+)$/.exec(plain) ?? [];
  if (rest === undefined) {
    const stream = /^\/v1\/(.+)$/.exec(plain)?.[1];
    return { path: stream === undefined ? plain : `/stream/${stream}`, family: tutum };
  }
  if (area === undefined) return { path: `/api/${rest}`, family: tutum };
  const [first = "", second = "", ...others] = rest.split("/");
  const hasNamespace = !resources.has(first) && resources.has(second);
  const own = hasNamespace ? [second, ...others].join("/") : rest;
  return { path: `/api/${own}`, family: { name: "docker-cloud", namespace: hasNamespace ? first : undefined } };
}

const areas: Readonly<Record<Kind, string>> = {
  service: "app",
  stack: "app",
  container: "app",
  action: "audit",
  node: "infra",
};

/** The address of all of a kind, as a client of the family asks for it. Actions never have a namespace. */
export function listUri({ name, namespace }: Family, kind: Kind): string {
  if (name === "tutum") return `/api/v1/${kind}/`;
  const between = namespace === undefined || kind === "action" ? "" : `${namespace}/`;
  return `/api/${areas[kind]}/v1/${between}${kind}/`;
}

/** The address of an object. */
export function uriOf(family: Family, kind: Kind, uuid: string): string {
  return `${listUri(family, kind)}${uuid}/`;
}

/** The identifier in an address of any family, or the text itself. */
export function identifierIn(address: string): string {
  return /^\/.*\/([^/]+)\/?$/.exec(address)?.[1] ?? address;
}
