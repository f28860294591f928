import type { Collection } from "./lines.ts";
import type { Member } from "./members.ts";
import type { Model, ModelMap } from "./model.ts";

/** A merge key with what it merges. */
export interface Merge {
  readonly member: Member;
  /** The list behind the key, if it is one. */
  readonly list: Collection | undefined;
  readonly sources: readonly MergeSource[];
}

/** A mapping that is merged; an alias behind a merge key can stand for a list of them. */
export interface MergeSource {
  /** What stands for it in the list behind the merge key. */
  readonly item: Member | undefined;
  readonly maps: readonly ModelMap[];
  /** Whether it cannot stay: it has a key too many, or is no mapping any more. */
  readonly isStale: boolean;
}

/** What a mapping merges and does not override: of several `<<` the last one wins, of several in a list the first. */
export function inheritedFrom(merges: readonly Merge[]): ModelMap {
  const inherited = new Map<string, Model>();
  const sources = merges.toReversed().flatMap((merge) => merge.sources);
  for (const map of sources.flatMap(({ maps, isStale }) => (isStale ? [] : maps)))
    for (const [name, value] of map) if (!inherited.has(name)) inherited.set(name, value);
  return inherited;
}
