import { isMap, isSeq, Lexer, type Node } from "yaml";
import type { AllowComment } from "../diagnostics/allow.ts";
import type { Path } from "../diagnostics/diagnostic.ts";
import { linesOf, type Source, type Span } from "../diagnostics/source.ts";
import type { YamlDocument } from "./read.ts";
import { keyText, spanOf } from "./values.ts";

const allowPattern = /^#?[ \t]*tutum-stack:[ \t]*allow\b(.*)$/;

/** A comment without its lines that allow warnings; undefined when nothing is left. */
export function withoutAllowLines(comment: string): string | undefined {
  const lines = comment.split("\n").filter((line) => !allowPattern.test(line));
  return lines.length === 0 ? undefined : lines.join("\n");
}

/** The comments of a text that allow warnings, each with the value that it is about. */
export function allowComments(source: Source, document: YamlDocument): readonly AllowComment[] {
  if (!/tutum-stack:[ \t]*allow\b/.test(source.text)) return [];
  const text = source.text.replace(/\r(?!\n)/g, "\n");
  const { position, text: textOf } = linesOf(text);
  const values = firstValues(document.contents, (offset) => position(offset).line);
  return commentsOf(text).flatMap((span): readonly AllowComment[] => {
    const [, list] = allowPattern.exec(text.slice(span.start, span.end)) ?? [];
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

/** Where the comments of a text are. The package marks the beginning of each scalar, which may begin with `#`, too. */
function commentsOf(text: string): readonly Span[] {
  const spans: Span[] = [];
  let offset = 0;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (/^[\u0002\u0018\u001f]$/.test(lexeme)) {
      isScalar = lexeme === "\u001f";
      continue;
    }
    if (lexeme.startsWith("#") && !isScalar) spans.push({ start: offset, end: offset + lexeme.trimEnd().length });
    offset += lexeme.length;
    isScalar = false;
  }
  return spans;
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
