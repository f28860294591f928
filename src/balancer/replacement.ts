import { escapeDollars } from "../stack/grammar/dollar.ts";
import { cycles } from "../stack/graph.ts";
import type { KnownLink, Link, Port, Service, Stack } from "../stack/model.ts";
import { certificateCommand } from "./certificates.ts";
import { haproxyConfig } from "./haproxy.ts";
import { configPath } from "./image.ts";
import type { Balancer } from "./model.ts";
import { balancerSettings, rowOf } from "./settings.ts";

/**
 * The stack with HAProxy in the place of its load balancers, as ordinary services: what is not about the old program
 * stays. Their config is not among their volumes, because each target mounts it in its own way. `nameOf` gives the
 * name under which the target finds a linked service.
 */
export function replaceBalancers(
  stack: Stack,
  balancers: readonly Balancer[],
  { image, nameOf }: { readonly image: string; readonly nameOf: (link: KnownLink) => string },
): Stack {
  const services = new Map(stack.services);
  const cycleOf = new Map<string, number>();
  for (const [index, cycle] of cycles(services.keys(), (name) => linkedNames(services.get(name)!, stack)).entries())
    for (const name of cycle) cycleOf.set(name, index);
  for (const balancer of balancers) {
    const { name } = balancer.service;
    const isInCycle = (other: string): boolean => cycleOf.has(name) && cycleOf.get(name) === cycleOf.get(other);
    services.set(name, { ...replacement(balancer, stack), image, links: linksOf(balancer, isInCycle, nameOf) });
  }
  return { ...stack, services };
}

function linkedNames({ links, volumesFrom }: Service, { services }: Stack): readonly string[] {
  return [...links, ...volumesFrom].flatMap((item) =>
    item.kind !== "deferred" && item.stack === undefined && services.has(item.service) ? [item.service] : [],
  );
}

/**
 * What the balancer needs started before it. It looks services up by their own names: an alias would be a name that
 * leads to one container. Nothing needs a link in a cycle, because HAProxy starts without its services.
 */
function linksOf(
  { service, log }: Balancer,
  isInCycle: (name: string) => boolean,
  nameOf: (link: KnownLink) => string,
): readonly Link[] {
  const links = service.links.flatMap((link): readonly Link[] => {
    if (link.kind === "deferred" || (link.stack === undefined && isInCycle(link.service))) return [];
    return [{ ...link, alias: nameOf(link) }];
  });
  const isLinked = links.some((link) => link.kind === "link" && link.service === log?.service);
  if (log?.service === undefined || isLinked || isInCycle(log.service)) return links;
  const origin = [...service.origin, "links"];
  return [...links, { kind: "link", origin, service: log.service, stack: undefined, alias: log.service }];
}

/** The service without what only the old program used, and as harmless as HAProxy can be. */
function replacement(balancer: Balancer, { interpolation }: Stack): Omit<Service, "image" | "links"> {
  const { service, certificates } = balancer;
  const { environment, capAdd, capDrop, user, volumes } = service;
  const needed = [...certificates.files.map(({ variable }) => variable), certificates.authority?.variable].filter(
    (variable) => variable !== undefined,
  );
  const isNeeded = new Set(needed.map(({ name }) => name));
  const others = environment.filter(({ name }) => !rowOf(balancerSettings, name) && !isNeeded.has(name));
  const command = certificateCommand(certificates, configPath);
  const { isUsersFolder } = certificates;
  return {
    ...service,
    command: interpolation === "on" ? command?.map(escapeDollars) : command,
    entrypoint: undefined,
    environment: [...others, ...needed],
    roles: [],
    volumes: volumes.filter((volume) => !("source" in volume && volume.source.endsWith("docker.sock"))),
    readOnly: true,
    user: user ?? (isUsersFolder ? "root" : undefined),
    capAdd: [...new Set([...capAdd, ...(isUsersFolder ? capabilitiesOfRoot : [])])],
    capDrop: [...new Set([...capDrop, "ALL"])],
    hostNetwork: false,
    ports: service.hostNetwork ? portsOf(balancer) : service.ports,
  };
}

/** What root needs to read a folder of somebody else, to open its ports, and to become another user. */
const capabilitiesOfRoot = ["DAC_OVERRIDE", "NET_BIND_SERVICE", "SETGID", "SETUID"];

/** The ports that a balancer on the host's network opened there, published. */
function portsOf(balancer: Balancer): readonly Port[] {
  const config = haproxyConfig(balancer, { header: undefined, hostOf: () => "host", nameOf: (name) => name });
  const numbers = new Set([...config.matchAll(/^ +bind :(\d+)/gm)].map(([, port]) => Number(port)));
  return [...numbers]
    .toSorted((one, other) => one - other)
    .map((number) => {
      const range = { first: number, last: number };
      const origin = [...balancer.service.origin, "net"];
      return { kind: "port", origin, host: range, container: range, protocol: "tcp" };
    });
}
