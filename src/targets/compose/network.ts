import type { Report } from "../../diagnostics/diagnostic.ts";
import type { KnownLink, Link, Service, Stack } from "../../stack/model.ts";
import { Sourced } from "../../yaml/printable.ts";
import type { Aliases } from "../aliases.ts";
import { projectName } from "../project-name.ts";
import type { ExternalNetwork } from "../rows.ts";
import { linksOf } from "./links.ts";
import type { ComposeService } from "./model.ts";

/** How the services of a stack reach each other and those of other stacks. */
export interface ComposeNetwork {
  /** `depends_on`, `links`, `external_links` and `networks` of a service. Reports links that lose something. */
  of(service: Service): ComposeService;
  /** The name by which a service reaches the one that it links to. */
  readonly addressOf: (service: Service, link: KnownLink) => string;
  /** The networks of other stacks that were used, by their key in the file. */
  readonly external: ReadonlyMap<string, ExternalNetwork>;
}

type ForeignLink = KnownLink & { readonly stack: string };

/** Translates links to Compose's terms. Reports links that lose something. */
export function composeNetwork(stack: Stack, report: Report): ComposeNetwork {
  const external = new Map<string, ExternalNetwork>();
  const { startedFirst, staying, aliases, isLeftOut } = linksOf(stack, report);
  const ownNames = namesOf(stack, aliases);
  return { of, external, addressOf: (_, link) => (isLeftOut(link) ? link.service : link.alias) };

  function of(service: Service): ComposeService {
    if (service.hostNetwork) return {};
    for (const link of service.links) reportHostNetwork(service, link);
    const foreignLinks = service.links.filter(
      (link): link is ForeignLink => link.kind === "link" && link.stack !== undefined,
    );
    const deferred = service.links.filter((link) => link.kind === "deferred");
    const dependsOn = dependenciesOf(startedFirst(service));
    const links = [...staying(service), ...deferred].map((link) => new Sourced(link.origin, linkText(link)));
    const externalLinks = foreignLinks.flatMap((link) => joinStack(service, link, { ownNames, external, report }));
    const networks = networksOf([...(aliases.get(service.name) ?? [])], foreignLinks);
    return {
      ...(dependsOn.length ? { depends_on: dependsOn } : {}),
      ...(links.length ? { links } : {}),
      ...(externalLinks.length ? { external_links: externalLinks } : {}),
      ...(networks.size ? { networks } : {}),
    };
  }

  function reportHostNetwork(service: Service, link: Link): void {
    if (link.kind === "deferred" || link.stack !== undefined) return;
    const linked = stack.services.get(link.service);
    if (!linked?.hostNetwork) return;
    report(
      "link-to-host-network",
      { path: link.origin, part: { text: link.service }, also: [...linked.origin, "net"] },
      { service: service.name, target: linked.name },
    );
  }
}

/** The linked services, each once. */
function dependenciesOf(links: readonly KnownLink[]): readonly Sourced<string>[] {
  const first = new Map<string, KnownLink>();
  for (const link of links) if (!first.has(link.service)) first.set(link.service, link);
  return [...first].map(([name, { origin }]) => new Sourced(origin, name));
}

/**
 * Adds the network of the other stack to `external`. A service of that stack is found by its own name, as Docker looks
 * up any name; by the name of its container if this stack has a service or an alias of that name.
 */
function joinStack(
  service: Service,
  link: ForeignLink,
  { ownNames, external, report }: Joining,
): readonly Sourced<string>[] {
  const network = networkName(link.stack);
  external.set(network, { external: true, name: network });
  const container = ownNames.has(link.service.toLowerCase()) ? containerOf(link.stack, link.service) : undefined;
  report("cross-stack-link", link.origin, {
    service: service.name,
    target: link.service,
    stack: projectName(link.stack),
    network,
    container,
    start: `docker compose --project-name ${projectName(link.stack)} up`,
  });
  const name = container?.name ?? link.service;
  return name === link.alias ? [] : [new Sourced(link.origin, `${name}:${link.alias}`)];
}

interface Joining {
  /** The names of services and aliases of this stack, in lower case. */
  readonly ownNames: ReadonlySet<string>;
  readonly external: Map<string, ExternalNetwork>;
  readonly report: Report;
}

function namesOf({ services }: Stack, aliases: Aliases["of"]): ReadonlySet<string> {
  const names = [...services.keys(), ...[...aliases.values()].flatMap((ofService) => [...ofService])];
  return new Set(names.map((name) => name.toLowerCase()));
}

/** The names that Compose v2 and docker-compose 1 give to the first container of a service. */
export function containerOf(
  stackName: string,
  service: string,
): { readonly name: string; readonly nameInVersion1: string } {
  const project = projectName(stackName);
  return { name: `${project}-${service}-1`, nameInVersion1: `${project}_${service}_1` };
}

function networkName(stackName: string): string {
  return `${projectName(stackName)}_default`;
}

function linkText(link: Link): string {
  if (link.kind === "deferred") return link.text;
  return link.alias === link.service ? link.service : `${link.service}:${link.alias}`;
}

function networksOf(
  aliases: readonly string[],
  foreignLinks: readonly ForeignLink[],
): NonNullable<ComposeService["networks"]> {
  if (aliases.length === 0 && foreignLinks.length === 0) return new Map();
  const others = foreignLinks.map((link) => [networkName(link.stack), null] as const);
  return new Map([["default", aliases.length ? { aliases } : null], ...others]);
}
