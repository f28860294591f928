import type { Diagnostic } from "../diagnostic.ts";
import { closing, details, type FileReport, type RunReport } from "./report.ts";
import { element, xmlDocument } from "./xml.ts";

/** Diagnostics as a report of Checkstyle 4.3. It lists every file, with or without diagnostics. */
export function renderCheckstyle(report: RunReport): string {
  return xmlDocument(closing(report), element("checkstyle", { version: "4.3" }, report.files.map(file)));
}

function file({ source, diagnostics }: FileReport): string {
  return element("file", { name: source.name }, diagnostics.map(error));
}

function error(diagnostic: Diagnostic): string {
  const { labels, severity, message, code } = diagnostic;
  const { line, column } = labels[0].start;
  return element("error", {
    line,
    column,
    severity,
    message: [message, ...details(diagnostic)],
    source: `tutum-stack.${code}`,
  });
}
