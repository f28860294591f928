import type { KnownLink, Service, Stack } from "../stack/model.ts";

/** A link to a service of the same stack, and the service that has it. */
export interface LinkHere {
  readonly from: Service;
  readonly link: KnownLink;
}

/** Network aliases that take the place of links. */
export interface Aliases {
  /** The aliases of each service, by its name. */
  readonly of: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether a link gets no alias, because the alias would name several services. */
  readonly isLost: (link: KnownLink) => boolean;
}

/**
 * Makes network aliases of links. The whole network sees an alias, in upper or lower case, so it can name only one
 * service. `foreign` are the names that services of other stacks are found by.
 */
export function aliasesOf({ services }: Stack, links: readonly LinkHere[], foreign: Iterable<string> = []): Aliases {
  const named = new Map<string, Set<string>>();
  for (const name of services.keys()) addTo(named, name.toLowerCase(), name);
  for (const name of foreign) addTo(named, name.toLowerCase(), `of another stack: ${name}`);
  for (const { link } of links) addTo(named, link.alias.toLowerCase(), link.service);
  const isLost = ({ alias, service }: KnownLink): boolean =>
    alias !== service && named.get(alias.toLowerCase())!.size > 1;
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
