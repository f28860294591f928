import type { Report } from "../diagnostics/diagnostic.ts";
import { exposedPorts } from "../stack/knowledge/exposed-ports.ts";
import type { KnownLink, Service, Stack } from "../stack/model.ts";
import type { Backend, TcpPort } from "./model.ts";
import { listOf, placeOf, portOf, readSettings, reportLost, textOf, type Settings } from "./read-settings.ts";
import { serviceSettings, type BalancerSetting, type ServiceSetting } from "./settings.ts";
import { parseVirtualHosts } from "./virtual-host.ts";

/** The services that a balancer sends requests to, in the order of its links. Reports what is lost or guessed. */
export function backendsOf(
  balancer: Service,
  own: Settings<BalancerSetting>,
  stack: Stack,
  report: Report,
): readonly Backend[] {
  const wished = wishedPorts(balancer, own, report);
  const names = new Set<string>();
  const backends = balancer.links.flatMap((link): readonly Backend[] => {
    if (link.kind === "deferred") {
      const at = { path: link.origin };
      report("lost-balancer-setting", at, { service: balancer.name, setting: link.text, ...deferredLink });
      return [];
    }
    if (!isResolvable(link.service) || link.service === balancer.name) return [];
    const linked = link.stack === undefined ? stack.services.get(link.service) : undefined;
    if (!linked && link.stack === undefined) return [];
    const name = distinct(link.alias.toUpperCase().replaceAll("-", "_"), names);
    if (linked) return [backendOf(link, { name, linked, wished, balancer }, stack, report)];
    return [foreignBackend(link, { name, wished, balancer }, report)];
  });
  reportUnreached(balancer, backends, report);
  return backends;
}

const deferredLink = {
  why: "a link that contains a variable is known only when the stack starts",
  help: "write the name of the service",
};

interface Linking {
  readonly name: string;
  readonly linked: Service;
  readonly wished: readonly number[];
  readonly balancer: Service;
}

function backendOf(link: KnownLink, linking: Linking, { interpolation }: Stack, report: Report): Backend {
  const { linked, name, wished, balancer } = linking;
  const settings = readSettings(linked, serviceSettings, { interpolation, report });
  const excluded = portsIn(linked, settings, "EXCLUDE_PORTS", report);
  const tcpPorts = tcpPortsOf(linked, settings, report);
  const isTcp = (port: number): boolean => tcpPorts.some((tcp) => tcp.port === port);
  const hosts = parseHosts(settings);
  const isForHttp = tcpPorts.length === 0 || hosts.length > 0;
  const lists = [wished, knownPorts(linked), isForHttp ? portOfImage(linked) : []];
  const known = (lists.find((list) => list.length > 0) ?? []).filter((port) => !excluded.includes(port));
  const candidates = known.filter((port) => !isTcp(port));
  const isUnknown = known.length === 0 && isForHttp;
  const port = isUnknown && !excluded.includes(80) ? 80 : candidates.includes(80) ? 80 : candidates[0];
  const at = { path: link.origin, part: { text: link.service } } as const;
  const also = { path: linked.origin, part: "key" } as const;
  if (isUnknown) report("unknown-backend-port", { ...at, also }, { service: balancer.name, target: linked.name, port });
  if (candidates.length > 1 && port !== undefined)
    report("several-backend-ports", at, { service: balancer.name, target: linked.name, ports: candidates, port });
  return {
    link,
    name,
    settings,
    slots: Math.min(Math.max(10, 2 * linked.replicas), mostSlots),
    port,
    tcpPorts,
    virtualHosts: hosts,
  };
}

/** More addresses do not fit into an answer of Docker's DNS. */
const mostSlots = 500;

/** A service of another stack, of which this file knows only the name. */
function foreignBackend(link: KnownLink, { name, wished, balancer }: Omit<Linking, "linked">, report: Report): Backend {
  const [port = 80] = wished;
  const params = { service: balancer.name, target: link.service, stack: link.stack!, port };
  report("foreign-backend", link.origin, params);
  return { link, name, settings: new Map(), slots: 10, port, tcpPorts: [], virtualHosts: [] };
}

