import { isAlias, isMap, isSeq, type Alias, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import type { YamlDocument } from "../read.ts";
import { isMergeKey, keyText } from "../values.ts";
import { align } from "./align.ts";
import { changeItems, changePairs } from "./change.ts";
import { Draft } from "./draft.ts";
import { fillBraces, fillFile } from "./fill.ts";
import { Styles } from "./style.ts";
import { isFlow, membersOf, type Member } from "./members.ts";
import {
  hasAsWished,
  isAsWished,
  isEmpty,
  isModelList,
  isModelMap,
  type Model,
  type ModelMap,
  type Models,
} from "./model.ts";
import { appendLines, removeMembers, type Collection } from "./lines.ts";
import { inheritedFrom, type Merge, type MergeSource } from "./merges.ts";
import { styleAt, replaceInBlock, replaceInFlow, replaceValue, type Place } from "./replace.ts";
import { flow, flowPair, pairLines } from "./write.ts";

type Pairs = YAMLMap<Node, Node | null>;

/**
 * Rewrites a text so that it has the wished data, with as few changes as possible. The caller must read the result and
 * check it.
 */
export function rewrite(text: string, document: YamlDocument, models: Models, wish: ModelMap): string {
  const draft = new Draft(text);
  const root = document.contents as Node | null;
  const styles = new Styles(root, draft, models);
  if (isMap<Node, Node | null>(root) && root.items.length > 0)
    new Rewriter(draft, models, styles).visitRoot(root, wish);
  else if (root && root.range![1] > root.range![0]) fillBraces(draft, root, pairLines(wish, 0, styles.file));
  else fillFile(draft, pairLines(wish, 0, styles.file));
  return draft.result();
}

/** Walks over the nodes in the order of the text, because an anchor counts only from its position on. */
class Rewriter {
  readonly #draft: Draft;
  readonly #models: Models;
  readonly #styles: Styles;
  /** The value of each anchor at the current position of the changed text. */
  readonly #anchors = new Map<string, Model>();

  constructor(draft: Draft, models: Models, styles: Styles) {
    this.#draft = draft;
    this.#models = models;
    this.#styles = styles;
  }

  visitRoot(root: Pairs, wish: ModelMap): void {
    const members = membersOf(root);
    const collection = { node: root, members, level: 1, keyLine: -1, keyColumn: -1 };
    const hasPlace = !isFlow(root) || members.some((member) => isKept(member, wish));
    if (wish.size > 0 && hasPlace) this.#visitPairs(root, wish, collection);
    else if (isFlow(root)) this.#draft.splice(root.range![0], root.range![1], flow(wish, this.#styles.file));
    else {
      removeMembers(this.#draft, collection, new Set(members));
      appendLines(this.#draft, collection, ["{}"]);
    }
  }

  #visit(place: Place, wish: Model): void {
    const { value } = place;
    if (isAlias(value)) {
      this.#visitAlias(place, value, wish);
      return;
    }
    if (value?.anchor) this.#anchors.set(value.anchor, wish);
    if (isMap<Node, Node | null>(value) && isModelMap(wish)) this.#visitMap(place, value, wish);
    else if (isSeq<Node>(value) && isModelList(wish)) this.#visitList(place, value, wish);
    else if (!isAsWished(this.#models.of(value), wish)) replaceValue(this.#draft, place, wish, this.#styles);
  }

  /** Replaces an alias whose value is not the wished one: with `<<` and overrides if possible, else with the value. */
  #visitAlias(place: Place, alias: Alias, wish: Model): void {
    const target = this.#anchors.get(alias.source);
    if (target && isAsWished(target, wish)) return;
    if (!isModelMap(wish) || !isModelMap(target) || !isWithin(target, wish)) {
      replaceValue(this.#draft, place, wish, this.#styles);
      return;
    }
    const own = new Map([...wish].filter(([key, value]) => !hasAsWished(target, key, value)));
    const style = styleAt(place, this.#styles);
    if (place.slot.context === "flow") {
      const pairs = [...own].map((pair) => flowPair(pair, style));
      replaceInFlow(this.#draft, place, `{${[`<<: *${alias.source}`, ...pairs].join(style.comma)}}`);
    } else {
      const column = place.column + style.step;
      const merge = `${" ".repeat(column)}<<: *${alias.source}`;
      replaceInBlock(this.#draft, place, { head: "", body: [merge, ...pairLines(own, column, style)] });
    }
  }

  #visitMap(place: Place, map: Pairs, wish: ModelMap): void {
    if (isEmpty(wish) && map.items.length === 0) return;
    const members = membersOf(map);
    const isFirstKept = members[0] && isKept(members[0], wish);
    const isWhole = members.some((member) => isKept(member, wish)) && (isFirstKept || !this.#isOnKeyLine(place, map));
    if (isWhole && !isEmpty(wish) && (map.srcToken || hasSameKeys(members, wish)))
      this.#visitPairs(map, wish, this.#collection(place, map, members));
    else replaceValue(this.#draft, place, wish, this.#styles);
  }

  #visitList(place: Place, list: YAMLSeq<Node>, wish: readonly Model[]): void {
    if (isEmpty(wish) && list.items.length === 0) return;
    const members = membersOf(list);
    const alignment = align(
      members.map(({ value }) => this.#models.of(value)),
      wish,
    );
    const isFirstKept = alignment[0]?.from === 0 && alignment[0].to !== undefined;
    if (isEmpty(wish) || members.length === 0 || (!isFirstKept && this.#isOnKeyLine(place, list))) {
      replaceValue(this.#draft, place, wish, this.#styles);
      return;
    }
    const collection = this.#collection(place, list, members);
    const removed = new Set<Member>();
    const inserted = new Map<number, Model[]>();
    let next = 0;
    for (const { from, to } of alignment) {
      const member = from === undefined ? undefined : members[from]!;
      if (from !== undefined) next = from + 1;
      if (member && to !== undefined) this.#visit(this.#place(member, collection), wish[to]!);
      else if (member) removed.add(member);
      else if (to !== undefined)
        inserted
          .set(next, inserted.get(next) ?? [])
          .get(next)!
          .push(wish[to]!);
    }
    if (removed.size + inserted.size > 0) changeItems(this.#draft, collection, { removed, inserted }, this.#styles);
  }

  #visitPairs(map: Pairs, wish: ModelMap, collection: Collection): void {
    const { members } = collection;
    const own = new Map<string, Member>();
    for (const member of members) if (!isMerge(member)) own.set(nameOf(member), member);
    const removed = new Set<Member>();
    const merges: Merge[] = [];
    for (const member of members) {
      const wished = isMerge(member) ? undefined : wish.get(nameOf(member));
      if (isMerge(member)) merges.push(this.#visitMerge(member, wish, collection));
      else if (wished === undefined) removed.add(member);
      else {
        // Of duplicate keys the last one counts; the others stay as they are.
        const isLast = own.get(nameOf(member)) === member;
        this.#visit(this.#place(member, collection), isLast ? wished : this.#models.of(member.value));
      }
    }
    const inherited = inheritedFrom(merges);
    const missing = [...wish].filter(([key, value]) => !own.has(key) && !hasAsWished(inherited, key, value));
    const stale = merges.filter(({ sources }) => sources.some(({ isStale }) => isStale));
    if (missing.length + removed.size + stale.length === 0) return;
    const leaving = new Set([...removed, ...this.#removeStale(stale)]);
    const present = this.#models.of(map) as ModelMap;
    const isGiven = ([key]: readonly [string, Model]): boolean => stale.length > 0 && present.has(key);
    const given = missing.filter(isGiven);
    const added = missing.filter((pair) => !isGiven(pair));
    changePairs(this.#draft, collection, { removed: leaving, merge: stale[0]?.member, given, added }, this.#styles);
  }

  /** Removes stale mappings from the lists of merge keys. Returns the merge keys that are then empty. */
  #removeStale(merges: readonly Merge[]): readonly Member[] {
    return merges.flatMap(({ member, list, sources }) => {
      const stale = sources.filter(({ isStale }) => isStale);
      if (!list || stale.length === sources.length) return stale.length > 0 ? [member] : [];
      const removed = new Set(stale.flatMap(({ item }) => item ?? []));
      if (removed.size > 0) changeItems(this.#draft, list, { removed, inserted: new Map() }, this.#styles);
      return [];
    });
  }

  #visitMerge(member: Member, wish: ModelMap, collection: Collection): Merge {
    const place = this.#place(member, collection);
    const { value } = member;
    if (!isSeq<Node>(value)) return { member, list: undefined, sources: [this.#visitSource(place, wish, undefined)] };
    if (value.anchor) this.#anchors.set(value.anchor, this.#models.of(value));
    const list = this.#collection(place, value, membersOf(value));
    const sources = list.members.map((item) => this.#visitSource(this.#place(item, list), wish, item));
    return { member, list, sources };
  }

  #visitSource(place: Place, wish: ModelMap, item: Member | undefined): MergeSource {
    const { value } = place;
    const model = isAlias(value) ? this.#anchors.get(value.source) : this.#models.of(value);
    const merged = isModelList(model) && !item ? model : [model];
    const maps = merged.filter(isModelMap);
    const isStale = maps.length < merged.length || maps.some((map) => [...map.keys()].some((key) => !wish.has(key)));
    if (!isStale && model && !isAlias(value)) this.#visit(place, model);
    return { item, maps, isStale };
  }

  #collection(place: Place, node: Node, members: readonly Member[]): Collection {
    const { level, slot, column } = place;
    return { node, members, level: level + 1, keyLine: this.#draft.line(slot.at), keyColumn: column };
  }

  #place(member: Member, { members, level }: Collection): Place {
    return { ...member, column: this.#draft.column(member.start), level, siblings: members };
  }

  /** Whether a list or mapping that is not in brackets begins on the line of its `-` or `:`. */
  #isOnKeyLine({ slot }: Place, node: Node): boolean {
    return !isFlow(node) && this.#draft.line(slot.at) === this.#draft.line(node.range![0]);
  }
}

/** Whether a mapping can be written as a merge of another one: it has all its keys, and at least one equal value. */
function isWithin(target: ModelMap, wish: ModelMap): boolean {
  const keys = [...target.keys()];
  return keys.every((key) => wish.has(key)) && keys.some((key) => hasAsWished(target, key, wish.get(key)!));
}

function isKept(member: Member, wish: ModelMap): boolean {
  return isMerge(member) || wish.has(nameOf(member));
}

function hasSameKeys(members: readonly Member[], wish: ModelMap): boolean {
  return members.every((member) => wish.has(nameOf(member))) && members.length === wish.size;
}

function isMerge({ key }: Member): boolean {
  return key !== undefined && isMergeKey(key);
}

function nameOf({ key }: Member): string {
  return (key && keyText(key)) ?? "";
}
