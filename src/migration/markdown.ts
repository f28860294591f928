import { visible } from "../text/visible.ts";

/** A text of the user as code on one line, whatever is in it. */
export function code(text: string): string {
  const shown = text === "" ? '""' : visible(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const padding = /^`|`$|^ .* $/.test(shown) ? " " : "";
  return `${fence}${padding}${shown}${padding}${fence}`;
}

/** The same in a cell of a table, which a `|` would end even within code. */
export function cellCode(text: string): string {
  return code(visible(text).replaceAll("|", String.raw`\u{7c}`));
}

/**
 * A sentence of the compiler, with the user's texts between backticks as code. If a text of the user contains
 * backticks, nobody knows where it ends: then all is code.
 */
export function prose(sentence: string): string {
  const shown = visible(sentence);
  const parts = shown.split("`");
  const isClear =
    parts.length % 2 === 1 && parts.every((part, index) => (index % 2 === 0 ? isPlain(part) : part !== ""));
  return isClear ? shown : code(shown);
}

/** Whether Markdown has no use for any character of a text, and makes no link of it. */
function isPlain(text: string): boolean {
  return /^[\p{L}\p{N} ,.;:()'"/+=?!%-]*$/u.test(text) && !/:\/\/|www\./i.test(text);
}

/** Lines of code as a block, indented by so many columns. */
export function codeBlock(language: string, lines: readonly string[], indent = 0): string {
  const longest = Math.max(2, ...[...lines.join("\n").matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const margin = " ".repeat(indent);
  return [`${fence}${language}`, ...lines, fence].map((line) => `${margin}${line}`.trimEnd()).join("\n");
}

/** Where a heading is reached within the page, by the rules of GitHub: `#1-shopstackyml`. */
export function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replace(/[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc} -]/gu, "");
  return `#${kept.replaceAll(" ", "-")}`;
}
