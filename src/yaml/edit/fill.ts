import type { Node } from "yaml";
import type { Draft } from "./draft.ts";
import { lastLineOfFile } from "./lines.ts";

/** Writes services in the place of the `{}` that is the whole file. */
export function fillBraces(draft: Draft, root: Node, services: readonly string[]): void {
  const [start, end] = root.range!;
  const line = draft.line(end);
  if (draft.content(line).trim() === "{}") draft.removeLines(line, line);
  else draft.splice(start - (/ *$/.exec(draft.text.slice(draft.start(line), start))?.[0].length ?? 0), end, "");
  draft.insertBelow(line, services);
}

/** Writes services into a file that has none, below its comments. */
export function fillFile(draft: Draft, services: readonly string[]): void {
  const last = lastLineOfFile(draft, -1);
  const isComment = draft.commentColumn(last) !== undefined;
  draft.insertBelow(last, isComment ? ["", ...services] : services);
}
