import type { Report } from "../diagnostics/diagnostic.ts";
import { variablePrefix } from "../stack/grammar/link-variable.ts";
import { parsePort } from "../stack/grammar/port.ts";
import { exposedPorts } from "../stack/knowledge/exposed-ports.ts";
import type { KnownLink, Service, Stack } from "../stack/model.ts";

/** The variables of the links of each service, by the name of the service. */
export type LinkVariables = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** How many variables of links a file may get. */
const mostVariables = 500_000;

/**
 * The variables that Docker's links set, for the services of a stack that is compiled with them (reference migration.md
 * 3). `addressOf` gives the name by which a service reaches what it links to. Reports services whose port is unknown,
 * and when the variables are too many.
 */
export function linkVariables(
  { services, linkVariables: mode }: Stack,
  addressOf: (from: Service, link: KnownLink) => string,
  report: Report,
): LinkVariables {
  const written = new Map<string, Map<string, string>>();
  if (mode === "off") return written;
  const known = new Map<string, readonly Endpoint[]>();
  let count = 0;
  for (const from of services.values())
    for (const link of reachable(from, services)) {
      const target = link.stack === undefined ? services.get(link.service) : undefined;
      const name = `${link.service}.${link.stack ?? ""}`;
      const ports = known.get(name) ?? endpointsOf(from, link, target, report);
      known.set(name, ports);
      const variables = written.get(from.name) ?? new Map<string, string>();
      written.set(from.name, variables);
      count -= variables.size;
      addMissing(variables, variablesOf(from, link, { address: addressOf(from, link), ports, target }));
      count += variables.size;
      if (count <= mostVariables) continue;
      report("too-many-link-variables", link.origin, { limit: mostVariables });
      return new Map();
    }
  for (const [name, variables] of written)
    for (const own of services.get(name)!.environment) variables.delete(own.name);
  return written;
}

function addMissing(variables: Map<string, string>, others: Iterable<readonly [string, string]>): void {
  for (const [name, value] of others) if (!variables.has(name)) variables.set(name, value);
}

/** The links whose services can be reached: those on the network of the host have no links. */
function reachable({ hostNetwork, links }: Service, services: Stack["services"]): readonly KnownLink[] {
  if (hostNetwork) return [];
  return links.flatMap((link) => (link.kind === "link" && !services.get(link.service)?.hostNetwork ? [link] : []));
}

/** A port of a linked container. */
interface Endpoint {
  readonly port: number;
  readonly protocol: "tcp" | "udp";
}

/**
 * The ports of a linked service in Docker's order: what it publishes and exposes, and what its image exposes. Reports
 * one without any.
 */
function endpointsOf(from: Service, link: KnownLink, target: Service | undefined, report: Report): readonly Endpoint[] {
  const image = exposedPorts(target?.image ?? "")?.flatMap((text) => parsePort(text)) ?? [];
  const found = new Map<string, Endpoint>();
  for (const item of [...(target?.ports ?? []), ...(target?.expose ?? []), ...image]) {
    if (!("container" in item)) continue;
    const { container, protocol } = item;
    for (let port = container.first; port <= container.last; port++)
      found.set(`${port}/${protocol}`, { port, protocol });
  }
  if (found.size === 0)
    report("unknown-link-port", target ? [...target.origin, "image"] : link.origin, {
      service: from.name,
      target: link.service,
      image: target?.image,
      stack: link.stack,
      example: `${variablePrefix(link.alias)}_PORT_80_TCP_ADDR`,
    });
  return [...found.values()].toSorted((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol));
}

/** What the variables of one link are made of. */
interface Linked {
  readonly address: string;
  readonly ports: readonly Endpoint[];
  /** The linked service; undefined for one of another stack. */
  readonly target: Service | undefined;
}

/** The variables of a link, once for the service and once for its first container. */
function* variablesOf(from: Service, link: KnownLink, linked: Linked): Generator<readonly [string, string]> {
  for (const number of ["", "_1"]) {
    const prefix = `${variablePrefix(link.alias)}${number}`;
    const [first] = linked.ports;
    if (first) yield [`${prefix}_PORT`, urlOf(linked.address, first)];
    yield* rangesOf(prefix, linked);
    for (const endpoint of linked.ports) {
      const name = nameOf(prefix, endpoint);
      yield [name, urlOf(linked.address, endpoint)];
      yield [`${name}_ADDR`, linked.address];
      yield [`${name}_PORT`, String(endpoint.port)];
      yield [`${name}_PROTO`, endpoint.protocol];
    }
    yield [`${prefix}_NAME`, `/${from.name}/${link.alias}`];
    // Docker leaves these two out: they belong to the container itself.
    for (const { name, value } of linked.target?.environment ?? [])
      if (value !== null && name !== "HOME" && name !== "PATH") yield [`${prefix}_ENV_${name}`, value];
  }
}

/** The variables for ports that follow each other. */
function* rangesOf(prefix: string, { address, ports }: Linked): Generator<readonly [string, string]> {
  for (let start = 0, end = 0; start < ports.length; start = end + 1) {
    for (end = start; end + 1 < ports.length && ports[end + 1]!.port <= ports[start]!.port + (end - start) + 1;) end++;
    const [first, last] = [ports[start]!, ports[end]!];
    if (start === end) continue;
    const name = nameOf(prefix, first);
    yield [`${name}_START`, urlOf(address, first)];
    yield [`${name}_ADDR`, address];
    yield [`${name}_PROTO`, first.protocol];
    yield [`${name}_PORT_START`, String(first.port)];
    const lastName = `${prefix}_PORT_${first.port}_${last.protocol.toUpperCase()}`;
    yield [`${lastName}_END`, urlOf(address, last)];
    yield [`${lastName}_PORT_END`, String(last.port)];
  }
}

function nameOf(prefix: string, { port, protocol }: Endpoint): string {
  return `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
}

function urlOf(address: string, { port, protocol }: Endpoint): string {
  return `${protocol}://${address}:${port}`;
}
