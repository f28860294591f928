import type { Diagnostic, Label } from "../diagnostic.ts";
import { linesOf, type Lines, type Source } from "../source.ts";
import { closing, learnMore, type RunReport } from "./report.ts";
import { maskSecrets } from "../../text/secrets.ts";
import { visible } from "../../text/visible.ts";
import { widthOf } from "../../text/width.ts";

/** Colours for a terminal; each function wraps a text. */
export interface Palette {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly frame: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** No colours. */
export const plain: Palette = { error: String, warning: String, frame: String, strong: String };

/** Diagnostics for people, and the outcome. */
export function renderPretty(report: RunReport, palette: Palette = plain): string {
  const found = report.files.filter(({ diagnostics }) => diagnostics.length > 0);
  const frames = found.map(({ diagnostics, source }) => `${renderFrames(diagnostics, source, palette)}\n`);
  const hint = learnMore(report);
  return `${frames.join("")}${hint === undefined ? "" : `${hint}\n`}${closing(report)}\n`;
}

/**
 * Diagnostics about one text, each with its lines. Safe to print, whatever the file contains. A build log must not keep
 * passwords, so what looks like a secret is masked.
 */
export function renderFrames(diagnostics: readonly Diagnostic[], source: Source, palette: Palette = plain): string {
  const lines = linesOf(maskSecrets(beginningOf(source.text, diagnostics)));
  return diagnostics.map((diagnostic) => renderOne(diagnostic, lines, palette)).join("\n");
}

/** A text as far as its last line that is shown. */
function beginningOf(text: string, diagnostics: readonly Diagnostic[]): string {
  let end = 0;
  for (const { labels } of diagnostics) for (const { span } of labels) end = Math.max(end, span.end);
  const lineEnd = text.indexOf("\n", end);
  return lineEnd === -1 ? text : text.slice(0, lineEnd);
}

const widestLine = 120;

function renderOne(
  { severity, code, message, file, labels, notes, help }: Diagnostic,
  lines: Lines,
  palette: Palette,
): string {
  const gutter = " ".repeat(String(Math.max(...labels.map(({ start }) => start.line))).length);
  const { line, column } = labels[0].start;
  const bar = palette.frame("|");
  const fact = (kind: string, text: string): string =>
    `${gutter} ${palette.frame("=")} ${palette.strong(`${kind}:`)} ${visible(text)}`;
  return [
    `${palette[severity](`${severity}[${code}]`)}${palette.strong(`: ${visible(message)}`)}`,
    `${gutter}${palette.frame("-->")} ${visible(file)}:${line}:${column}`,
    `${gutter} ${bar}`,
    ...frame(labels, lines, gutter, palette[severity], palette.frame),
    ...notes.map((text) => fact("note", text)),
    ...help.map((text) => fact("help", text)),
    "",
  ].join("\n");
}

function frame(
  labels: readonly Label[],
  lines: Lines,
  gutter: string,
  primary: Palette["error"],
  secondary: Palette["frame"],
): readonly string[] {
  const bar = secondary("|");
  const rows: string[] = [];
  let previous: { readonly line: number; readonly text: string } | undefined;
  for (const label of labels.toSorted((a, b) => a.span.start - b.span.start)) {
    const { line, column } = label.start;
    const clipped = clip(
      lines.text(line),
      column - 1,
      label.end.line === line ? label.end.column - 1 : lines.text(line).length,
    );
    if (previous && line > previous.line + 1) rows.push(secondary("..."));
    if (line !== previous?.line || clipped.text !== previous.text)
      rows.push(`${secondary(String(line).padStart(gutter.length))} ${bar} ${clipped.text}`.trimEnd());
    previous = { line, text: clipped.text };
    const isPrimary = label === labels[0];
    const mark = (isPrimary ? "^" : "-").repeat(Math.max(1, clipped.width));
    rows.push(
      `${gutter} ${bar} ` +
        `${" ".repeat(clipped.indent)}${(isPrimary ? primary : secondary)(`${mark} ${visible(label.text)}`.trimEnd())}`,
    );
  }
  return rows;
}

/** The part of a long line around a range, and the place of the range in that part, in columns of a terminal. */
function clip(
  line: string,
  start: number,
  end: number,
): { readonly text: string; readonly indent: number; readonly width: number } {
  const from = line.length > widestLine && start > widestLine / 2 ? wholeCharacter(line, start - widestLine / 4) : 0;
  const until = wholeCharacter(line, Math.min(line.length, from + widestLine));
  const lead = from > 0 ? "..." : "";
  return {
    text: `${lead}${visible(line.slice(from, until))}${until < line.length ? "..." : ""}`,
    indent: lead.length + widthOf(visible(line.slice(from, start))),
    width: widthOf(visible(line.slice(start, Math.min(end, until)))),
  };
}

/** The offset, or the offset before it if it would cut a character in two. */
function wholeCharacter(text: string, offset: number): number {
  return (text.codePointAt(offset - 1) ?? 0) > 0xffff ? offset - 1 : offset;
}
