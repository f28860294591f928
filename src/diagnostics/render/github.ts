import type { Diagnostic, Label } from "../diagnostic.ts";
import { closing, details, type RunReport } from "./report.ts";
import { visible } from "../../text/visible.ts";

/**
 * Diagnostics as workflow commands: GitHub Actions shows each one beside its line. The last line is for people who read
 * the log.
 */
export function renderGithub(report: RunReport): string {
  const commands = report.files.flatMap(({ diagnostics, isElsewhere }) =>
    diagnostics.map((diagnostic) => command(diagnostic, isElsewhere)),
  );
  return `${commands.join("")}${closing(report)}\n`;
}

function command(diagnostic: Diagnostic, isElsewhere: boolean): string {
  const { severity, code, message, file, labels } = diagnostic;
  const { line, column } = labels[0].start;
  const properties: Readonly<Record<string, string | number>> = {
    ...(isElsewhere ? {} : { file, ...linesAndColumns(labels[0]) }),
    title: code,
  };
  const written = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(visible(String(value)))}`,
  );
  // GitHub can show nothing beside a file that is not in the repository.
  const text = isElsewhere ? `${file}:${line}:${column}: ${message}` : message;
  return `::${severity} ${written.join(",")}::${escapeText([visible(text), ...details(diagnostic)].join("\n"))}\n`;
}

/** The lines of a label. GitHub accepts columns only for a label within one line. */
function linesAndColumns({ start, end }: Label): Readonly<Record<string, number>> {
  const columns = start.line === end.line ? { col: start.column, endColumn: end.column } : {};
  return { line: start.line, endLine: end.line, ...columns };
}

/** The escapes of the workflow command syntax. */
function escapeText(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
