import { visibleJson } from "../../text/visible.ts";
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

/** The text of a JSON document, with no character that acts on a terminal and no command of a build log. */
export function printJson(document: object): string {
  return `${visibleJson(JSON.stringify(document, null, 2))}\n`;
}
