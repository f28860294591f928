import { isAlias, isMap, type CST, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";

/** The place of a value in a member, which may be empty. */
export interface Slot {
  /** The offset directly after the `:` or the `-`. */
  readonly at: number;
  /** The start of the anchor, the tag or the value: a new value replaces the text from here. */
  readonly from: number;
  /** The end of the anchor and the tag; the same as `at` if there is neither. */
  readonly propertiesEnd: number;
  /** The anchor, with its `&`. */
  readonly anchor: string | undefined;
  readonly context: "block" | "flow";
  /** Whether the `:` is missing: `{ key }`, or `? key`. */
  readonly lacksColon: boolean;
}

/** An item of a list or a key of a mapping, with its value. */
export interface Member {
  /** The offset of its first character, which can be that of an anchor, `?` or `-`. */
  readonly start: number;
  /** The end of its content, without comments. */
  readonly end: number;
  readonly key: Node | undefined;
  readonly value: Node | null;
  readonly slot: Slot;
}

type Pairs = YAMLMap<Node, Node | null>;

/** The members of a list or mapping. The document must have its tokens (`readYaml(source, "tokens")`). */
export function membersOf(node: Pairs | YAMLSeq<Node>): readonly Member[] {
  const context = isFlow(node) ? "flow" : "block";
  if (isMap<Node, Node | null>(node)) return node.items.map((pair) => memberOf(pair.srcToken!, pair, context));
  const tokens = collectionToken(node)?.items.filter(isItem) ?? [];
  return node.items.map((value, at) => memberOf(tokens[at]!, { key: undefined, value }, context));
}

/** Whether a list or mapping is written in brackets. */
export function isFlow(node: Node): boolean {
  return node.srcToken?.type !== "block-map" && node.srcToken?.type !== "block-seq";
}

/** The end of the header of a block scalar: `|` or `>` with its indicators. */
export function headerEnd(token: CST.BlockScalar): number {
  const header = token.props.find((prop) => prop.type === "block-scalar-header");
  return header ? tokenEnd(header) : token.offset;
}

/** The offsets of the commas of a list or mapping in brackets. */
export function commasOf(node: Node): readonly number[] {
  const items = collectionToken(node)?.items ?? [];
  return items.flatMap(({ start }) => start.filter(({ type }) => type === "comma").map(({ offset }) => offset));
}

function collectionToken(node: Node): CST.BlockMap | CST.BlockSequence | CST.FlowCollection | undefined {
  return node.srcToken && "items" in node.srcToken ? node.srcToken : undefined;
}

/** Whether a token is a member: the parser also makes items of commas and comments at the end. */
function isItem({ start, key, sep, value }: CST.CollectionItem): boolean {
  return (
    Boolean(key ?? sep ?? value) || start.some(({ type }) => /^(seq-item-ind|anchor|tag|explicit-key-ind)$/.test(type))
  );
}

function memberOf(
  item: CST.CollectionItem,
  { key, value }: Pick<Pair<Node, Node | null>, "key" | "value"> | { key: undefined; value: Node },
  context: Slot["context"],
): Member {
  const { start, key: keyToken, sep, value: valueToken } = item;
  const dash = start.find(({ type }) => type === "seq-item-ind");
  const colon = sep?.find(({ type }) => type === "map-value-ind");
  const lead = start.find(({ type }) => /^(seq-item-ind|explicit-key-ind|anchor|tag)$/.test(type));
  const props = (key ? (sep ?? []) : start).filter(({ type }) => type === "anchor" || type === "tag");
  const anchor = value && !isAlias(value) && value.anchor ? `&${value.anchor}` : undefined;
  const keyEnd = key?.range?.[1] ?? 0;
  const first = props[0]?.offset ?? (key ? valueToken : (keyToken ?? valueToken))?.offset;
  const indicator = key ? colon : dash;
  const at = indicator ? indicator.offset + 1 : key ? keyEnd : (first ?? 0);
  const propertiesEnd = Math.max(at, ...props.map(tokenEnd));
  return {
    start: lead?.offset ?? keyToken?.offset ?? first ?? at,
    end: itemEnd(item),
    key,
    value,
    slot: { at, from: first ?? at, propertiesEnd, anchor, context, lacksColon: key !== undefined && !colon },
  };
}

/** The end of the content of a member, without the comments and blank lines after it. */
function itemEnd({ start, key, sep, value }: CST.CollectionItem): number {
  if (value) return tokenEnd(value);
  const last = [...start, ...(sep ?? [])].findLast(({ type }) => /-ind$|^anchor$|^tag$/.test(type));
  return Math.max(last ? tokenEnd(last) : 0, key ? tokenEnd(key) : 0);
}

function tokenEnd(token: CST.Token): number {
  if (token.type === "block-map" || token.type === "block-seq") {
    const last = token.items.findLast(isItem);
    return last ? itemEnd(last) : token.offset;
  }
  if (token.type === "flow-collection") return (token.end[0]?.offset ?? token.offset) + 1;
  if (token.type !== "block-scalar") return token.offset + ("source" in token ? token.source.length : 0);
  const content = token.source.replace(/\r?\n$/, "");
  const [before] = token.props.slice(-1);
  return content === "" || !before ? headerEnd(token) : tokenEnd(before) + content.length;
}
