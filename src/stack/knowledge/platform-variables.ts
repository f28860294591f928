/** What a variable of the old platform held. */
type PlatformVariable = "container" | "service" | "address" | "domain" | "machine" | "stack" | "api";

/**
 * The variables that the old platform set in every container, without `TUTUM_` or `DOCKERCLOUD_`. Sources: its
 * documentation of service discovery and of API roles; `STACK_NAME` and `IP_ADDRESS` as programs of its time read them.
 */
const variables: ReadonlyMap<string, PlatformVariable> = new Map([
  ["CONTAINER_HOSTNAME", "container"],
  ["CONTAINER_FQDN", "domain"],
  ["CONTAINER_API_URI", "api"],
  ["CONTAINER_API_URL", "api"],
  ["SERVICE_HOSTNAME", "service"],
  ["SERVICE_FQDN", "domain"],
  ["SERVICE_API_URI", "api"],
  ["SERVICE_API_URL", "api"],
  ["NODE_HOSTNAME", "machine"],
  ["NODE_FQDN", "machine"],
  ["NODE_API_URI", "api"],
  ["NODE_API_URL", "api"],
  ["STACK_NAME", "stack"],
  ["IP_ADDRESS", "address"],
  ["API_URL", "api"],
  ["AUTH", "api"],
  ["REST_HOST", "api"],
  ["STREAM_HOST", "api"],
]);

/**
 * What a variable of the old platform held; undefined for any other. Linked containers had the variables of each other
 * too, as `DB_1_ENV_TUTUM_CONTAINER_HOSTNAME` and `WEB_DOCKERCLOUD_API_URL`: `alias` is the link, in upper case.
 */
export function platformVariable(
  name: string,
): { readonly held: PlatformVariable; readonly alias: string | undefined } | undefined {
  for (const prefix of ["TUTUM_", "DOCKERCLOUD_"]) {
    const at = name.lastIndexOf(prefix);
    const held = at === 0 || name[at - 1] === "_" ? variables.get(name.slice(at + prefix.length)) : undefined;
    const before = name.slice(0, Math.max(0, at - 1));
    if (held !== undefined) return { held, alias: before === "" ? undefined : before.replace(/(?:_\d+)?_ENV$/, "") };
  }
  return undefined;
}
