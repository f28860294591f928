import { isAlias, isMap, isScalar, isSeq, type Alias, type Node, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import type { Params } from "../diagnostics/catalogue/index.ts";
import type { diagnosing, Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/source.ts";
import { codeOf, limits, type YamlDocument } from "./read.ts";

/** Where a value of a list or mapping stands in the text. */
export interface Entry {
  readonly key: Node | undefined;
  readonly value: Node | null;
}

/** Plain data with, for every list and mapping in it, where its values stand. */
export interface Values {
  readonly root: unknown;
  entry(container: object, key: string | number): Entry | undefined;
  /** The keys of a mapping in the order of the text, then those it merges. */
  keys(container: object): readonly string[];
  /** The node that an alias stands for; any other node itself. */
  target(node: Node | null): Node | null;
  /** The list or mapping that was made of a node. */
  container(node: Node): object | undefined;
}

type Diagnose = ReturnType<typeof diagnosing>;

/** The data of a node that has an anchor, and how many values it holds with its aliases written out. */
interface Anchored {
  readonly value: unknown;
  readonly size: number;
}

/**
 * Turns nodes into plain data: aliases resolved, merge keys applied (a mapping's own keys win, wherever `<<` stands; of
 * several `<<` the last one, as with PyYAML), the last of two equal keys kept. Mappings have no prototype, which a key
 * of the file could change. Reports into `diagnostics`.
 */
export function toValues(document: YamlDocument, diagnose: Diagnose, diagnostics: Diagnostic[]): Values {
  const converter = new Converter(diagnose, diagnostics);
  const root = converter.convert(document.contents);
  return {
    root,
    entry: (container, key) =>
      typeof key === "number" ? converter.itemAt(container, key) : converter.pairs.get(container)?.get(key),
    keys: (container) => [...(converter.pairs.get(container)?.keys() ?? Object.keys(container))],
    target: (node) => (isAlias(node) ? (converter.targets.get(node) ?? node) : node),
    container: (node) => converter.containers.get(node),
  };
}

/** Walks over the nodes of a document once, in the order of the text: an anchor counts from its place on. */
class Converter {
  /** The pairs of each mapping, those that it merges included. */
  readonly pairs = new Map<object, ReadonlyMap<string, Entry>>();
  /** The nodes of each list. */
  readonly items = new Map<object, readonly (Node | null)[]>();
  readonly targets = new Map<Alias, Node>();
  readonly containers = new Map<Node, object>();
  readonly #diagnose: Diagnose;
  readonly #diagnostics: Diagnostic[];
  readonly #anchors = new Map<string, Node>();
  readonly #finished = new Map<Node, Anchored>();
  #values = 0;
  #aliasedValues = 0;

  constructor(diagnose: Diagnose, diagnostics: Diagnostic[]) {
    this.#diagnose = diagnose;
    this.#diagnostics = diagnostics;
  }

  itemAt(list: object, index: number): Entry | undefined {
    const value = this.items.get(list)?.[index];
    return value === undefined ? undefined : { key: undefined, value };
  }

  /** Undefined for an alias that cannot be resolved and was reported. */
  convert(node: Node | null): unknown {
    if (isAlias(node)) return this.#convertAlias(node);
    const before = this.#values++;
    if (node?.anchor) this.#anchors.set(node.anchor, node);
    const value = isMap<Node, Node | null>(node)
      ? this.#convertMap(node)
      : isSeq<Node>(node)
        ? this.#convertList(node)
        : this.#convertScalar(node);
    if (node?.anchor) this.#finished.set(node, { value, size: this.#values - before });
    return value;
  }

  #convertAlias(alias: Alias): unknown {
    const name = alias.source;
    const target = this.#anchors.get(name);
    const repeated = target && this.#finished.get(target);
    if (!target) this.#report("unknown-anchor", alias, { name });
    else if (!repeated) this.#report("recursive-alias", alias, { name });
    if (!target || !repeated) return undefined;
    this.targets.set(alias, target);
    this.#values += repeated.size;
    const before = this.#aliasedValues;
    this.#aliasedValues += repeated.size;
    if (this.#aliasedValues <= limits.aliasedValues) return repeated.value;
    if (before <= limits.aliasedValues) this.#report("too-many-aliases", alias, { limit: limits.aliasedValues });
    return null;
  }

  #convertScalar(node: Node | null): unknown {
    if (!isScalar(node)) return null;
    if (node.type === "QUOTE_DOUBLE") this.#refuseHalfCharacter(node.value as string, node);
    return scalarValue(node);
  }

  #convertList(list: YAMLSeq<Node>): unknown {
    const value = list.items.map((item) => this.convert(item));
    this.items.set(value, list.items);
    this.containers.set(list, value);
    return value;
  }

  #convertMap(map: YAMLMap<Node, Node | null>): unknown {
    const value: Record<string, unknown> = Object.create(null);
    const places = new Map<string, Entry>();
    this.pairs.set(value, places);
    this.containers.set(map, value);
    const merged: { readonly node: Node; readonly data: unknown }[] = [];
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) {
        const node = pair.value ?? pair.key;
        merged.push({ node, data: this.convert(node) });
        continue;
      }
      const key = this.#keyText(pair.key);
      if (key === undefined) continue;
      const earlier = places.get(key)?.key;
      if (earlier)
        this.#diagnostics.push(this.#diagnose("duplicate-key", [spanOf(pair.key), spanOf(earlier)], { key }));
      value[key] = this.convert(pair.value);
      places.set(key, pair);
    }
    for (const { node, data } of merged.toReversed()) this.#merge(node, data, { value, places });
    return value;
  }

  /** Copies what the mapping does not have yet; of several mappings in a list the first one wins. */
  #merge(
    node: Node,
    merged: unknown,
    { value: into, places }: { readonly value: Record<string, unknown>; readonly places: Map<string, Entry> },
  ): void {
    for (const source of Array.isArray(merged) ? merged : [merged]) {
      if (source === undefined) continue;
      const from = isMapping(source) ? this.pairs.get(source) : undefined;
      if (!from || !isMapping(source)) {
        this.#report("bad-merge", node, {});
        return;
      }
      for (const [key, entry] of from) {
        if (places.has(key)) continue;
        into[key] = source[key];
        places.set(key, entry);
      }
    }
  }

  #keyText(key: Node): string | undefined {
    const text = keyText(key);
    if (text === undefined) this.#report("bad-key", key, {});
    else this.#refuseHalfCharacter(text, key);
    return text;
  }

  /** An escape such as `"\ud800"` can stand for half a character. */
  #refuseHalfCharacter(text: string, node: Node): void {
    const at = text.search(/\p{Cs}/u);
    if (at !== -1) this.#report("lone-surrogate", node, { code: codeOf(text, at) });
  }

  #report<
    C extends "unknown-anchor" | "recursive-alias" | "too-many-aliases" | "bad-merge" | "bad-key" | "lone-surrogate",
  >(code: C, node: Node, params: Params<C>): void {
    this.#diagnostics.push(this.#diagnose(code, [spanOf(node)], params));
  }
}

/** A key as the file spells it: `0777` and `yes` stay as they are, because a key is a name. */
export function keyText(key: Node): string | undefined {
  if (!isScalar(key) || key.value === null) return undefined;
  if (key.type === "PLAIN" && key.source !== undefined) return key.source;
  return `${key.value as string | number | boolean}`;
}

/** The value of a scalar. JSON knows neither infinity nor NaN: they stay the text that they are. */
export function scalarValue(node: Scalar): unknown {
  return typeof node.value === "number" && !Number.isFinite(node.value) ? node.source : node.value;
}

/** The text of a node, without the white space and comments after it. */
export function spanOf(node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

/** Whether a value of a stack file is a mapping, rather than a list or a scalar. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a key is the `<<` of a mapping that merges others. */
export function isMergeKey(key: Node): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN" && key.tag === undefined;
}
