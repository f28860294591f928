import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { RunReport } from "../../src/diagnostics/render/report.ts";
import type { Source } from "../../src/diagnostics/source.ts";

/** A report on one text below the current folder. */
export function reportOf(source: Source, diagnostics: readonly Diagnostic[], outcome: string): RunReport {
  const count = (severity: Diagnostic["severity"]): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const files = [{ source, isElsewhere: false, diagnostics }];
  return { version: "1.2.3", files, errors: count("error"), warnings: count("warning"), outcome, remark: "" };
}
