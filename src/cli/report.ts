import packageJson from "../../package.json" with { type: "json" };
import { allows, type Allowance } from "../diagnostics/allow.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { countWarnings, grouped } from "../diagnostics/groups.ts";
import { formats, type FormatName } from "../diagnostics/render/index.ts";
import { mostImportant, type FileReport } from "../diagnostics/render/report.ts";
import { plain } from "../diagnostics/render/pretty.ts";
import { paintFor } from "./colour.ts";
import type { Io, Output } from "./io.ts";

export type { FileReport } from "../diagnostics/render/report.ts";

/** Options that all commands with diagnostics have. */
export interface ReportOptions {
  readonly format: FormatName;
  readonly strict?: boolean;
  readonly maxWarnings?: number;
  readonly quiet?: boolean;
  /** Warnings that are neither printed nor counted. */
  readonly allow?: readonly Allowance[];
}

/** What became of a command. */
interface Outcome {
  readonly exitCode: number;
  /** One clause. */
  readonly text: string;
  /** What more there is to say when all went well. */
  readonly remark?: string;
}

/** Prints findings, and returns the exit code. */
export function printReport(
  io: Io,
  output: Output,
  findings: readonly FileReport[],
  options: ReportOptions,
  { exitCode, text, remark = "" }: Outcome,
): number {
  const { kind, most, places, render } = formats[options.format];
  if (options.quiet && exitCode === 0 && kind === "lines") return exitCode;
  const diagnostics = allOf(findings);
  const perPlace = options.quiet ? findings.map(onlyErrors) : findings;
  const wanted = places === "every" ? perPlace : perPlace.map(groupedFinding);
  const printed = mostImportant(wanted, most);
  const [few, many] = [allOf(printed).length, allOf(wanted).length];
  const left = few < many ? `; only ${few} of ${many} diagnostics are printed` : "";
  const report = {
    version: packageJson.version,
    files: printed,
    errors: diagnostics.filter(({ severity }) => severity === "error").length,
    warnings: countWarnings(diagnostics),
    outcome: text,
    remark: `${remarkOn(diagnostics, options) || remark}${left}`,
  };
  output.write(render(report, diagnostics.length > 0 ? paintFor(io, output) : plain));
  return exitCode;
}

function allOf(findings: readonly FileReport[]): readonly Diagnostic[] {
  return findings.flatMap(({ diagnostics }) => diagnostics);
}

/** The diagnostics but for the warnings that `--allow` names. */
export function withoutAllowed(
  diagnostics: readonly Diagnostic[],
  { allow = [] }: Pick<ReportOptions, "allow">,
): readonly Diagnostic[] {
  return diagnostics.filter((found) => !allow.some((allowance) => allows(allowance, found)));
}

/** Whether findings keep a command from doing its work. */
export function isFailure(diagnostics: readonly Diagnostic[], options: ReportOptions): boolean {
  return diagnostics.some(({ severity }) => severity === "error") || hasTooManyWarnings(diagnostics, options);
}

/** Whether there are more warnings than the options allow. */
export function hasTooManyWarnings(
  diagnostics: readonly Diagnostic[],
  { strict, maxWarnings = strict ? 0 : Infinity }: ReportOptions,
): boolean {
  return countWarnings(diagnostics) > maxWarnings;
}

function remarkOn(diagnostics: readonly Diagnostic[], options: ReportOptions): string {
  if (options.strict) return diagnostics.length > 0 ? "; --strict treats warnings as errors" : "";
  return hasTooManyWarnings(diagnostics, options) ? `; --max-warnings allows ${options.maxWarnings}` : "";
}

function groupedFinding(finding: FileReport): FileReport {
  return { ...finding, diagnostics: grouped(finding.diagnostics) };
}

function onlyErrors(finding: FileReport): FileReport {
  return { ...finding, diagnostics: finding.diagnostics.filter(({ severity }) => severity === "error") };
}
