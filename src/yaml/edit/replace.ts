import { isMap, isSeq, type Node } from "yaml";
import type { Draft } from "./draft.ts";
import { lastLineOf } from "./lines.ts";
import type { Styles } from "./style.ts";
import { headerEnd, isFlow, type Member } from "./members.ts";
import type { Model } from "./model.ts";
import { flow, itemLines, written, type Style, type Written } from "./write.ts";

/** A member with its surroundings. */
export interface Place extends Member {
  /** The column that the member begins in. */
  readonly column: number;
  /** How deep it is: 1 for a service, 2 for a field. */
  readonly level: number;
  /** All members of its list or mapping, itself among them. */
  readonly siblings: readonly Member[];
}

/** Replaces a value; its anchor stays. */
export function replaceValue(draft: Draft, place: Place, value: Model, styles: Styles): void {
  const style = styleAt(place, styles);
  if (place.slot.context === "flow") replaceInFlow(draft, place, flow(value, style));
  else replaceInBlock(draft, place, place.key ? written(value, place.column, style) : writtenItem(value, place, style));
}

/** A list or mapping in an item begins on the line of the dash, unless an anchor is there. */
function writtenItem(value: Model, { column, slot }: Place, style: Style): Written {
  if (slot.anchor) return written(value, column, { ...style, step: style.dash.length, listStep: style.dash.length });
  const [first = "", ...body] = itemLines([value], column, style);
  return { head: first.slice(column + style.dash.length), body };
}

/** The style of a new value: it keeps the quotes of the old text. */
export function styleAt({ value, siblings }: Place, styles: Styles): Style {
  const style = styles.of(siblings);
  const token = value?.srcToken?.type;
  if (token === "single-quoted-scalar") return { ...style, quotes: "QUOTE_SINGLE" };
  if (token === "double-quoted-scalar") return { ...style, quotes: "QUOTE_DOUBLE" };
  return token === "scalar" && style.keys !== "QUOTE_DOUBLE" ? { ...style, quotes: "PLAIN" } : style;
}

/** Replaces a value in brackets with a text. */
export function replaceInFlow(draft: Draft, { slot, end, value }: Place, text: string): void {
  const isAbsent = end === slot.at && !(value?.range && value.range[1] > value.range[0]);
  const before = isAbsent ? (slot.lacksColon ? ": " : " ") : "";
  draft.splice(slot.from, Math.max(slot.from, end), before + words(slot.anchor, text));
}

/** Replaces a value that is not in brackets with a new value and the lines below it. */
export function replaceInBlock(draft: Draft, place: Place, { head, body }: Written): void {
  const { slot, value, end, column } = place;
  const inline = words(slot.anchor, head);
  const spaced = inline && ` ${inline}`;
  const firstLine = draft.line(slot.at);
  if (slot.lacksColon) draft.insertBelow(draft.line(end), [`${" ".repeat(column)}:${spaced}`, ...body]);
  else if (isOfLines(value)) replaceLines(draft, place, { head: spaced, body });
  else if (end > slot.at && slot.propertiesEnd === slot.at && draft.line(slot.from) > firstLine && body.length > 0) {
    draft.splice(slot.at, slot.at, spaced);
    draft.removeLines(draft.line(slot.from), draft.line(end));
    draft.insertBelow(draft.line(slot.from) - 1, body);
  } else {
    const from = inline === "" ? slot.at : slot.from;
    draft.splice(from, Math.max(from, end), from > slot.at ? inline : spaced);
    draft.insertBelow(draft.line(end), body);
  }
}

/** Replaces a block scalar, or a list or mapping that is not in brackets. */
function replaceLines(draft: Draft, { slot, value, end, column }: Place, { head, body }: Written): void {
  const token = value?.srcToken;
  const firstLine = draft.line(slot.at);
  if (token?.type !== "block-scalar" && draft.line(value?.range?.[0] ?? end) === firstLine) {
    draft.splice(slot.at, draft.line(end) === firstLine ? end : draft.end(firstLine), head);
    draft.removeLines(firstLine + 1, draft.line(end));
    draft.insertBelow(firstLine, body);
    return;
  }
  const headEnd = token?.type === "block-scalar" ? headerEnd(token) : slot.propertiesEnd;
  draft.splice(slot.at, headEnd, head);
  draft.removeLines(draft.line(headEnd) + 1, lastLineOf(draft, end, column));
  draft.insertBelow(draft.line(headEnd), body);
}

function isOfLines(value: Node | null): boolean {
  if (value?.srcToken?.type === "block-scalar") return true;
  return (isMap(value) || isSeq(value)) && !isFlow(value);
}

function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(" ");
}
