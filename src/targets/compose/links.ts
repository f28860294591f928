import type { Report } from "../../diagnostics/diagnostic.ts";
import { cycles } from "../../stack/graph.ts";
import type { KnownLink, Service, Stack } from "../../stack/model.ts";
import { aliasesOf, type Aliases, type LinkHere } from "../aliases.ts";

/**
 * The links between the services of a stack. They become `depends_on` and network aliases: Compose 2 and 5 restart a
 * service together with one that it names in `links`, and a container with `links` reaches only one container of a
 * scaled service, because Docker looks at them before the names of the network.
 */
export interface Links {
  /** The links of a service to services that Compose starts before it. */
  readonly startedFirst: (from: Service) => readonly KnownLink[];
  /** Those of them that stay links, because the alias would name several services on the network. */
  readonly staying: (from: Service) => readonly KnownLink[];
  /** The aliases of each service, by its name. */
  readonly aliases: Aliases["of"];
  /** Whether the alias of a link leads nowhere, because the link is part of a cycle. */
  readonly isLeftOut: (link: KnownLink) => boolean;
}

/** Plans the links of a stack. Reports those that lose something. */
export function linksOf(stack: Stack, report: Report): Links {
  const { services } = stack;
  const reached = new Map([...services].map(([name, from]) => [name, reachable(from, stack)]));
  const cycleOf = new Map<string, number>();
  for (const [index, cycle] of cycles(services.keys(), startedBefore).entries())
    for (const name of cycle) cycleOf.set(name, index);
  const isCircular = ({ from, link }: LinkHere): boolean =>
    cycleOf.has(from.name) && cycleOf.get(from.name) === cycleOf.get(link.service);
  const all = [...services.values()].flatMap((from) => reached.get(from.name)!.map((link) => ({ from, link })));
  const circular = new Set(all.filter(isCircular).map(({ link }) => link.alias.toLowerCase()));
  const foreign = namesOfOtherStacks(stack).filter((name) => !circular.has(name.toLowerCase()));
  const aliases = aliasesOf(stack, all, foreign);
  for (const here of all) reportLink(here, { isCircular: isCircular(here), isLost: aliases.isLost(here.link) });
  const startedFirst = (from: Service): readonly KnownLink[] =>
    reached.get(from.name)!.filter((link) => !isCircular({ from, link }));
  const leftOut = new Set(all.flatMap((here) => (isCircular(here) && aliases.isLost(here.link) ? [here.link] : [])));
  const staying = (from: Service): readonly KnownLink[] => startedFirst(from).filter(aliases.isLost);
  return { startedFirst, staying, aliases: aliases.of, isLeftOut: (link) => leftOut.has(link) };

  /** The services of the stack that Compose starts before a service: those that it links to or uses the volumes of. */
  function startedBefore(name: string): readonly string[] {
    return [...reached.get(name)!, ...services.get(name)!.volumesFrom].flatMap((item) =>
      item.kind !== "deferred" && item.stack === undefined && services.has(item.service) ? [item.service] : [],
    );
  }

  function reportLink({ from, link }: LinkHere, is: { readonly isCircular: boolean; readonly isLost: boolean }): void {
    const at = { path: link.origin, part: { text: link.service } };
    const params = { service: from.name, target: link.service };
    if (is.isCircular) report("circular-link", at, { ...params, lost: is.isLost ? link.alias : undefined });
    else if (is.isLost) reportScaled(from, link, services.get(link.service)!, report);
  }
}

/** Reports a link that stays one and therefore reaches one container of several. */
function reportScaled(from: Service, link: KnownLink, target: Service, report: Report): void {
  const { name, replicas, strategy, origin } = target;
  if (replicas < 2 || strategy === "EVERY_NODE") return;
  report(
    "link-to-one-container",
    { path: link.origin, part: { text: link.alias }, also: [...origin, "target_num_containers"] },
    { service: from.name, target: name, alias: link.alias, replicas },
  );
}

/** The links of a service to services on the network of its stack. */
function reachable({ hostNetwork, links }: Service, { services }: Stack): readonly KnownLink[] {
  if (hostNetwork) return [];
  return links.flatMap((link) =>
    link.kind === "link" && link.stack === undefined && services.get(link.service)?.hostNetwork === false ? [link] : [],
  );
}

/** The names of services of other stacks, which are looked up on the networks of those. */
function namesOfOtherStacks({ services }: Stack): readonly string[] {
  return [...services.values()].flatMap(({ links }) =>
    links.flatMap((link) => (link.kind === "link" && link.stack !== undefined ? [link.service] : [])),
  );
}
