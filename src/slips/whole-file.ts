import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { contentSpan, isItem, keyOf, linesWithContent, nameOf, type Line } from "./lines.ts";
import type { Mend } from "./mend.ts";

type Slip = Pick<Mend, "say">;

/** Slips that a whole file suffers from, which need not be tried out. At most one. */
export function wholeFileSlips(text: string, diagnostics: readonly Diagnostic[]): readonly Slip[] {
  const isUnreadable = diagnostics.some(({ code }) => code === "invalid-yaml");
  const slip =
    (isUnreadable ? conflict(text) : undefined) ??
    placeholder(text, diagnostics) ??
    notIndented(text, diagnostics) ??
    (isUnreadable ? indentedFile(text, diagnostics) : undefined);
  return slip ? [slip] : [];
}

function conflict(text: string): Slip | undefined {
  const begin = /^<{7} .*$/m.exec(text);
  const end = /^>{7}( .*)?$/m.exec(text);
  if (!begin || !end) return undefined;
  const spans = [begin, end].map((match) => ({ start: match.index, end: match.index + match[0].trimEnd().length }));
  return { say: (diagnose) => diagnose("conflict-marker", [spans[0]!, spans[1]!], {}) };
}

/** Where YAML took a placeholder for a mapping that is the key of another. */
function placeholder(text: string, diagnostics: readonly Diagnostic[]): Slip | undefined {
  for (const { code, labels } of diagnostics) {
    if (code !== "bad-key" && code !== "invalid-yaml") continue;
    const from = text.lastIndexOf("\n", labels[0].span.start - 1) + 1;
    const row = /^.*/.exec(text.slice(from))?.[0] ?? "";
    const match = /(?<!["'\w$].*)\{\{.*?\}\}|<%.*?%>|(?<![\w"'$])\{%.*?%\}/.exec(row) ?? /\{\{.*?\}\}/.exec(row);
    if (!match || /["']/.test(row.slice(0, match.index))) continue;
    const start = from + match.index;
    const found = match[0];
    return {
      say: (diagnose) => diagnose("template-placeholder", [{ start, end: start + found.length }], { found }),
    };
  }
  return undefined;
}

/** Several services whose fields are not indented: each has its own, whatever their names are. */
function notIndented(text: string, diagnostics: readonly Diagnostic[]): Slip | undefined {
  if (!diagnostics.some(({ code }) => code === "not-indented")) return undefined;
  const lines = linesWithContent(text);
  const edge = lines.filter((line) => line.indent === 0 && !isItem(line));
  const isEmpty = (line: Line): boolean => {
    const next = lines[lines.indexOf(line) + 1];
    return line.content.endsWith(":") && next !== undefined && next.indent === 0 && !isItem(next);
  };
  const [service, ...others] = edge.filter(isEmpty);
  if (!service || others.length === 0) return undefined;
  const fields = edge.slice(edge.indexOf(service) + 1, edge.indexOf(others[0]!));
  const [first] = fields;
  if (!first) return undefined;
  const named = (line: Line): string => keyOf(line) ?? line.content;
  return {
    say: (diagnose) =>
      diagnose("not-indented", [keySpan(first), keySpan(service)], {
        service: named(service),
        fields: fields.map(named),
        isEmpty: true,
        others: others.map(named),
      }),
  };
}

function keySpan(line: Line): { readonly start: number; readonly end: number } {
  const { start } = contentSpan(line);
  return { start, end: start + (keyOf(line) ?? line.content).length };
}

/** A file whose first line is indented, and where reading stops at a line at the left edge. */
function indentedFile(text: string, diagnostics: readonly Diagnostic[]): Slip | undefined {
  const lines = linesWithContent(text);
  const [first] = lines;
  const stop = diagnostics.find(({ code }) => code === "invalid-yaml")?.labels[0].start.line ?? 0;
  const edgeAt = lines.findIndex(({ indent }) => indent === 0);
  const edge = lines[edgeAt];
  if (!first || !edge || first.indent === 0 || edge.index > stop) return undefined;
  const above = lines.slice(0, edgeAt);
  return {
    say: (diagnose) =>
      diagnose("indented-file", [contentSpan(first), contentSpan(edge)], {
        spaces: first.indent,
        first: nameOf(first),
        edge: nameOf(edge),
        lines: isOneService(above, first) ? undefined : rangeOf(first, above.at(-1)!),
      }),
  };
}

/** Whether the first line is the name of a service that alone is indented, its fields beside it. */
function isOneService(above: readonly Line[], first: Line): boolean {
  const beside = above.slice(1).filter(({ indent }) => indent === first.indent);
  return (
    first.content.endsWith(":") && beside.some(({ content }) => /^(image|build|links|ports|command):/.test(content))
  );
}

function rangeOf(first: Line, last: Line): string {
  return first === last ? `line ${first.index + 1}` : `lines ${first.index + 1} to ${last.index + 1}`;
}