function parseHosts(settings: Settings<ServiceSetting>): Backend["virtualHosts"] {
  const text = textOf(settings, "VIRTUAL_HOST");
  return text === undefined ? [] : parseVirtualHosts(text);
}

/** The ports of the containers that the balancer itself names, as its first version read them. */
function wishedPorts(balancer: Service, own: Settings<BalancerSetting>, report: Report): readonly number[] {
  for (const name of ["BACKEND_PORTS", "BACKEND_PORT", "PORT"] as const) {
    const ports = portsIn(balancer, own, name, report);
    if (ports.length > 0) return ports;
  }
  return [];
}

/** The ports that a setting lists. Reports what is no port. */
function portsIn<Name extends string>(
  service: Service,
  settings: Settings<Name>,
  name: Name,
  report: Report,
): readonly number[] {
  return listOf(textOf(settings, name)).flatMap((item) => {
    const port = portOf(item.replace(/\/tcp$/i, ""));
    if (port === undefined) reportLost(service, settings.get(name)!.variable, noPort(item), report);
    return port === undefined ? [] : [port];
  });
}

/** Why something is left out that must be a port. */
export function noPort(item: string): { readonly why: string; readonly help: string } {
  const shown = item.length > 40 ? `${item.slice(0, 40)}...` : item;
  return { why: `\`${shown}\` is not a port`, help: "write a number from 1 to 65535" };
}

function tcpPortsOf(service: Service, settings: Settings<ServiceSetting>, report: Report): readonly TcpPort[] {
  const found = new Map<number, TcpPort>();
  for (const item of listOf(textOf(settings, "TCP_PORTS"))) {
    const [text = "", ending = ""] = item.split("/");
    const port = portOf(text.trim());
    if (port === undefined) reportLost(service, settings.get("TCP_PORTS")!.variable, noPort(item), report);
    else found.set(port, { port, isSecure: found.get(port)?.isSecure || /^ssl$/i.test(ending.trim()) });
  }
  return [...found.values()];
}

/** The ports of a service's containers that the file names, as far as a range is short. */
function knownPorts({ expose, ports }: Service): readonly number[] {
  const numbers = [...expose, ...ports].flatMap((port) => {
    if (port.kind === "deferred" || port.protocol === "udp") return [];
    const { first, last } = port.container;
    return Array.from({ length: Math.min(last - first + 1, 100) }, (_, index) => first + index);
  });
  return [...new Set(numbers)];
}

/** The port that a well-known image is known to answer at: 80, or else the first one. */
function portOfImage({ image }: Service): readonly number[] {
  const ports = (exposedPorts(image) ?? []).flatMap((text) => portOf(text) ?? []);
  return ports.includes(80) ? [80] : ports.slice(0, 1);
}

/** Reports services that get no request, because others of the same balancer have a `VIRTUAL_HOST`. */
function reportUnreached(balancer: Service, backends: readonly Backend[], report: Report): void {
  const other = backends.find(({ virtualHosts }) => virtualHosts.length > 0);
  if (!other) return;
  for (const { link, virtualHosts, tcpPorts } of backends) {
    if (virtualHosts.length > 0 || tcpPorts.length > 0) continue;
    const { name, origin } = other.settings.get("VIRTUAL_HOST")!.variable;
    report(
      "unreached-service",
      { path: link.origin, part: { text: link.service }, also: placeOf(origin, name) },
      { service: balancer.name, target: link.service, stack: link.stack, other: other.link.service },
    );
  }
}

/** Whether a name can be looked up: HAProxy refuses any other. */
function isResolvable(name: string): boolean {
  return name.split(".").every((label) => /^[\w-]{1,63}$/.test(label));
}

/** The name, or the same with a number. */
function distinct(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
  taken.add(name);
  return name;
}
