/** What was reached under a name that nobody answers for today. */
type DeadService = "registry" | "name" | "api";

/** A name of the old platform in a text, and what it was. */
export interface DeadName {
  readonly name: string;
  readonly was: DeadService;
}

interface DeadDomain {
  readonly domain: string;
  /** How the path of a URL begins, where the domain itself is alive. */
  readonly path?: string;
  readonly was: DeadService;
}

/**
 * The domains of the old platform; each stands for all names below it. Sources: its documentation of service discovery
 * (`SERVICE.STACK.USER.svc.tutum.io`, `SERVICE.ID.svc.dockerapp.io`, the same with `cont` and `node`), its API
 * (`dashboard.tutum.co/api`, `stream.tutum.co`, `cloud.docker.com/api`, `ws.cloud.docker.com`), its registry.
 */
const deadDomains: readonly DeadDomain[] = [
  { domain: "dashboard.tutum.co", was: "api" },
  { domain: "stream.tutum.co", was: "api" },
  { domain: "tutum.co", was: "registry" },
  { domain: "tutum.io", was: "name" },
  { domain: "dockerapp.io", was: "name" },
  { domain: "ws.cloud.docker.com", was: "api" },
  { domain: "cloud.docker.com", path: "/api", was: "api" },
];

/**
 * Which name of the old platform a host is, given what follows it in the text; undefined for any other host. The name
 * has the path where the domain itself is alive.
 */
export function deadName(host: string, following: string): DeadName | undefined {
  const name = host.toLowerCase();
  const found = deadDomains.find(
    ({ domain, path = "" }) => (name === domain || name.endsWith(`.${domain}`)) && following.startsWith(path),
  );
  return found && { name: host + (found.path ?? ""), was: found.was };
}
