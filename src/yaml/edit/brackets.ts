import type { Draft } from "./draft.ts";
import type { Collection } from "./lines.ts";
import { commasOf, type Member } from "./members.ts";

/** Which members in brackets are removed and inserted. At least one old member stays. */
export interface Change {
  readonly removed: ReadonlySet<Member>;
  /** The text between members on one line. */
  readonly separator: "," | ", ";
  /** Texts of new members, by the index of the member that they are inserted before. */
  readonly inserted: ReadonlyMap<number, readonly string[]>;
}

/** Removes and inserts members in brackets. New members get commas and line breaks like the old ones. */
export function changeBrackets(draft: Draft, collection: Collection, { removed, inserted, separator }: Change): void {
  const { members } = collection;
  const commas = commasBehind(collection);
  const lastKept = members.findLastIndex((member) => !removed.has(member));
  const appended = [...inserted].flatMap(([index, texts]) => (index > lastKept ? texts : []));
  removeFrom(draft, collection, { removed, commas });
  for (const [index, texts] of inserted)
    if (index <= lastKept) insertBefore(draft, collection, { removed, index, texts, separator });
  const tail = members[lastKept + 1];
  const comma = tail && !isAlone(draft, tail, commas[lastKept + 1]) ? undefined : commas[lastKept];
  const isLastWithComma = commas.at(-1) !== undefined;
  if (appended.length > 0)
    append(draft, collection, { member: members[lastKept]!, comma, texts: appended, isLastWithComma, separator });
  else if (tail && comma !== undefined && !isLastWithComma) draft.splice(comma, comma + 1, "");
}

function removeFrom(
  draft: Draft,
  { members }: Collection,
  { removed, commas }: Pick<Change, "removed"> & { readonly commas: readonly (number | undefined)[] },
): void {
  const firstKept = members.findIndex((member) => !removed.has(member));
  for (const [index, member] of members.entries()) {
    if (!removed.has(member)) continue;
    const { start, end } = member;
    const comma = commas[index];
    if (isAlone(draft, member, comma)) draft.removeLines(draft.line(start), draft.line(comma ?? end));
    else if (index > firstKept) draft.splice(members[index - 1]!.end, end, "");
    else draft.splice(start, members[index + 1]?.start ?? end, "");
  }
}

function insertBefore(
  draft: Draft,
  { node, members }: Collection,
  {
    removed,
    separator,
    index,
    texts,
  }: Pick<Change, "removed" | "separator"> & { readonly index: number; readonly texts: readonly string[] },
): void {
  const { start } = members.find((member, at) => at >= index && !removed.has(member))!;
  const indentation = indentationOf(draft, node.range![0], start);
  if (indentation === undefined) draft.splice(start, start, texts.map((text) => text + separator).join(""));
  else {
    const lines = texts.map((text) => `${indentation}${text},`);
    draft.insertBelow(draft.line(start) - 1, lines);
  }
}

function append(
  draft: Draft,
  { node }: Collection,
  {
    member: { start, end },
    comma,
    texts,
    isLastWithComma,
    separator,
  }: Pick<Change, "separator"> & {
    readonly member: Member;
    readonly comma: number | undefined;
    readonly texts: readonly string[];
    readonly isLastWithComma: boolean;
  },
): void {
  const indentation = indentationOf(draft, node.range![0], start);
  if (indentation === undefined) {
    draft.splice(end, end, texts.map((text) => separator + text).join(""));
    return;
  }
  if (comma === undefined) draft.splice(end, end, ",");
  const lines = texts.map(
    (text, index) => indentation + text + (isLastWithComma || index < texts.length - 1 ? "," : ""),
  );
  draft.insertBelow(draft.line(comma ?? end), lines);
}

/** The offset of the comma behind each member. */
function commasBehind({ node, members }: Collection): readonly (number | undefined)[] {
  const commas = commasOf(node);
  let next = 0;
  return members.map(({ end }, index) => {
    while (next < commas.length && commas[next]! < end) next++;
    const comma = commas[next];
    return comma !== undefined && comma < (members[index + 1]?.start ?? Infinity) ? comma : undefined;
  });
}

/** The indentation of a member that begins a line below that of the bracket. */
function indentationOf(draft: Draft, bracket: number, start: number): string | undefined {
  const line = draft.line(start);
  const before = draft.text.slice(draft.start(line), start);
  return before.trim() === "" && line > draft.line(bracket) ? before : undefined;
}

/** Whether nothing else is on the lines of a member, apart from its comma and comments. */
function isAlone(draft: Draft, { start, end }: Member, comma: number | undefined): boolean {
  const behind = comma === undefined ? end : comma + 1;
  const last = draft.line(behind);
  const before = draft.text.slice(draft.start(draft.line(start)), start);
  return before.trim() === "" && /^\s*(#.*)?$/.test(draft.text.slice(behind, draft.end(last)));
}
