import type { Collection } from "./lines.ts";
import type { Member } from "./members.ts";
import type { Model, ModelMap } from "./model.ts";

/** A merge key (`<<`) and its sources. */
export interface Merge {
  readonly member: Member;
  /** The list behind the key, if it is one. */
  readonly list: Collection | undefined;
  readonly sources: readonly MergeSource[];
}

/** A merged mapping, or an alias for a list of mappings. */
export interface MergeSource {
  /** Its item in the list of the merge key. */
  readonly item: Member | undefined;
  readonly maps: readonly ModelMap[];
  /** Whether it must go: it has an unwanted key, or is no longer a mapping. */
  readonly isStale: boolean;
}

/** The pairs that merge keys add. Of several `<<`, the last one wins; in a list, the first item wins. */
export function inheritedFrom(merges: readonly Merge[]): ModelMap {
  const inherited = new Map<string, Model>();
  const sources = merges.toReversed().flatMap((merge) => merge.sources);
  for (const map of sources.flatMap(({ maps, isStale }) => (isStale ? [] : maps)))
    for (const [name, value] of map) if (!inherited.has(name)) inherited.set(name, value);
  return inherited;
}
