import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import type { AllowComment } from "../diagnostics/allow.ts";
import {
  diagnosing,
  hasErrors,
  type Diagnostic,
  type Path,
  type Place,
  type Report,
} from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { allowComments } from "./allow-comments.ts";
import type { Comments, ValueComments } from "./comment-texts.ts";
import { commentsOf, type NodeComments } from "./comments.ts";
import { readYaml } from "./read.ts";
import { spanOf, toValues, type Entry, type Values } from "./values.ts";

/** The data of a file, and where each part of it stands in the text. */
export interface LocatedDocument {
  readonly source: Source;
  readonly value: unknown;
  /** The smallest span for a place; for a path that does not exist, the key nearest to it. */
  locate(place: Place): Span;
  /** A scalar as it stands in the text, without quotes: `0777` and `1.10` keep their zeros. */
  written(path: Path): string;
  /** Whether the value stands there without quotes, so that YAML 1.1 and 1.2 may disagree about it. */
  isPlain(path: Path): boolean;
  /** The keys of a mapping in the order of the text, then those it merges. Objects put numbers such as `8080` first. */
  keys(path: Path): readonly string[];
  /** Whether the value, or anything in it, has an anchor. */
  isAnchored(path: Path): boolean;
  /** Without those that allow warnings. For no path, those at the top and at the end of the file. */
  comments(path: Path): ValueComments | undefined;
  /** The comments that allow warnings. */
  readonly allowComments: readonly AllowComment[];
}

/** Reads a text. Findings go into `diagnostics`; undefined when one of them is an error. */
export function parseDocument(source: Source, diagnostics: Diagnostic[]): LocatedDocument | undefined {
  const document = readYaml(source);
  if ("severity" in document) {
    diagnostics.push(document);
    return undefined;
  }
  const values = toValues(document, diagnosing(source), diagnostics);
  if (hasErrors(diagnostics)) return undefined;
  let comments: NodeComments | undefined;
  const entryAt = (path: Path): Entry => walk(values, path).entry;
  const scalarAt = (path: Path) => {
    const node = values.target(entryAt(path).value);
    return isScalar(node) ? node : undefined;
  };
  return {
    source,
    value: values.root,
    locate: (place) => locate(values, source, place),
    written: (path) => {
      const scalar = scalarAt(path);
      return scalar?.type === "PLAIN" ? (scalar.source ?? "") : `${(scalar?.value ?? "") as string | number | boolean}`;
    },
    isPlain: (path) => scalarAt(path)?.type === "PLAIN",
    keys: (path) => keysOf(values, path),
    isAnchored: (path) => hasAnchor(entryAt(path).value),
    comments: (path) => {
      comments ??= commentsOf(source, document);
      const { entry, complete } = walk(values, path);
      return complete ? commentsAt(comments, path.length === 0 ? undefined : entry, values) : undefined;
    },
    allowComments: allowComments(source, document),
  };
}

/** Reports findings at places of a document. */
export function reporter(document: LocatedDocument, diagnostics: Diagnostic[]): Report {
  const diagnose = diagnosing(document.source);
  return (code, at, params) => {
    const { path, also } = "path" in at ? at : { path: at, also: undefined };
    const others = also ? [document.locate(also)] : [];
    diagnostics.push(diagnose(code, [document.locate(at), ...others], params, path));
  };
}

/** Follows a path as far as it exists. */
function walk(values: Values, path: Path): { readonly entry: Entry; readonly complete: boolean } {
  let entry: Entry = { key: undefined, value: null };
  let container: unknown = values.root;
  for (const segment of path) {
    const next = typeof container === "object" && container !== null ? values.entry(container, segment) : undefined;
    if (!next) return { entry, complete: false };
    entry = next;
    container = (container as Record<string | number, unknown>)[segment];
  }
  return { entry, complete: true };
}

function keysOf(values: Values, path: Path): readonly string[] {
  const container = path.reduce<unknown>(
    (value, segment) => (value as Record<string | number, unknown>)[segment],
    values.root,
  );
  return values.keys(container as object);
}

function locate(values: Values, source: Source, place: Place): Span {
  const { path, part } = "path" in place ? place : { path: place, part: undefined };
  const { entry, complete } = walk(values, path);
  const key = entry.key && spanOf(entry.key);
  const value = entry.value && spanOf(entry.value);
  if (key && (part === "key" || !complete)) return key;
  if (!value || value.start === value.end) return key ?? value ?? firstLine(source.text);
  const target = typeof part === "object" ? values.target(entry.value) : null;
  if (!target || typeof part !== "object") return isScalar(entry.value) ? value : firstLineOf(value, source.text);
  const whole = spanOf(target);
  const at = source.text.slice(whole.start, whole.end).indexOf(part.text);
  return at === -1 || part.text === "" ? value : { start: whole.start + at, end: whole.start + at + part.text.length };
}

function hasAnchor(node: Node | null): boolean {
  if (node === null || isAlias(node)) return false;
  if (node.anchor) return true;
  if (isMap<Node, Node | null>(node)) return node.items.some((pair) => hasAnchor(pair.value));
  return isSeq<Node>(node) && node.items.some(hasAnchor);
}

function firstLine(text: string): Span {
  const start = text.search(/\S/);
  return start === -1 ? { start: 0, end: 0 } : firstLineOf({ start, end: text.length }, text);
}

function firstLineOf(span: Span, text: string): Span {
  const line = /^[^\r\n]*/.exec(text.slice(span.start, span.end))?.[0] ?? "";
  return { start: span.start, end: span.start + line.trimEnd().length };
}

/** The comments of an entry; without one, those of the file. */
function commentsAt(comments: NodeComments, entry: Entry | undefined, values: Values): ValueComments {
  if (!entry) return { before: comments.head, beside: undefined, after: comments.tail, items: [] };
  const list = values.target(entry.value);
  const items = isSeq<Node>(list) ? list.items : [];
  return {
    ...around(comments, entry),
    items: items.map((item) => ({
      text: isScalar(item) ? String(item.value) : "",
      comments: around(comments, { key: undefined, value: item }),
    })),
  };
}

function around({ of }: NodeComments, { key, value }: Entry): Comments {
  const named = key ?? value;
  return { before: of(named, "before"), beside: of(named, "beside"), after: of(value, "after") };
}
