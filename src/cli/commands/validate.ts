import { validate } from "../../compile.ts";
import { readInput } from "../../files/stack-file.ts";
import { withInputOptions } from "../input-options.ts";
import type { DefineCommand } from "../invocation.ts";
import type { Io } from "../io.ts";
import { Problem } from "../../files/problem.ts";
import { isFailure, printReport, withoutAllowed, type FileReport, type ReportOptions } from "../report.ts";

interface ValidateFlags extends ReportOptions {
  readonly interpolate?: boolean;
  readonly linkVariables?: boolean;
  readonly stdinFilename?: string;
}

/** `tutum-stack validate`: prints a report to standard output. */
export const defineValidate: DefineCommand = (program, { io, finish }) => {
  withInputOptions(program.command("validate [files...]").description("check stack files")).action(
    (files: string[], flags: ValidateFlags) => finish(validateFiles(io, files, flags)),
  );
};

/** Returns the exit code. Throws a Problem. */
function validateFiles(io: Io, files: readonly string[], flags: ValidateFlags): number {
  const { interpolate = false, linkVariables = false } = flags;
  if (files.filter((file) => file === "-").length > 1) throw new Problem("standard input (-) can be read only once");
  const findings = (files.length === 0 ? [undefined] : files).map((file): FileReport => {
    const { source, isElsewhere, failure } = readInput(io, file, flags.stdinFilename);
    const diagnostics = failure
      ? [failure]
      : validate(source.text, { fileName: source.name, interpolate, linkVariables });
    return { source, isElsewhere, diagnostics: withoutAllowed(diagnostics, flags) };
  });
  const all = findings.flatMap(({ diagnostics }) => diagnostics);
  return printReport(io, io.stdout, findings, flags, {
    exitCode: isFailure(all, flags) ? 1 : 0,
    text: verdict(findings, flags),
  });
}

function verdict(findings: readonly FileReport[], flags: ValidateFlags): string {
  const failed = findings.filter(({ diagnostics }) => isFailure(diagnostics, flags));
  const [first] = findings;
  const subject =
    findings.length === 1
      ? first!.source.name
      : failed.length > 0
        ? `${failed.length} of ${findings.length} files`
        : `all ${findings.length} files`;
  const verb = findings.length === 1 || (failed.length === 1 && findings.length > 1) ? "is" : "are";
  return `${subject} ${verb} ${failed.length > 0 ? "not valid" : "valid"}`;
}
