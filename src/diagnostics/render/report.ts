import type { Diagnostic } from "../diagnostic.ts";
import type { Source } from "../source.ts";
import { visible } from "../../text/visible.ts";

/** The diagnostics of one file. */
export interface FileReport {
  readonly source: Source;
  /**
   * Whether the file is not below the current folder: it is standard input, or has a path such as `../stack.yml`.
   */
  readonly isElsewhere: boolean;
  /** The diagnostics to print. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The result of one run of a command. */
export interface RunReport {
  /** The version of the program. */
  readonly version: string;
  readonly files: readonly FileReport[];
  /** How many errors there are, printed or not. */
  readonly errors: number;
  /** How many warnings there are, printed or not: one for each code and field of a file. */
  readonly warnings: number;
  /** The outcome, in one clause. */
  readonly outcome: string;
  /** An addition to the outcome, such as why warnings make it a failure. Often empty. */
  readonly remark: string;
}

/** The diagnostics of all files, in their order. */
export function allDiagnostics({ files }: RunReport): readonly Diagnostic[] {
  return files.flatMap(({ diagnostics }) => diagnostics);
}

/**
 * No more findings than that, in their order; errors are kept before warnings. No file looks as if it had no mistakes.
 */
export function mostImportant(findings: readonly FileReport[], most: number): readonly FileReport[] {
  const all = findings.flatMap(({ diagnostics }) => diagnostics);
  if (all.length <= most) return findings;
  const errors = all.filter(({ severity }) => severity === "error").slice(0, most);
  const warnings = all.filter(({ severity }) => severity === "warning").slice(0, most - errors.length);
  const kept = new Set([...errors, ...warnings]);
  return findings
    .map((finding) => ({ ...finding, diagnostics: finding.diagnostics.filter((diagnostic) => kept.has(diagnostic)) }))
    .filter(({ diagnostics }, index) => diagnostics.length > 0 || findings[index]!.diagnostics.length === 0);
}

/** How to learn more about the worst finding; undefined when there is none (reference migration.md 7). */
export function learnMore({ files }: RunReport): string | undefined {
  const code = files.find(({ diagnostics }) => diagnostics.length > 0)?.diagnostics[0]?.code;
  return code && `\`tutum-stack explain ${code}\` says more`;
}

/** The line that ends a report for people; safe to print. */
export function closing({ outcome, errors, warnings, remark }: RunReport): string {
  const parts = [counted(errors, "error"), counted(warnings, "warning")].filter((part) => part !== "");
  return `tutum-stack: ${visible(outcome)}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}${visible(remark)}`;
}

/**
 * The labels, notes and helps of a diagnostic, one line each and safe to print, for formats that do not show lines of
 * the text.
 */
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
