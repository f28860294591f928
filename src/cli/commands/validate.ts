import { Option } from "commander";
import { validate } from "../../compile.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Problem } from "../../files/problem.ts";
import { targets } from "../../targets/index.ts";
import { visible } from "../../text/visible.ts";
import { compileJob } from "../compile-stack.ts";
import { withInputOptions } from "../input-options.ts";
import type { DefineCommand } from "../invocation.ts";
import type { Io } from "../io.ts";
import { jobsOf, unlessProblem, type Job, type StackSettings } from "../jobs.ts";
import { isFailure, printReport, withoutAllowed, type FileReport, type ReportOptions } from "../report.ts";
import { readStackList } from "../stack-list.ts";

interface ValidateFlags extends ReportOptions, StackSettings {
  readonly stdinFilename?: string;
}

/** `tutum-stack validate`: prints a report to standard output. */
export const defineValidate: DefineCommand = (program, { io, finish }) => {
  withInputOptions(program.command("validate [files...]").description("check stack files"))
    .addOption(
      new Option("--target <name>", "report also what is lost in a target, as `compile` does").choices(
        Object.keys(targets),
      ),
    )
    .action((files: string[], flags: ValidateFlags) => finish(validateFiles(io, files, flags)));
};

/** Returns the exit code. Throws a Problem that concerns the whole run, or its only file. */
function validateFiles(io: Io, files: readonly string[], flags: ValidateFlags): number {
  const list = readStackList(io);
  if (list && "finding" in list)
    return printReport(io, io.stdout, [list.finding], flags, { exitCode: 1, text: "nothing was checked" });
  const problems: Problem[] = [];
  const onProblem = (problem: Problem): void => void problems.push(problem);
  const jobs = jobsOf(io, { files, list, flags }, onProblem);
  const findings = unlessProblem(jobs, onProblem, (job): readonly FileReport[] => {
    const { source, isElsewhere } = job.input;
    return [{ source, isElsewhere, diagnostics: diagnosticsOf(io, job, flags) }];
  });
  const [first, ...others] = problems;
  if (first && findings.length + others.length === 0) throw first;
  for (const { message } of problems) io.stderr.write(`tutum-stack: ${visible(message)}\n`);
  if (findings.length === 0) return 2;
  const isFailed = isFailure(
    findings.flatMap(({ diagnostics }) => diagnostics),
    flags,
  );
  return printReport(io, io.stdout, findings, flags, {
    exitCode: problems.length > 0 ? 2 : isFailed ? 1 : 0,
    text: verdict(findings, flags),
  });
}

/** Of the file whatever the target, or of what `compile` makes of it. */
function diagnosticsOf(io: Io, job: Job, { target }: ValidateFlags): readonly Diagnostic[] {
  if (target !== undefined) return compileJob(io, job).diagnostics;
  const { source, failure } = job.input;
  const { interpolate = false } = job.settings;
  const found = failure ? [failure] : validate(source.text, { fileName: source.name, interpolate });
  return withoutAllowed(found, job.settings);
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
