import type { Diagnostic } from "../diagnostic.ts";
import type { Source } from "../source.ts";
import { visible } from "../../text/visible.ts";

/** What was found in one text. */
export interface Finding {
  readonly source: Source;
  /** Whether the name is no path below the current folder: that of standard input, or the path of a file outside. */
  readonly isElsewhere: boolean;
  /** Those to print. */
  readonly diagnostics: readonly Diagnostic[];
}

/** All that one run of a command says. */
export interface Report {
  /** The version of the program. */
  readonly version: string;
  readonly findings: readonly Finding[];
  /** How many were found, printed or not. */
  readonly errors: number;
  readonly warnings: number;
  /** What became of it all, in one clause. */
  readonly outcome: string;
  /** What more there is to say of the outcome, such as why warnings make it a failure; mostly empty. */
  readonly remark: string;
}

/** The diagnostics of all texts, in their order. */
export function allDiagnostics({ findings }: Report): readonly Diagnostic[] {
  return findings.flatMap(({ diagnostics }) => diagnostics);
}

/** No more findings than that, in their order; errors are kept before warnings. No file looks as if it had no mistakes. */
export function mostImportant(findings: readonly Finding[], most: number): readonly Finding[] {
  const all = findings.flatMap(({ diagnostics }) => diagnostics);
  if (all.length <= most) return findings;
  const errors = all.filter(({ severity }) => severity === "error").slice(0, most);
  const warnings = all.filter(({ severity }) => severity === "warning").slice(0, most - errors.length);
  const kept = new Set([...errors, ...warnings]);
  return findings
    .map((finding) => ({ ...finding, diagnostics: finding.diagnostics.filter((diagnostic) => kept.has(diagnostic)) }))
    .filter(({ diagnostics }, index) => diagnostics.length > 0 || findings[index]!.diagnostics.length === 0);
}

/** The line that ends a report for people; safe to print. */
export function closing({ outcome, errors, warnings, remark }: Report): string {
  const parts = [counted(errors, "error"), counted(warnings, "warning")].filter((part) => part !== "");
  return `tutum-stack: ${visible(outcome)}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}${visible(remark)}`;
}

/** What a diagnostic says beyond its message, for formats that show no lines of the text: a line each, safe to print. */
export function details({ labels, notes, help }: Diagnostic): readonly string[] {
  const facts = [
    ...labels.flatMap(({ start, text }) => (text === "" ? [] : [`line ${start.line}: ${text}`])),
    ...notes.map((text) => `note: ${text}`),
    ...help.map((text) => `help: ${text}`),
  ];
  return facts.map(visible);
}

function counted(count: number, what: string): string {
  return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}`;
}
