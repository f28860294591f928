import type { Path } from "../diagnostics/diagnostic.ts";
import type { ValueComments } from "./comment-texts.ts";
import { placeComments, type CommentedValue, type PlacedComments } from "./placed-comments.ts";
import {
  asItIs,
  Block,
  Commented,
  entriesOf,
  Escaped,
  isList,
  Quoted,
  Sourced,
  type Escape,
  type List,
  type Mapping,
  type Printable,
  type Single,
} from "./printable.ts";
import { blockLines, commentLines, doubleQuoted, plainOrQuoted } from "./scalar-text.ts";

/** Finds the comments around a place of the stack file. */
export type CommentsAt = (origin: Path) => ValueComments | undefined;

/**
 * Prints block YAML that readers of YAML 1.1 and 1.2 understand alike: a text that one of them could read as another
 * value is in quotes. Comments of the file itself stand at the top, below the header, and at the end.
 */
export function printYaml(value: Printable, header: string | undefined, commentsAt: CommentsAt): string {
  const { before: head, after: tail } = commentsAt([]) ?? {};
  const top = [header === undefined ? undefined : ` ${header}`, head].filter((part) => part !== undefined);
  const printer = new Printer(commentsAt);
  printer.printRoot(value);
  const above = top.length > 0 ? [...commentLines(top.join("\n\n")), ""] : [];
  const below = tail === undefined ? [] : ["", ...commentLines(tail)];
  return `${[...above, ...printer.lines, ...below].join("\n")}\n`;
}

/** A value to print without what it is wrapped in. */
interface Part {
  readonly value: Single | List | Mapping;
  readonly escape: Escape;
  readonly comments: PlacedComments;
}

const noComments: PlacedComments = { above: undefined, beside: undefined, below: undefined, items: [] };

/** How far a value is indented below its key, or below the dash of its item. */
const step = "  ";

/** The longest key that a reader recognises without a `?` before it (YAML 1.2.2, production 154). */
const longestKey = 1024;

/** Prints values line by line. */
class Printer {
  readonly lines: string[] = [];
  readonly #commentsAt: CommentsAt;
  /** What the next line begins with instead of its indentation: a dash, and what stands before it. */
  #start: string | undefined;

  constructor(commentsAt: CommentsAt) {
    this.#commentsAt = commentsAt;
  }

  printRoot(root: Printable): void {
    const part = this.#part(root, asItIs);
    if (isCollection(part.value)) this.#printCollection(part.value, part, "");
    else this.lines.push(textOf(part.value, part, step));
  }

  #printCollection(value: List | Mapping, { escape, comments: { items, below } }: Part, indent: string): void {
    if (!isList(value)) this.#printPairs(value, escape, indent);
    else
      for (const [index, item] of value.entries()) {
        const part = this.#part(item, escape, items[index] && { ...items[index], items: [] });
        this.#printComment(part.comments.above, indent);
        this.#printInLine(`${this.#startOf(indent)}-`, part, indent);
      }
    this.#printComment(below, indent);
  }

  /** Blank lines separate the sections at the top, and the mappings in them. */
  #printPairs(map: Mapping, escape: Escape, indent: string): void {
    let isFirst = true;
    for (const [key, value] of entriesOf(map)) {
      const part = this.#part(value, escape);
      const isApart = indent === "" || (indent === step && isCollection(part.value) && !isList(part.value));
      if (isApart && !isFirst) this.lines.push("");
      isFirst = false;
      this.#printComment(part.comments.above, indent);
      this.#printPair(this.#startOf(indent), plainOrQuoted(key), part, indent);
    }
  }

  #printPair(start: string, key: string, part: Part, indent: string): void {
    if (key.length > longestKey) {
      this.lines.push(`${start}? ${key}`);
      this.#printInLine(`${indent}:`, part, indent);
    } else if (isCollection(part.value)) {
      this.lines.push(`${start}${key}:`);
      this.#printCollection(part.value, part, indent + step);
    } else this.lines.push(`${start}${key}: ${textOf(part.value, part, indent + step)}`);
  }

  /** A value whose first line follows what leads to it. */
  #printInLine(start: string, part: Part, indent: string): void {
    if (isCollection(part.value)) {
      this.#start = `${start} `;
      this.#printCollection(part.value, part, indent + step);
    } else this.lines.push(`${start} ${textOf(part.value, part, indent + step)}`);
  }

  #printComment(comment: string | undefined, indent: string): void {
    if (comment === undefined) return;
    for (const line of commentLines(comment.replace(/^\n+/, "")))
      this.lines.push(line === "" ? line : this.#startOf(indent) + line);
  }

  /** What a line begins with. */
  #startOf(indent: string): string {
    const start = this.#start ?? indent;
    this.#start = undefined;
    return start;
  }

  #part(value: Printable, escape: Escape, comments?: ValueComments): Part {
    if (value instanceof Sourced) return this.#part(value.value, escape, this.#commentsAt(value.origin));
    if (value instanceof Escaped) return this.#part(value.value, (text) => escape(value.escape(text)), comments);
    if (value instanceof Commented)
      return { value: value.value, escape, comments: { ...noComments, above: ` ${value.comment}` } };
    return { value, escape, comments: comments ? placeComments(comments, kindOf(value)) : noComments };
  }
}

function kindOf(value: Part["value"]): CommentedValue {
  const parts = isList(value)
    ? value
    : value instanceof Map
      ? [...(value as ReadonlyMap<string, Printable>).values()]
      : [];
  return {
    isSingle: !isCollection(value),
    length: isList(value) ? value.length : undefined,
    hasOrigins: parts.some((part) => part instanceof Sourced),
  };
}

/** A single value, or the empty list or mapping, with the comment beside it. Lines below it have an indentation. */
function textOf(value: Part["value"], { escape, comments: { beside } }: Part, indent: string): string {
  const comment = beside === undefined ? "" : ` ${commentLines(beside).join("")}`;
  if (typeof value === "string") return plainOrQuoted(escape(value)) + comment;
  if (value instanceof Quoted) return doubleQuoted(escape(value.text)) + comment;
  if (value instanceof Block) {
    const text = escape(value.text);
    const lines = blockLines(text)?.map((line) => (line === "" ? line : indent + line));
    return lines ? [`|${comment}`, ...lines].join("\n") : doubleQuoted(text) + comment;
  }
  if (typeof value === "object" && value !== null) return isList(value) ? "[]" : "{}";
  return (Object.is(value, -0) ? "-0" : String(value)) + comment;
}

/** Whether a value is a list or mapping that is not empty. */
function isCollection(value: Part["value"]): value is List | Mapping {
  if (typeof value !== "object" || value === null || value instanceof Quoted || value instanceof Block) return false;
  if (isList(value)) return value.length > 0;
  return value instanceof Map ? value.size > 0 : Object.keys(value).length > 0;
}
