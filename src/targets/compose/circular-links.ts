import type { Report } from "../../diagnostics/diagnostic.ts";
import { cycles } from "../../stack/graph.ts";
import type { KnownLink, Service, Stack } from "../../stack/model.ts";
import { aliasesOf, type Aliases } from "../aliases.ts";

/** The links of a stack that form a cycle, which Compose refuses, and what takes their place. */
export interface CircularLinks {
  readonly isCircular: (from: Service, link: KnownLink) => boolean;
  /** Aliases of the services that the links name, which resolve without a link. */
  readonly aliases: Aliases["of"];
}

/** Finds the links that form a cycle, and reports each of them. */
export function circularLinks(stack: Stack, report: Report): CircularLinks {
  const { services } = stack;
  const cycleOf = new Map<string, number>();
  for (const [index, cycle] of cycles(services.keys(), (name) => startedBefore(name, stack)).entries())
    for (const name of cycle) cycleOf.set(name, index);
  const isCircular = (from: Service, link: KnownLink): boolean =>
    cycleOf.has(from.name) && cycleOf.get(from.name) === cycleOf.get(link.service) && link.stack === undefined;
  const circular = [...services.values()].flatMap((from) =>
    orderingLinks(from, stack).flatMap((link) => (isCircular(from, link) ? [{ from, link }] : [])),
  );
  const aliases = aliasesOf(stack, circular);
  for (const { from, link } of circular) {
    report(
      "circular-link",
      { path: link.origin, part: { text: link.service } },
      { service: from.name, target: link.service, lost: aliases.isLost(link) ? link.alias : undefined },
    );
  }
  return { isCircular, aliases: aliases.of };
}

/** The services of the stack that Compose starts before a service: those that it links to or uses the volumes of. */
function startedBefore(name: string, stack: Stack): readonly string[] {
  const service = stack.services.get(name)!;
  return [...orderingLinks(service, stack), ...service.volumesFrom].flatMap((item) =>
    item.kind !== "deferred" && item.stack === undefined && stack.services.has(item.service) ? [item.service] : [],
  );
}

/** The links of a service that are written, so that Compose starts the linked services first. */
function orderingLinks({ hostNetwork, links }: Service, { services }: Stack): readonly KnownLink[] {
  if (hostNetwork) return [];
  return links.filter((link) => link.kind === "link").filter((link) => !services.get(link.service)?.hostNetwork);
}
