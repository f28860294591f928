import { allDiagnostics, type RunReport } from "./report.ts";

/** Diagnostics as one JSON document, which schema/report.schema.json describes. */
export function renderJson(report: RunReport): string {
  const { outcome, remark, errors, warnings } = report;
  return printJson({
    version: 1,
    summary: `${outcome}${remark}`,
    errors,
    warnings,
    diagnostics: allDiagnostics(report),
  });
}

/** The text of a JSON document, without characters that control a terminal and without commands of a build log. */
export function printJson(document: object): string {
  return `${JSON.stringify(document, null, 2).replace(active, escapeUnits)}\n`;
}

/** Characters that control a terminal, and commands of a build log. */
const active = /[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]|##(?=\[|vso\[)/giu;

function escapeUnits(character: string): string {
  return character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
