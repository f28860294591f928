import { Document, Pair, Scalar, YAMLMap, YAMLSeq, type CollectionTag, type ScalarTag } from "yaml";
import type { Path } from "../diagnostics/diagnostic.ts";
import type { Comments, ValueComments } from "./comment-texts.ts";
import { isAmbiguous } from "./yaml11.ts";

/** Data to print. A Map can have any key, even `__proto__`. */
export type Printable =
  | string
  | number
  | boolean
  | null
  | readonly Printable[]
  | ReadonlyMap<string, Printable>
  | { readonly [key: string]: Printable }
  | Sourced<Printable>
  | Commented
  | Quoted
  | Block;

/** A value with its place in the stack file, whose comments are printed with it. */
export class Sourced<T> {
  readonly origin: Path;
  readonly value: T;

  constructor(origin: Path, value: T) {
    this.origin = origin;
    this.value = value;
  }
}

/** A value with a comment of our own above its key. */
export class Commented {
  readonly comment: string;
  readonly value: Printable;

  constructor(comment: string, value: Printable) {
    this.comment = comment;
    this.value = value;
  }
}

/** Text that is printed in quotes even where it would not need them. */
export class Quoted {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Text that is printed line by line below its key (`|`). `isBlock` says for which texts every reader gets it back. */
export class Block {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Whether a text has several lines, all of which every reader finds again in a block: the first begins with no space,
 * none ends with one, no empty ones follow, and no character needs an escape.
 */
export function isBlock(text: string): boolean {
  return (
    /^[!-~][ -~\u00a1-\u00ac\u00ae-\u02ff]*\n[^]*[!-~]\n?$/.test(text) &&
    !/[ \t]\n|[^\n -~\u00a1-\u00ac\u00ae-\u02ff]/.test(text)
  );
}

/** Finds the comments around a place of the stack file. */
export type CommentsAt = (origin: Path) => ValueComments | undefined;

/**
 * Prints block YAML that readers of YAML 1.1 and 1.2 understand alike: a text that one of them could read as another
 * value is in quotes.
 */
export function printYaml(value: Printable, header: string | undefined, commentsAt: CommentsAt): string {
  const document = new Document(null, {
    schema: "core",
    customTags: (tags) => tags.map((tag) => (typeof tag !== "string" && isText(tag) ? unambiguous(tag) : tag)),
  });
  const { before: head, after: tail } = commentsAt([]) ?? {};
  const top = [header === undefined ? undefined : ` ${header}`, head].filter((part) => part !== undefined);
  if (top.length > 0) document.commentBefore = printable(top.join("\n\n"));
  if (tail !== undefined) document.comment = printable(tail);
  const contents = toNode(value, commentsAt);
  separateSections(contents);
  document.contents = contents;
  return document.toString({ lineWidth: 0, indentSeq: true });
}

/** The same data without origins and quotes, Maps as they are: what a reader of the printed text gets. */
export function plainData(value: Printable): unknown {
  if (value instanceof Sourced || value instanceof Commented) return plainData(value.value);
  if (value instanceof Quoted || value instanceof Block) return value.text;
  if (Array.isArray(value)) return value.map(plainData);
  if (typeof value === "object" && value !== null)
    return new Map(entriesOf(value).map(([key, item]) => [key, plainData(item)]));
  return value;
}

/** The same data with every text changed; keys stay as they are. */
export function mapTexts(value: Printable, change: (text: string) => string): Printable {
  if (typeof value === "string") return change(value);
  if (value instanceof Quoted) return new Quoted(change(value.text));
  if (value instanceof Block) return new Block(change(value.text));
  if (value instanceof Sourced) return new Sourced(value.origin, mapTexts(value.value, change));
  if (value instanceof Commented) return new Commented(value.comment, mapTexts(value.value, change));
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return new Map(entriesOf(value).map(([key, item]) => [key, mapTexts(item, change)]));
}

type OutputNode = Scalar | YAMLMap | YAMLSeq;

function toNode(value: Printable, commentsAt: CommentsAt): OutputNode {
  if (value instanceof Sourced) return sourcedNode(value, undefined, commentsAt);
  if (value instanceof Commented) return toNode(value.value, commentsAt);
  if (value instanceof Quoted) return textNode(value.text, "QUOTE_DOUBLE");
  if (value instanceof Block) return textNode(value.text, isBlockSafe(value.text) ? "BLOCK_LITERAL" : "QUOTE_DOUBLE");
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    list.items = value.map((item) => toNode(item, commentsAt));
    return list;
  }
  if (typeof value !== "object" || value === null) return new Scalar(value);
  const map = new YAMLMap();
  map.items = entriesOf(value).map(([key, item]) => toPair(key, item, commentsAt));
  return map;
}

/** Blank lines between the sections at the top, and between the mappings in them. */
function separateSections(contents: OutputNode): void {
  if (!(contents instanceof YAMLMap)) return;
  for (const [index, section] of contents.items.entries()) {
    (section.key as Scalar).spaceBefore = index > 0;
    const blocks = section.value instanceof YAMLMap ? section.value.items : [];
    for (const { key, value } of blocks.slice(1))
      (key as Scalar).spaceBefore = value instanceof YAMLMap && value.items.length > 0;
  }
}

function toPair(key: string, value: Printable, commentsAt: CommentsAt): Pair {
  const keyNode = new Scalar(key);
  if (value instanceof Commented) keyNode.commentBefore = ` ${printable(value.comment)}`;
  if (!(value instanceof Sourced)) return new Pair(keyNode, toNode(value, commentsAt));
  return new Pair(keyNode, sourcedNode(value, keyNode, commentsAt));
}

/** A value with the comments of its place. Those of a pair stand above its key. */
function sourcedNode(
  { origin, value }: Sourced<Printable>,
  key: Scalar | undefined,
  commentsAt: CommentsAt,
): OutputNode {
  const node = toNode(value, commentsAt);
  const comments = commentsAt(origin);
  if (!comments) return node;
  const left = hasOrigins(value) ? [] : placeItems(node, comments.items);
  return withComments(node, comments, { target: key ?? node, left });
}

/** Whether the parts of a value have places, and so comments, of their own. */
function hasOrigins(value: Printable): boolean {
  const parts = Array.isArray(value) ? value : value instanceof Map ? [...value.values()] : [];
  return parts.some((part) => part instanceof Sourced);
}

/** Gives the items of a list their comments; returns those of items that are written in another way. */
function placeItems(node: OutputNode, items: ValueComments["items"]): readonly (string | undefined)[] {
  // Of equal items, one is written.
  const distinct = [
    ...new Map(items.map(({ text, comments }) => [text, comments] as const).toReversed()).values(),
  ].toReversed();
  if (!(node instanceof YAMLSeq) || node.items.length !== distinct.length)
    return items.flatMap(({ comments: { before, beside, after } }) => [before, beside, after]);
  for (const [index, comments] of distinct.entries()) {
    const item = node.items[index] as OutputNode;
    withComments(item, comments, { target: item, left: [] });
  }
  return [];
}

/** Puts comments above a target, beside a single value, and below the last of several values. */
function withComments(
  node: OutputNode,
  { before, beside, after }: Comments,
  { target, left }: { readonly target: OutputNode; readonly left: readonly (string | undefined)[] },
): OutputNode {
  const isSingle = node instanceof Scalar;
  const isBeside = isSingle && beside !== undefined && !beside.includes("\n");
  const above = [before, isBeside ? undefined : beside, isSingle ? after : undefined, ...left];
  const lines = above.filter((comment) => comment !== undefined);
  if (lines.length > 0) target.commentBefore = printable(lines.join("\n"));
  const own = isSingle ? (isBeside ? beside : undefined) : after;
  if (own !== undefined) node.comment = printable(own);
  return node;
}

function textNode(text: string, type: "QUOTE_DOUBLE" | "BLOCK_LITERAL"): Scalar {
  const scalar = new Scalar(text);
  scalar.type = type;
  return scalar;
}

function entriesOf(value: object): readonly (readonly [string, Printable])[] {
  return value instanceof Map ? [...value] : Object.entries(value);
}

function isText(tag: CollectionTag | ScalarTag): tag is ScalarTag {
  return tag.tag === "tag:yaml.org,2002:str";
}

/** The tag of text with quotes by our rules instead of the package's, which know YAML 1.2 only. */
function unambiguous(tag: ScalarTag): ScalarTag {
  return {
    ...tag,
    stringify: (scalar, ...context) => {
      if (scalar.type === "BLOCK_LITERAL") return tag.stringify!(scalar, ...context);
      const text = String(scalar.value);
      return scalar.type !== "QUOTE_DOUBLE" && isPlainSafe(text) ? text : doubleQuoted(text);
    },
  };
}

/** Whether every reader gets the lines of a block back as they are. */
function isBlockSafe(text: string): boolean {
  return /^[!-~][\n -~]*[!-~]\n$/.test(text);
}

function isPlainSafe(text: string): boolean {
  return /^[A-Za-z./_][\w./@-]*(:[\w./@-]+)*$/.test(text) && !isAmbiguous(text);
}

/** A text in double quotes: JSON's escapes, and more for what YAML 1.1 takes for a line break or does not allow. */
export function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const unprintable = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]/g;

/** A comment that no reader can take for the end of the line it stands on. */
function printable(comment: string): string {
  return comment.replace(/[^\P{C}\n\t]|[\u2028\u2029]/gu, " ");
}
