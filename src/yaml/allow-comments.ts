import { isMap, isSeq, type Node } from "yaml";
import type { AllowComment } from "../diagnostics/allow.ts";
import type { Path } from "../diagnostics/diagnostic.ts";
import { linesOf, type Source, type Span } from "../diagnostics/source.ts";
import type { YamlDocument } from "./read.ts";
import { keyText, spanOf } from "./values.ts";

const allowPattern = /^#[ \t]*tutum-stack:[ \t]*allow\b(.*)$/;

/** Whether a comment, with its `#`, allows warnings. */
export function isAllowComment(comment: string): boolean {
  return allowPattern.test(comment);
}

/** The comments of a text that allow warnings, each with the value that it is about. */
export function allowComments(source: Source, document: YamlDocument): readonly AllowComment[] {
  if (!/tutum-stack:[ \t]*allow\b/.test(source.text)) return [];
  const { position, text: textOf } = linesOf(source.text);
  const values = firstValues(document.contents, (offset) => position(offset).line);
  return document.commentSpans.flatMap((span): readonly AllowComment[] => {
    const [, list] = allowPattern.exec(source.text.slice(span.start, span.end)) ?? [];
    if (list === undefined) return [];
    const { line, column } = position(span.start);
    const isAlone =
      textOf(line)
        .slice(0, column - 1)
        .trim() === "";
    return [
      { span, words: list.split(",").map((word) => word.trim()), about: values.get(isAlone ? lineBelow(line) : line) },
    ];
  });

  function lineBelow(line: number): number {
    let below = line + 1;
    while (/^[ \t]*#/.test(textOf(below))) below++;
    return below;
  }
}

/** The outermost value that begins on each line, with its key. */
function firstValues(
  root: Node | null,
  lineOf: (offset: number) => number,
): ReadonlyMap<number, NonNullable<AllowComment["about"]>> {
  const found = new Map<number, NonNullable<AllowComment["about"]>>();
  const visit = (path: Path, span: Span, value: Node | null): void => {
    const line = lineOf(span.start);
    if (!found.has(line)) found.set(line, { path, span });
    visitAll(value, path);
  };
  const visitAll = (node: Node | null, path: Path): void => {
    if (isMap<Node, Node | null>(node))
      for (const { key, value } of node.items) {
        const { start, end } = spanOf(key);
        visit([...path, keyText(key) ?? ""], { start, end: value ? Math.max(end, spanOf(value).end) : end }, value);
      }
    else if (isSeq<Node>(node))
      for (const [index, item] of node.items.entries()) visit([...path, index], spanOf(item), item);
  };
  visitAll(root, []);
  return found;
}
