import type { Deferred, Link, Service, Stack } from "../stack/model.ts";

/** A link to a service of the same stack, and the service that has it. */
export interface LinkHere {
  readonly from: Service;
  readonly link: Exclude<Link, Deferred>;
}

/** Network aliases, by the service that they are given to, and which links have none because their alias would name several services. */
export interface Aliases {
  readonly of: ReadonlyMap<string, ReadonlySet<string>>;
  readonly isLost: (link: LinkHere["link"]) => boolean;
}

/**
 * Makes network aliases of links. An alias is a name on the whole network, where upper and lower case are alike, so one that names a
 * second service cannot be kept.
 */
export function aliasesOf({ services }: Stack, links: readonly LinkHere[]): Aliases {
  const targets = new Map<string, Set<string>>();
  for (const name of services.keys()) addTo(targets, name.toLowerCase(), name);
  for (const { link } of links) addTo(targets, link.alias.toLowerCase(), link.service);
  const isLost = ({ alias, service }: LinkHere["link"]): boolean =>
    alias !== service && targets.get(alias.toLowerCase())!.size > 1;
  const aliases = new Map<string, Set<string>>();
  for (const { link } of links)
    if (link.alias !== link.service && !isLost(link)) addTo(aliases, link.service, link.alias);
  return { of: aliases, isLost };
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}
