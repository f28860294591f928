import { changeBrackets } from "./brackets.ts";
import type { Draft } from "./draft.ts";
import { appendLines, removeMembers, type Collection } from "./lines.ts";
import type { Styles } from "./style.ts";
import { isFlow, type Member } from "./members.ts";
import type { Model } from "./model.ts";
import { flow, flowPair, itemLines, pairLines, type Style } from "./write.ts";

/** The items to remove from a list, and those to insert, by the index of the item that they are inserted before. */
export interface ItemChange {
  readonly removed: ReadonlySet<Member>;
  readonly inserted: ReadonlyMap<number, readonly Model[]>;
}

/** Removes items from a list and inserts others. */
export function changeItems(
  draft: Draft,
  collection: Collection,
  { removed, inserted }: ItemChange,
  styles: Styles,
): void {
  const { node, members } = collection;
  const style = styles.of(members);
  if (isFlow(node)) {
    const texts = [...inserted].map(([index, items]) => [index, items.map((item) => flow(item, style))] as const);
    changeBrackets(draft, collection, { removed, separator: style.comma, inserted: new Map(texts) });
    return;
  }
  removeMembers(draft, collection, removed);
  const { start } = members[0]!;
  for (const [index, items] of inserted) {
    const lines = itemLines(items, draft.column(start), style);
    const before = members[index - 1];
    if (index === members.length) appendLines(draft, collection, lines);
    else draft.insertBelow(before ? draft.line(before.end) : draft.line(start) - 1, lines);
  }
}

type Pair = readonly [key: string, value: Model];

/** The pairs to remove from a mapping, and those to add. */
export interface PairChange {
  readonly removed: ReadonlySet<Member>;
  /** The merge key that the `given` pairs replace. */
  readonly merge: Member | undefined;
  readonly given: readonly Pair[];
  /** Pairs for the end of the mapping. */
  readonly added: readonly Pair[];
}

/** Removes keys from a mapping and adds others. */
export function changePairs(draft: Draft, collection: Collection, change: PairChange, styles: Styles): void {
  const { node, members, level } = collection;
  const style = styles.of(members);
  if (isFlow(node)) {
    changePairsInBrackets(draft, collection, change, style);
    return;
  }
  const { removed, merge, given, added } = change;
  const column = draft.column(members[0]!.start);
  if (merge && given.length > 0) draft.insertBelow(draft.line(merge.end), pairLines(new Map(given), column, style));
  removeMembers(draft, collection, removed);
  const separator = level === 1 && isSeparated(draft, members) ? [""] : [];
  const lines = added.flatMap((pair) => [...separator, ...pairLines(new Map([pair]), column, style)]);
  appendLines(draft, collection, lines);
}

function changePairsInBrackets(
  draft: Draft,
  collection: Collection,
  { removed, merge, given, added }: PairChange,
  style: Style,
): void {
  const { members } = collection;
  const texts = (pairs: readonly Pair[]): readonly string[] => pairs.map((pair) => flowPair(pair, style));
  // At least one member must stay, so that others can be appended after it.
  const inPlace = members.every((member) => removed.has(member)) ? [...given, ...added] : given;
  const isReplaced = merge !== undefined && removed.has(merge) && inPlace.length > 0;
  if (isReplaced) draft.splice(merge.start, merge.end, texts(inPlace).join(style.comma));
  const others = [...given, ...added].filter((pair) => !isReplaced || !inPlace.includes(pair));
  changeBrackets(draft, collection, {
    removed: new Set([...removed].filter((member) => !isReplaced || member !== merge)),
    separator: style.comma,
    inserted: new Map([[members.length, texts(others)]]),
  });
}

/** Whether there is a blank line between the last two services. */
function isSeparated(draft: Draft, members: readonly Member[]): boolean {
  const [one, other] = members.slice(-2);
  if (!one || !other) return false;
  for (let line = draft.line(one.end) + 1; line < draft.line(other.start); line++) if (draft.isBlank(line)) return true;
  return false;
}
