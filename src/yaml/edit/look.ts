import { isMap, isScalar, isSeq, visit, type Node } from "yaml";
import type { Draft } from "./draft.ts";
import { isFlow, membersOf, type Member } from "./members.ts";
import type { Quotes } from "./model.ts";
import type { Look } from "./write.ts";

/** How a file is written on the whole: by the first place of each kind. */
export function lookOf(root: Node | null, draft: Draft): Look {
  let found: Partial<Look> = {};
  if (root)
    visit(root, {
      Map: (_, map) => {
        if (isFlow(map)) return undefined;
        if (found.step !== undefined && found.listStep !== undefined && found.needed) return visit.BREAK;
        found = { ...stepsOf(membersOf(map as never), draft), ...found };
        return undefined;
      },
      Scalar: (_, { type }) => {
        if (found.needed === undefined && isQuoted(type)) found = { ...found, needed: type };
      },
    });
  return { step: 2, listStep: 2, dash: "- ", quotes: "PLAIN", needed: "QUOTE_DOUBLE", keys: "PLAIN", ...found };
}

/** How the members of a list or mapping are written; what they do not show is as in the whole file. */
export function lookOfMembers(members: readonly Member[], file: Look, draft: Draft): Look {
  const keys = new Set(members.map(({ key }) => (isScalar(key) ? key.type : undefined)));
  const [key] = keys;
  const texts = members.flatMap(({ value }) =>
    isScalar(value) && typeof value.value === "string" ? [value.type] : [],
  );
  const [first] = texts;
  const alike = isQuoted(first) && texts.every((type) => type === first) ? first : "PLAIN";
  const isList = members.length > 0 && members[0]?.key === undefined;
  const isJson = key === "QUOTE_DOUBLE" && keys.size === 1 && members[0]?.slot.context === "flow";
  return {
    ...file,
    ...stepsOf(members, draft),
    dash: dashOf(members, draft) ?? file.dash,
    quotes: isJson ? "QUOTE_DOUBLE" : isList || texts.length > 1 ? alike : "PLAIN",
    needed: texts.find(isQuoted) ?? file.needed,
    keys: keys.size === 1 && isQuoted(key) ? key : "PLAIN",
  };
}

/** By how much the values of a mapping are indented, if one of them shows it. */
function stepsOf(members: readonly Member[], draft: Draft): Partial<Pick<Look, "step" | "listStep">> {
  let found: Partial<Pick<Look, "step" | "listStep">> = {};
  for (const { start, key, value } of members) {
    if (
      !key ||
      !(isMap<Node, Node | null>(value) || isSeq<Node>(value)) ||
      isFlow(value) ||
      isOnOneLine(start, value, draft)
    )
      continue;
    const step = draft.column(membersOf(value)[0]?.start ?? start) - draft.column(start);
    if (isMap(value) && step > 0) found = { step, ...found };
    if (isSeq(value) && step >= 0) found = { listStep: step, ...found };
  }
  return found;
}

function isOnOneLine(start: number, value: Node, draft: Draft): boolean {
  return draft.line(start) === draft.line(value.range![0]);
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
