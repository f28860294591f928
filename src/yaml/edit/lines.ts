import type { Node } from "yaml";
import type { Draft } from "./draft.ts";
import type { Member } from "./members.ts";

/** A list or mapping whose members are removed or added. */
export interface Collection {
  readonly node: Node;
  readonly members: readonly Member[];
  /** How deep its members are: 1 for services, 2 for fields. */
  readonly level: number;
  /** The line of its key; -1 for the services of a file. */
  readonly keyLine: number;
  /** The column of its key; -1 for the services of a file. */
  readonly keyColumn: number;
}

/**
 * Removes members that are not in brackets. A comment directly above a service or a field is removed with it. A comment
 * above a variable or an item stays if the next one follows directly, because it may be the heading of several. A
 * comment directly below the key of the collection, or at the start of the file, stays: it may be about the whole.
 */
export function removeMembers(draft: Draft, collection: Collection, removed: ReadonlySet<Member>): void {
  for (const [index, member] of collection.members.entries())
    if (removed.has(member)) removeBlock(draft, collection, index);
}

function removeBlock(draft: Draft, { members, level, keyLine }: Collection, index: number): void {
  const { start, end } = members[index]!;
  const column = draft.column(start);
  const before = members[index - 1];
  const after = members[index + 1];
  const floor = before ? draft.line(before.end) : keyLine;
  const first = draft.line(start);
  const last = lastLineOf(draft, end, column);
  let top = first;
  while (top - 1 > floor && draft.commentColumn(top - 1) === column) top--;
  const isAboutAll = !before && top - 1 === floor;
  const isHeading = level > 2 && after !== undefined && draft.line(after.start) === last + 1;
  draft.removeBlock(isAboutAll || isHeading ? first : top, last, floor);
}

/** Inserts lines below the last member of a list or mapping, and below the comments that belong to it. */
export function appendLines(draft: Draft, collection: Collection, lines: readonly string[]): void {
  const { members, level, keyColumn } = collection;
  const { start, end } = members.at(-1)!;
  const column = draft.column(start);
  const isOwn = (comment: number): boolean => comment > column || (comment === column && column > keyColumn);
  let line = draft.line(end);
  if (level === 1) line = lastLineOfFile(draft, line);
  else while (isOwn(draft.commentColumn(line + 1) ?? -1)) line++;
  if (lines.length > 0) draft.insertBelow(line, lines);
}

/** The last line before `...` that is not blank; `from` at least. */
export function lastLineOfFile(draft: Draft, from: number): number {
  let last = from;
  for (let line = from + 1; line < draft.lines && !/^\.\.\.(\s|$)/.test(draft.content(line)); line++)
    if (!draft.isBlank(line)) last = line;
  return last;
}

/** The last line of a member: of its content, or of the comments below it that are indented further. */
export function lastLineOf(draft: Draft, end: number, column: number): number {
  let last = draft.line(end);
  for (let line = last + 1; ; line++) {
    const comment = draft.commentColumn(line);
    if (comment !== undefined && comment > column) last = line;
    else if (!draft.isBlank(line)) return last;
  }
}
