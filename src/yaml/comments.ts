import { isMap, isSeq, type Node } from "yaml";
import { linesOf, type Lines, type Source, type Span } from "../diagnostics/source.ts";
import { isAllowComment } from "./allow-comments.ts";
import type { Comments } from "./comment-texts.ts";
import type { YamlDocument } from "./read.ts";
import { spanOf } from "./values.ts";

/** Where a comment is printed. */
type Side = keyof Comments;

/** The comments of a document. Those of a pair belong to its key, those below the last value to the list or mapping. */
export interface NodeComments {
  readonly of: (node: Node | null | undefined, side: Side) => string | undefined;
  /** Comments at the top that an empty line sets apart, and those at the end. */
  readonly head: string | undefined;
  readonly tail: string | undefined;
}

/** The first value on a line. */
interface Start {
  readonly offset: number;
  readonly line: number;
  readonly indent: number;
  /** The key, or the item of a list. */
  readonly node: Node;
  /** The list or mapping that it is in. */
  readonly collection: Node;
  /** The value that it is a part of. */
  readonly parent: Start | undefined;
}

/** Finds out which value each comment is about: the one on its line, else the next one, else those above it. */
export function commentsOf(source: Source, document: YamlDocument): NodeComments {
  const lists = new Map<Node, Partial<Record<Side, string[]>>>();
  const head: string[] = [];
  const tail: string[] = [];
  const spans = document.commentSpans.filter(({ start, end }) => !isAllowComment(source.text.slice(start, end)));
  if (spans.length > 0) {
    const lines = linesOf(source.text);
    const starts = startsOf(document.contents, lines);
    const headEnd = endOfHead(spans, starts[0], lines);
    const written: { line: number; list: readonly string[] | undefined } = { line: 0, list: undefined };
    let next = 0;
    for (const span of spans) {
      while (next < starts.length && starts[next]!.offset < span.start) next++;
      const { line } = lines.position(span.start);
      const list = span.start < headEnd ? head : listFor(span, [starts[next - 1], starts[next]]);
      const isApart = written.list === list && line > written.line + 1;
      list.push(...(isApart ? [""] : []), source.text.slice(span.start + 1, span.end));
      Object.assign(written, { line, list });
    }
    function listFor(span: Span, [above, below]: readonly [Start | undefined, Start | undefined]): string[] {
      const { line, column } = lines.position(span.start);
      const isAlone =
        lines
          .text(line)
          .slice(0, column - 1)
          .trim() === "";
      if (!isAlone && above) return listOf(above.node, "beside");
      const indent = column - 1;
      const around = upTo(above, indent);
      if (below && (indent <= below.indent || !around || isIn(below, around.collection)))
        return listOf(below.node, "before");
      return around?.parent ? listOf(around.collection, "after") : tail;
    }
  }
  const text = (list: readonly string[] | undefined): string | undefined => list?.join("\n") || undefined;
  return { of: (node, side) => text(node ? lists.get(node)?.[side] : undefined), head: text(head), tail: text(tail) };

  function listOf(node: Node, side: Side): string[] {
    const known = lists.get(node) ?? {};
    lists.set(node, known);
    return (known[side] ??= []);
  }
}

/** The innermost value around a place that is indented no further. */
function upTo(start: Start | undefined, indent: number): Start | undefined {
  let found = start;
  while (found && found.indent > indent) found = found.parent;
  return found;
}

function isIn(start: Start, collection: Node): boolean {
  for (let one: Start | undefined = start; one; one = one.parent) if (one.collection === collection) return true;
  return false;
}

/** Where the comments end that an empty line sets apart from the first value. */
function endOfHead(spans: readonly Span[], first: Start | undefined, { position, text }: Lines): number {
  const top = spans.filter(({ start }) => first === undefined || start < first.offset);
  return top.findLast(({ end }) => text(position(end).line + 1).trim() === "")?.end ?? 0;
}

/** The first value on each line that has one, in the order of the text. */
function startsOf(root: Node | null, { position, text }: Lines): readonly Start[] {
  const starts: Start[] = [];
  const add = (node: Node, collection: Node, parent: Start | undefined): Start => {
    const offset = spanOf(node).start;
    const { line } = position(offset);
    const last = starts.at(-1);
    if (last?.line === line) return last;
    const indent = text(line).search(/[^ ]/);
    const start = { offset, line, indent, node, collection, parent };
    starts.push(start);
    return start;
  };
  const visit = (node: Node | null, parent: Start | undefined): void => {
    if (isMap<Node, Node | null>(node)) for (const { key, value } of node.items) visit(value, add(key, node, parent));
    else if (isSeq<Node>(node)) for (const item of node.items) visit(item, add(item, node, parent));
  };
  visit(root, undefined);
  return starts;
}
