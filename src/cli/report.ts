import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { renderJson } from "../diagnostics/render/json.ts";
import { renderPretty, visible } from "../diagnostics/render/pretty.ts";
import type { Source } from "../diagnostics/source.ts";
import { paintFor } from "./colour.ts";
import type { Io } from "./io.ts";

/** How diagnostics are printed: for people, or as one JSON document for programs. */
type Format = "pretty" | "json";

/** What was found in one file. */
export interface Finding {
  readonly source: Source;
  readonly diagnostics: readonly Diagnostic[];
}

/** Options that all commands with diagnostics have. */
export interface ReportOptions {
  readonly format: Format;
  readonly strict?: boolean;
}

/** Prints findings to standard error. `outcome` is the sentence that says what became of it all. */
export function printReport(io: Io, findings: readonly Finding[], { format, strict }: ReportOptions, outcome: string): void {
  const diagnostics = findings.flatMap((finding) => finding.diagnostics);
  if (format === "json") return io.stderr.write(renderJson(diagnostics, outcome));
  for (const finding of findings) {
    if (finding.diagnostics.length > 0) io.stderr.write(`${renderPretty(finding.diagnostics, finding.source, paintFor(io, io.stderr))}\n`);
  }
  const note = strict && diagnostics.length > 0 ? "; warnings count as errors (--strict)" : "";
  io.stderr.write(`tutum-stack: ${visible(outcome)}${counted(diagnostics)}${note}\n`);
}

/** Whether findings keep a command from doing its work. */
export function isFailure(diagnostics: readonly Diagnostic[], { strict }: ReportOptions): boolean {
  return diagnostics.some(({ severity }) => severity === "error" || strict);
}

function counted(diagnostics: readonly Diagnostic[]): string {
  const parts = (["error", "warning"] as const).flatMap((severity) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? "" : "s"}`];
  });
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}
