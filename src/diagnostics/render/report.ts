import type { Diagnostic } from "../diagnostic.ts";
import type { Source } from "../source.ts";
import { visible } from "../../text/visible.ts";

/** What was found in one text. */
export interface FileReport {
  readonly source: Source;
  /** Whether the name is no path below the current folder: that of standard input, or the path of a file outside. */
  readonly isElsewhere: boolean;
  /** Those to print. */
  readonly diagnostics: readonly Diagnostic[];
}

/** All that one run of a command says. */
export interface RunReport {
  /** The version of the program. */
  readonly version: string;
  readonly files: readonly FileReport[];
  /** How many were found, printed or not. */
  readonly errors: number;
  readonly warnings: number;
  /** What became of it all, in one clause. */
  readonly outcome: string;
  /** What more there is to say of the outcome, such as why warnings make it a failure; mostly empty. */
  readonly remark: string;
}

/** The diagnostics of all texts, in their order. */
export function allDiagnostics({ files }: RunReport): readonly Diagnostic[] {
  return files.flatMap(({ diagnostics }) => diagnostics);
}

/** The line that ends a report for people; safe to print. */
export function closing({ outcome, errors, warnings, remark }: RunReport): string {
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
