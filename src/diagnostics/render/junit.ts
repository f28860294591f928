import type { Diagnostic } from "../diagnostic.ts";
import { closing, details, type FileReport, type RunReport } from "./report.ts";
import { element, escapeXml, xmlDocument } from "./xml.ts";

/**
 * Diagnostics as a report of JUnit: each file is a suite, each diagnostic a failed case of it. A warning is a failure, too, as with
 * other linters, because JUnit knows no warnings; its type tells them apart.
 */
export function renderJunit(report: RunReport): string {
  const counts = countsOf(report.files.flatMap(({ diagnostics }) => casesOf(diagnostics)));
  return xmlDocument(
    closing(report),
    element("testsuites", { name: "tutum-stack", ...counts, time: 0 }, report.files.map(suite)),
  );
}

function suite({ source, diagnostics }: FileReport): string {
  const cases = casesOf(diagnostics);
  const written = cases.map((found) =>
    found ? failed(source.name, found) : element("testcase", { name: "no mistakes", classname: source.name, time: 0 }),
  );
  return element("testsuite", { name: source.name, ...countsOf(cases), time: 0 }, written);
}

/** Services that show reports tell cases by their names. */
function failed(classname: string, diagnostic: Diagnostic): string {
  const { labels, severity, message, code } = diagnostic;
  const { line, column } = labels[0].start;
  const failure = element("failure", { type: severity, message }, [
    `${escapeXml([message, ...details(diagnostic)])}\n`,
  ]);
  return element("testcase", { name: `${line}:${column}: ${message} [${code}]`, classname, time: 0 }, [failure]);
}

/** A file without diagnostics is one case that passed, so that it shows. */
function casesOf(diagnostics: readonly Diagnostic[]): readonly (Diagnostic | undefined)[] {
  return diagnostics.length === 0 ? [undefined] : diagnostics;
}

function countsOf(cases: readonly (Diagnostic | undefined)[]): {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
} {
  return { tests: cases.length, failures: cases.filter((found) => found !== undefined).length, errors: 0 };
}
