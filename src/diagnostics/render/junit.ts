import type { Diagnostic } from "../diagnostic.ts";
import { closing, details, type FileReport, type RunReport } from "./report.ts";
import { element, escapeXml, xmlDocument } from "./xml.ts";

/**
 * Diagnostics as a JUnit report: each file is a suite, and each diagnostic a failed case of the suite. A warning is a
 * failure as well, as in other linters, because JUnit has no warnings. The type of the failure is the severity.
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

/** Programs that show reports identify cases by their names. */
function failed(classname: string, diagnostic: Diagnostic): string {
  const { labels, severity, message, code } = diagnostic;
  const { line, column } = labels[0].start;
  const failure = element("failure", { type: severity, message }, [
    `${escapeXml([message, ...details(diagnostic)])}\n`,
  ]);
  return element("testcase", { name: `${line}:${column}: ${message} [${code}]`, classname, time: 0 }, [failure]);
}

/** A file without diagnostics is one case that passed, so that the file appears in the report. */
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
