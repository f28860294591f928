import type { Path } from "../diagnostics/diagnostic.ts";

/** Data to print. */
export type Printable = Single | List | Mapping | Sourced<Printable> | Commented | Escaped<Printable>;

/** A value that is neither a list nor a mapping. */
export type Single = string | number | boolean | null | Quoted | Block;
export type List = readonly Printable[];
/** A Map can have any key, even `__proto__`. */
export type Mapping = ReadonlyMap<string, Printable> | { readonly [key: string]: Printable };

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
  readonly value: Single;

  constructor(comment: string, value: Single) {
    this.comment = comment;
    this.value = value;
  }
}

/** A value in which each text is escaped when it is printed; keys stay as they are. */
export class Escaped<T> {
  readonly value: T;
  readonly escape: Escape;

  constructor(value: T, escape: Escape) {
    this.value = value;
    this.escape = escape;
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

/** The same data without origins, comments and quotes, with its texts escaped: what a reader of the file gets. */
export function plainData(value: Printable, escape: Escape = asItIs): unknown {
  if (value instanceof Sourced || value instanceof Commented) return plainData(value.value, escape);
  if (value instanceof Escaped) return plainData(value.value, (text) => escape(value.escape(text)));
  if (value instanceof Quoted || value instanceof Block) return escape(value.text);
  if (typeof value === "string") return escape(value);
  if (isList(value)) return value.map((item) => plainData(item, escape));
  if (typeof value !== "object" || value === null) return value;
  return new Map([...entriesOf(value)].map(([key, item]) => [key, plainData(item, escape)]));
}

/** Protects a text from whatever reads the file. */
export type Escape = (text: string) => string;

/** Protects nothing. */
export const asItIs: Escape = (text) => text;

/** Whether data is a list. */
export function isList(value: unknown): value is List {
  return Array.isArray(value);
}

/** The keys of a mapping with their values. */
export function entriesOf(map: Mapping): Iterable<[string, Printable]> {
  return map instanceof Map ? (map as ReadonlyMap<string, Printable>) : Object.entries(map);
}
