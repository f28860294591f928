import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Deferred, Link, Service, Stack } from "../../stack/model.ts";
import { cycles } from "../../stack/graph.ts";
import { Sourced } from "../../yaml/print.ts";
import { aliasesOf } from "../aliases.ts";
import { projectName } from "../project-name.ts";
import type { ComposeService } from "./model.ts";

/** How the services of a stack reach each other and those of other stacks. */
export interface Network {
  /** `links`, `external_links` and `networks` of a service. */
  of(service: Service): ComposeService;
  /** The networks of other stacks that were used, by the key they have in the file. */
  readonly external: ReadonlyMap<string, { readonly external: true; readonly name: string }>;
}

type KnownLink = Exclude<Link, Deferred>;
type ForeignLink = KnownLink & { readonly stack: string };

/** Turns links into Compose's terms. Reports links that cannot stay links. */
export function networkOf(stack: Stack, report: Report): Network {
  const external = new Map<string, { readonly external: true; readonly name: string }>();
  const { isCircular, aliases } = circularLinks(stack, report);
  const ownNames = new Set(
    [...stack.services.keys(), ...[...aliases.values()].flatMap((names) => [...names])].map((name) =>
      name.toLowerCase(),
    ),
  );
  return { of, external };

  function of(service: Service): ComposeService {
    if (service.hostNetwork) return {};
    const here = service.links.filter(
      (link) =>
        link.kind === "deferred" ||
        (link.stack === undefined && !isCircular(service, link) && isReachable(service, link)),
    );
    const elsewhere = service.links.filter(
      (link): link is ForeignLink => link.kind === "link" && link.stack !== undefined,
    );
    const links = here.map((link) => new Sourced(link.origin, linkText(link)));
    const externalLinks = elsewhere.flatMap((link) => joinStack(service, link));
    const networks = networksOf([...(aliases.get(service.name) ?? [])], elsewhere);
    return {
      ...(links.length ? { links } : {}),
      ...(externalLinks.length ? { external_links: externalLinks } : {}),
      ...(networks.size ? { networks } : {}),
    };
  }

  function isReachable(service: Service, link: KnownLink): boolean {
    const target = stack.services.get(link.service);
    if (!target?.hostNetwork) return true;
    report(
      "link-to-host-network",
      { path: link.origin, part: { text: link.service }, also: [...target.origin, "net"] },
      { service: service.name, target: target.name },
    );
    return false;
  }

  /** Docker resolves the target of an alias as any other name, so the service's own name will do, unless this stack has it, too. */
  function joinStack(service: Service, link: ForeignLink): readonly Sourced<string>[] {
    const { stack: other } = link;
    const network = networkName(other);
    external.set(network, { external: true, name: network });
    const start = `docker compose --project-name ${projectName(other)} up`;
    const container = ownNames.has(link.service.toLowerCase()) ? containerOf(other, link.service) : undefined;
    report("cross-stack-link", link.origin, {
      service: service.name,
      target: link.service,
      stack: projectName(other),
      network,
      container,
      start,
    });
    const target = container?.name ?? link.service;
    return target === link.alias ? [] : [new Sourced(link.origin, `${target}:${link.alias}`)];
  }
}

/** The names that Compose v2 and docker-compose 1 give to the first container of a service. */
export function containerOf(
  stack: string,
  service: string,
): { readonly name: string; readonly nameInVersion1: string } {
  const project = projectName(stack);
  return { name: `${project}-${service}-1`, nameInVersion1: `${project}_${service}_1` };
}

function networkName(stack: string): string {
  return `${projectName(stack)}_default`;
}

function linkText(link: Link): string {
  if (link.kind === "deferred") return link.text;
  return link.alias === link.service ? link.service : `${link.service}:${link.alias}`;
}

function networksOf(
  aliases: readonly string[],
  elsewhere: readonly ForeignLink[],
): NonNullable<ComposeService["networks"]> {
  if (aliases.length === 0 && elsewhere.length === 0) return new Map();
  const others = elsewhere.map((link) => [networkName(link.stack), null] as const);
  return new Map([["default", aliases.length ? { aliases } : null], ...others]);
}

/**
 * Links in a cycle, which Compose refuses: they become aliases of the service they name, which resolve without a link. An alias is a
 * name on the whole network, so one that is used for two services cannot be kept.
 */
function circularLinks(
  stack: Stack,
  report: Report,
): {
  readonly isCircular: (from: Service, link: KnownLink) => boolean;
  readonly aliases: ReadonlyMap<string, ReadonlySet<string>>;
} {
  const { services } = stack;
  const dependencies = (service: Service): readonly string[] =>
    [...waitingLinks(service), ...service.volumesFrom].flatMap((item) =>
      item.kind !== "deferred" && item.stack === undefined && services.has(item.service) ? [item.service] : [],
    );
  const waitingLinks = ({ hostNetwork, links }: Service): readonly Link[] =>
    hostNetwork ? [] : links.filter((link) => link.kind === "link" && !services.get(link.service)?.hostNetwork);
  const cycleOf = new Map<string, number>();
  for (const [index, cycle] of cycles(services.keys(), (name) => dependencies(services.get(name)!)).entries()) {
    for (const name of cycle) cycleOf.set(name, index);
  }
  const isCircular = (from: Service, link: KnownLink): boolean =>
    cycleOf.has(from.name) && cycleOf.get(from.name) === cycleOf.get(link.service) && link.stack === undefined;
  const circular = [...services.values()].flatMap((from) =>
    waitingLinks(from).flatMap((link) => (link.kind === "link" && isCircular(from, link) ? [{ from, link }] : [])),
  );
  const aliases = aliasesOf(stack, circular);
  for (const { from, link } of circular) {
    const { alias, service: target } = link;
    report(
      "circular-link",
      { path: link.origin, part: { text: target } },
      { service: from.name, target, lost: aliases.isLost(link) ? alias : undefined },
    );
  }
  return { isCircular, aliases: aliases.of };
}
