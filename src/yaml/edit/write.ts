import { isBlock } from "../printable.ts";
import { doubleQuoted } from "../scalar-text.ts";
import { isReadOtherwise } from "../yaml11.ts";
import { isModelList, isModelMap, isEmpty, type Leaf, type Model, type ModelMap, type Quotes } from "./model.ts";

/** The formatting of the text around a new value. */
export interface Style {
  /** How far the keys of a mapping are indented. */
  readonly step: number;
  /** How far a list is indented below its key. */
  readonly listStep: number;
  /** `- `, with as many spaces as other items have. */
  readonly dash: string;
  /** The quotes of texts that need none. */
  readonly quotes: Quotes;
  /** The quotes of texts that need them. */
  readonly needed: Quotes;
  /** The quotes of keys that need none. */
  readonly keys: Quotes;
  /** Whether lists and mappings are in brackets (`flow`) where they need not be. */
  readonly lists: "block" | "flow";
  readonly maps: "block" | "flow";
  /** Commas and colons in brackets, with or without a space. */
  readonly comma: "," | ", ";
  readonly colon: ":" | ": ";
  /** Whether the file ends without a line break: old parsers would drop the last line break of a block scalar there. */
  readonly endsOpen: boolean;
  /** Parts of the file that stand in brackets. */
  readonly bracketed: ReadonlySet<Model>;
}

/** A value in block style: the text after its `:` or `-`, and the lines below. */
export interface Written {
  readonly head: string;
  readonly body: readonly string[];
}

/** A value below a key in this column. */
export function written(model: Model, column: number, style: Style): Written {
  if (isInBrackets(model, style)) return { head: flow(model, style), body: [] };
  if (isModelMap(model)) return { head: "", body: pairLines(model, column + style.step, style) };
  if (isModelList(model)) return { head: "", body: itemLines(model, column + style.listStep, style) };
  const { value } = model;
  if (value === null) return { head: model.spelling ?? "", body: [] };
  const isLines = typeof value === "string" && isBlock(value) && !(style.endsOpen && value.endsWith("\n"));
  if (!isLines) return { head: scalar(model, style, "block"), body: [] };
  const pad = " ".repeat(column + style.step);
  const lines = value.replace(/\n$/, "").split("\n");
  return { head: value.endsWith("\n") ? "|" : "|-", body: lines.map((line) => (line === "" ? "" : pad + line)) };
}

/** The lines of keys in this column. */
export function pairLines(map: ModelMap, column: number, style: Style): readonly string[] {
  return [...map].flatMap(([key, value]) => {
    const { head, body } = written(value, column, style);
    return [`${" ".repeat(column)}${keyOf(key, style, "block")}:${head && ` ${head}`}`, ...body];
  });
}

/** The lines of items with their dashes in this column. */
export function itemLines(items: readonly Model[], column: number, style: Style): readonly string[] {
  const pad = " ".repeat(column);
  const within = column + style.dash.length;
  return items.flatMap((item) => {
    if (isInBrackets(item, style) || !(isModelMap(item) || isModelList(item))) {
      const { head, body } = written(isNull(item) ? { ...item, spelling: "null" } : item, column, style);
      return [`${pad}${style.dash}${head}`, ...body];
    }
    const [first = "", ...rest] = isModelMap(item) ? pairLines(item, within, style) : itemLines(item, within, style);
    return [pad + style.dash + first.slice(within), ...rest];
  });
}

/** A value in flow style. */
export function flow(model: Model, style: Style): string {
  if (isModelMap(model)) return `{${[...model].map((pair) => flowPair(pair, style)).join(style.comma)}}`;
  if (isModelList(model)) return `[${model.map((item) => flow(item, style)).join(style.comma)}]`;
  return isNull(model) ? model.spelling || "null" : scalar(model, style, "flow");
}

/** A key and its value in flow style. */
export function flowPair([key, value]: readonly [string, Model], style: Style): string {
  return `${keyOf(key, style, "flow")}${style.colon}${flow(value, style)}`;
}

function isInBrackets(model: Model, style: Style): boolean {
  if (isEmpty(model) || style.bracketed.has(model)) return true;
  const isWanted = isModelMap(model) ? style.maps === "flow" : isModelList(model) && style.lists === "flow";
  return isWanted && !hasLines(model);
}

function hasLines(model: Model): boolean {
  if (isModelMap(model)) return [...model.values()].some(hasLines);
  return isModelList(model) ? model.some(hasLines) : String(model.value).includes("\n");
}

function keyOf(key: string, style: Style, context: "block" | "flow"): string {
  return text(key, style.keys, style, context);
}

function scalar({ value, spelling, quotes }: Leaf, style: Style, context: "block" | "flow"): string {
  if (typeof value !== "string") return spelling ?? String(value);
  // What stood in the file without quotes, such as `OFF`, stays what it was for every reader.
  if (quotes === "PLAIN" && isPlain(value, context)) return value;
  return text(value, quotes && quotes !== "PLAIN" ? quotes : style.quotes, style, context);
}

function text(value: string, wanted: Quotes, style: Style, context: "block" | "flow"): string {
  const isUnquoted = wanted === "PLAIN" && isPlain(value, context) && !isReadOtherwise(value);
  if (isUnquoted) return value;
  const quotes = wanted === "PLAIN" ? style.needed : wanted;
  return quotes === "QUOTE_SINGLE" && isPrintable(value) ? `'${value.replaceAll("'", "''")}'` : doubleQuoted(value);
}

/** Whether a text can stand without quotes. */
function isPlain(value: string, context: "block" | "flow"): boolean {
  // Old readers take any colon within brackets for the end of a key.
  const breaking = context === "flow" ? /[,[\]{}:?]/ : /:( |$)/;
  return (
    isPrintable(value) &&
    /^([^\s\-?:,[\]{}#&*!|>'"%@`.]|--?[A-Za-z]|\.(?!\.\.))/.test(value) &&
    !/ #| $/.test(value) &&
    !breaking.test(value)
  );
}

/** Whether a text needs no escapes. */
function isPrintable(value: string): boolean {
  return !/[^\P{C}]|(?! )\p{Z}/u.test(value);
}

function isNull(model: Model): model is Leaf {
  return "value" in model && model.value === null;
}
