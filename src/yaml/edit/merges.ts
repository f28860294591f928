import type { Member } from "./members.ts";
import type { Model, ModelMap } from "./model.ts";

/** What a mapping merges: one or several others, which a node of the merge key's value stands for. */
export interface MergeSource {
  readonly member: Member;
  /** The member of the list behind the merge key. */
  readonly item: Member | undefined;
  readonly maps: readonly ModelMap[];
  /** Whether it cannot stay: it has a key too many, or its anchor is gone. */
  readonly isStale: boolean;
}

/** What a mapping merges and does not override: of several `<<` the last one wins, of several in a list the first. */
export function inheritedFrom(sources: readonly MergeSource[]): ModelMap {
  const inherited = new Map<string, Model>();
  const keys = [...new Set(sources.map(({ member }) => member))].toReversed();
  const maps = keys.flatMap((key) =>
    sources.flatMap(({ member, maps, isStale }) => (member === key && !isStale ? maps : [])),
  );
  for (const map of maps) for (const [name, value] of map) if (!inherited.has(name)) inherited.set(name, value);
  return inherited;
}
