import { isMap, isScalar, isSeq, visit, type Node } from "yaml";
import type { Draft } from "./draft.ts";
import { isFlow, membersOf, type Member } from "./members.ts";
import type { Models, Quotes } from "./model.ts";
import type { Style } from "./write.ts";

/** How a file and the collections in it are formatted. */
export class Styles {
  /** The style of the whole file. */
  readonly file: Style;
  readonly #draft: Draft;
  readonly #known = new Map<readonly Member[], Style>();

  constructor(root: Node | null, draft: Draft, models: Models) {
    this.file = styleOfFile(root, draft, models);
    this.#draft = draft;
  }

  /** The style of a list or mapping. What its members do not show is taken from the whole file. */
  of(members: readonly Member[]): Style {
    const known = this.#known.get(members) ?? styleOfMembers(members, this.file, this.#draft);
    this.#known.set(members, known);
    return known;
  }
}

/** The style of the whole file, from the first example of each kind. */
function styleOfFile(root: Node | null, draft: Draft, { bracketed }: Models): Style {
  let found: Partial<Style> = {};
  if (root)
    visit(root, {
      Map: (_, map) => {
        if (isFlow(map)) return undefined;
        if (found.step !== undefined && found.lists && found.listStep !== undefined && found.needed) return visit.BREAK;
        const members = membersOf(map as never);
        const lists = stylesOf(members, isSeq);
        found = { ...stepsOf(members, draft), ...(lists[0] && { lists: lists[0] }), ...found };
        return undefined;
      },
      Scalar: (_, { type }) => {
        if (found.needed === undefined && isQuoted(type)) found = { ...found, needed: type };
      },
    });
  const { step = 2, listStep = step } = found;
  return { ...usual, ...found, step, listStep, bracketed, endsOpen: /[^\r\n]$/.test(draft.text) };
}

const usual = {
  dash: "- ",
  quotes: "PLAIN",
  needed: "QUOTE_DOUBLE",
  keys: "PLAIN",
  lists: "block",
  maps: "block",
  comma: ", ",
  colon: ": ",
} as const;

function styleOfMembers(members: readonly Member[], file: Style, draft: Draft): Style {
  const keys = new Set(members.map(({ key }) => (isScalar(key) ? key.type : undefined)));
  const [key] = keys;
  const texts = members.flatMap(({ value }) =>
    isScalar(value) && typeof value.value === "string" ? [value.type] : [],
  );
  const [first] = texts;
  const alike = isQuoted(first) && texts.every((type) => type === first) ? first : "PLAIN";
  const isList = members.length > 0 && members[0]?.key === undefined;
  const isJson = key === "QUOTE_DOUBLE" && keys.size === 1 && members[0]?.slot.context === "flow";
  const lists = stylesOf(members, isSeq);
  return {
    ...file,
    ...stepsOf(members, draft),
    ...(isJson && gapsOf(members, draft)),
    dash: dashOf(members, draft) ?? file.dash,
    quotes: isJson ? "QUOTE_DOUBLE" : isList || texts.length > 1 ? alike : "PLAIN",
    needed: texts.find(isQuoted) ?? file.needed,
    keys: keys.size === 1 && isQuoted(key) ? key : "PLAIN",
    lists: lists.length === 0 ? file.lists : lists.includes("block") ? "block" : "flow",
    maps: stylesOf(members, isMap).every((one) => one === "block") ? "block" : "flow",
  };
}

/** Which of the lists or mappings among the values are in brackets; empty ones always are. */
function stylesOf(members: readonly Member[], isOfKind: (node: unknown) => boolean): readonly Style["lists"][] {
  return members.flatMap(({ key, value }) => {
    const isShown = key && isCollection(value) && isOfKind(value) && value.items.length > 0;
    return isShown ? [isFlow(value) ? "flow" : "block"] : [];
  });
}

/** How far the values of a mapping are indented, if one of them shows it. */
function stepsOf(members: readonly Member[], draft: Draft): Partial<Pick<Style, "step" | "listStep">> {
  let found: Partial<Pick<Style, "step" | "listStep">> = {};
  for (const { start, key, value } of members) {
    if (!key || !isBelow(value, start, draft)) continue;
    const step = draft.column(membersOf(value)[0]?.start ?? start) - draft.column(start);
    if (isMap(value) && step > 0) found = { step, ...found };
    if (isSeq(value) && step >= 0) found = { listStep: step, ...found };
  }
  return found;
}

/** Whether a value is a list or mapping on lines of its own. */
function isBelow(value: Node | null, start: number, draft: Draft): value is Collected {
  return isCollection(value) && !isFlow(value) && draft.line(start) !== draft.line(value.range![0]);
}

type Collected = Parameters<typeof membersOf>[0];

function isCollection(value: Node | null): value is Collected {
  return isMap(value) || isSeq(value);
}

/** The first comma and colon of JSON, with or without a space after them; elsewhere with a space. */
function gapsOf([first, second]: readonly Member[], draft: Draft): Pick<Style, "comma" | "colon"> {
  const isTight = first?.value && first.slot.from === first.slot.at;
  const hasComma = first && second && draft.text.slice(first.end, second.start).endsWith(",");
  return { colon: isTight ? ":" : ": ", comma: hasComma || (isTight && !second) ? "," : ", " };
}

function dashOf(members: readonly Member[], draft: Draft): string | undefined {
  for (const { key, slot } of members) {
    if (key || slot.context === "flow") continue;
    const [gap] = /^ +(?=[^\s#])/.exec(draft.text.slice(slot.at, slot.at + 20)) ?? [];
    if (gap !== undefined) return `-${gap}`;
  }
  return undefined;
}

function isQuoted(type: unknown): type is Exclude<Quotes, "PLAIN"> {
  return type === "QUOTE_SINGLE" || type === "QUOTE_DOUBLE";
}
