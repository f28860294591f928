import { isAlias, isMap, isScalar, isSeq, Scalar, type Node } from "yaml";
import { limits } from "../read.ts";
import { scalarValue, type Values } from "../values.ts";
import { isFlow } from "./members.ts";

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One change: sets the value at a path such as `["web", "autorestart"]`; undefined removes it. */
export interface Edit {
  readonly path: readonly string[];
  readonly value: Json | undefined;
}

/** A scalar, and how the file writes it. */
export interface Leaf {
  readonly value: null | boolean | number | string;
  /** The text of an unquoted number or boolean: `1.10` keeps its zero, which the compiler sees. */
  readonly spelling: string | undefined;
  /** How a text is quoted; undefined if it is not in the file yet. */
  readonly quotes: Quotes | undefined;
}

export type Quotes = "PLAIN" | "QUOTE_SINGLE" | "QUOTE_DOUBLE";

/**
 * The data of a file. It is immutable, so that two places can share a part of it. Mappings are Maps, because a key can
 * be `__proto__`.
 */
export type Model = Leaf | readonly Model[] | ModelMap;
export type ModelMap = ReadonlyMap<string, Model>;

/** Models of the nodes of a document, with aliases resolved and merge keys applied. */
export class Models {
  readonly #values: Values;
  readonly #known = new Map<Node, Model>();
  readonly #bracketed = new Set<Model>();

  constructor(values: Values) {
    this.#values = values;
  }

  of(given: Node | null): Model {
    const node = this.#values.target(given);
    if (!node || isAlias(node)) return leafOf(null);
    if (isScalar(node)) return scalarLeaf(node);
    const known = this.#known.get(node);
    if (known) return known;
    const container = this.#values.container(node) ?? [];
    const entries = this.#values
      .keys(container)
      .map((key) => [key, this.of(this.#values.entry(container, isSeq(node) ? Number(key) : key)!.value)] as const);
    const model = isMap(node) ? new Map(entries) : entries.map(([, item]) => item);
    this.#known.set(node, model);
    if (isFlow(node)) this.#bracketed.add(model);
    return model;
  }

  /** The lists and mappings that stand in brackets in the file. */
  get bracketed(): ReadonlySet<Model> {
    return this.#bracketed;
  }
}

/** Whether a model is a mapping. */
export function isModelMap(model: Model | undefined): model is ModelMap {
  return model instanceof Map;
}

/** Whether a model is a list. */
export function isModelList(model: Model | undefined): model is readonly Model[] {
  return Array.isArray(model);
}

/** Whether a model is an empty list or mapping. */
export function isEmpty(model: Model): boolean {
  return (isModelMap(model) && model.size === 0) || (isModelList(model) && model.length === 0);
}

/** Whether a value is the wished one. A wish that came from the file must also have the same spelling. */
export function isAsWished(is: Model, wish: Model): boolean {
  if (is === wish) return true;
  if (isModelMap(is))
    return isModelMap(wish) && is.size === wish.size && [...wish].every(([key, value]) => hasAsWished(is, key, value));
  if (isModelList(is))
    return isModelList(wish) && is.length === wish.length && is.every((item, at) => isAsWished(item, wish[at]!));
  if (isModelMap(wish) || isModelList(wish) || is.value !== wish.value) return false;
  return wish.spelling === undefined || wish.spelling === is.spelling;
}

/** Whether a mapping has a key with the wished value. */
export function hasAsWished(map: ModelMap, key: string, wish: Model): boolean {
  const value = map.get(key);
  return value !== undefined && isAsWished(value, wish);
}

/** The model of a JSON value; undefined if it is not JSON, or nested too deeply to be read again. */
export function modelOfJson(value: unknown, depth = 0): Model | undefined {
  if (depth > limits.depth) return undefined;
  if (typeof value === "string" || typeof value === "boolean" || value === null) return leafOf(value);
  if (typeof value === "number") return Number.isFinite(value) ? leafOf(value) : undefined;
  if (typeof value !== "object") return undefined;
  const entries: [key: string, model: Model][] = [];
  for (const [key, item] of Object.entries(value)) {
    const model = modelOfJson(item, depth + 1);
    if (model === undefined) return undefined;
    entries.push([key, model]);
  }
  return Array.isArray(value) ? entries.map(([, item]) => item) : new Map(entries);
}

/** The wished data of a file, or why it is refused. */
export type Wish = { readonly wish: ModelMap } | { readonly refusal: string };

/** The model with all changes made. */
export function withEdits(root: ModelMap, edits: readonly Edit[]): Wish {
  const own = new Set<unknown>();
  const ownCopy = (map: ModelMap): Map<string, Model> => {
    if (own.has(map)) return map as Map<string, Model>;
    const copy = new Map(map);
    own.add(copy);
    return copy;
  };
  const result = ownCopy(root);
  for (const { path, value } of edits) {
    const key = path.at(-1);
    if (key === undefined) return { refusal: "the path of a change is empty" };
    const wish = value === undefined ? undefined : modelOfJson(value);
    if (value !== undefined && !wish) return { refusal: `the new value of ${quoted(path)} is not JSON data` };
    if (!wish && !exists(result, path)) continue;
    let map = result;
    for (const [index, segment] of path.slice(0, -1).entries()) {
      const next = map.get(segment) ?? leafOf(null);
      if (isModelList(next) || (!isModelMap(next) && next.value !== null))
        return { refusal: `${quoted(path.slice(0, index + 1))} is not a mapping` };
      const copy = ownCopy(isModelMap(next) ? next : new Map());
      map.set(segment, copy);
      map = copy;
    }
    if (wish) map.set(key, wish);
    else map.delete(key);
  }
  return { wish: result };
}

function exists(root: ModelMap, path: readonly string[]): boolean {
  let model: Model | undefined = root;
  for (const segment of path) model = isModelMap(model) ? model.get(segment) : undefined;
  return model !== undefined;
}

function quoted(path: readonly string[]): string {
  return `\`${path.join(".")}\``;
}

function scalarLeaf(node: Scalar): Leaf {
  const value = scalarValue(node) as Leaf["value"];
  const { type, source, tag } = node;
  if (typeof value !== "string")
    return { value, spelling: value !== null && type === Scalar.PLAIN ? source : undefined, quotes: undefined };
  const isQuoted = type === Scalar.QUOTE_SINGLE || type === Scalar.QUOTE_DOUBLE;
  // With a tag, `!!str 5` is text without quotes.
  const isPlain = type === Scalar.PLAIN && tag === undefined;
  return { value, spelling: undefined, quotes: isQuoted || isPlain ? type : undefined };
}

function leafOf(value: Leaf["value"]): Leaf {
  return { value, spelling: undefined, quotes: undefined };
}
