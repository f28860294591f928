import { allDiagnostics, closing, type RunReport } from "./report.ts";
import { visible } from "../../text/visible.ts";

/** Diagnostics as gcc prints them, one line each: `file:line:column: error: text [code]`. */
export function renderCompact(report: RunReport): string {
  const lines = allDiagnostics(report).map(({ file, labels, severity, message, code }) => {
    const { line, column } = labels[0].start;
    return `${pathOf(file)}:${line}:${column}: ${severity}: ${visible(message)} [${code}]\n`;
  });
  return `${lines.join("")}${closing(report)}\n`;
}

/** Keeps a file name at the beginning of a line from being read as a GitHub workflow command. */
function pathOf(file: string): string {
  return visible(file).replace(/^(?=\s*::)/, "./");
}
