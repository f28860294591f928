import { hasErrors } from "../diagnostics/diagnostic.ts";
import { formats } from "../diagnostics/render/index.ts";
import { makeChanges, refuseToDestroy, type Change } from "../files/changes.ts";
import { Problem } from "../files/problem.ts";
import { visible } from "../text/visible.ts";
import { changesFor, compileJob, configAmong, type CompiledStack } from "./compile-stack.ts";
import type { Io } from "./io.ts";
import { jobsOf, unlessProblem, type Job, type StackSettings } from "./jobs.ts";
import {
  differences,
  diffText,
  imageToBuild,
  renamed,
  renaming,
  sidecarLeftRunning,
  summary,
} from "./output-remarks.ts";
import { hasTooManyWarnings, printReport, type ReportOptions } from "./report.ts";
import { readStackList } from "./stack-list.ts";

/** The flags of `compile`. */
export interface CompileFlags extends ReportOptions, StackSettings {
  readonly check?: boolean;
  readonly force?: boolean;
  readonly print?: string;
  readonly stdinFilename?: string;
}

/** What became of a stack, or of all of them. */
interface Done {
  readonly exitCode: number;
  readonly text: string;
  /** What more there is to say when all went well. */
  readonly remark?: string;
}

/** A compiled stack, and what must happen to its files. */
interface PlannedStack {
  readonly stack: CompiledStack;
  readonly changes: readonly Change[];
}

/**
 * Compiles the stacks that the arguments mean, each of them whole or not at all. Returns the exit code. Throws a
 * Problem that concerns the whole run, or its only stack; with several stacks, the others go on (reference migration.md
 * 8).
 */
export function compileFiles(io: Io, files: readonly string[], flags: CompileFlags): number {
  const list = readStackList(io);
  if (list && "finding" in list)
    return printReport(io, io.stderr, [list.finding], flags, { exitCode: 1, text: "nothing was compiled" });
  const problems: Problem[] = [];
  const onProblem = (problem: Problem): void => void problems.push(problem);
  const jobs = jobsOf(io, { files, list, flags }, onProblem);
  refuseSeveral(jobs, flags);
  const compiled = unlessProblem(jobs, onProblem, (job) => [compileJob(io, job)]);
  refuseSameOutput(io, compiled);
  const isTooMuch = hasTooManyWarnings(
    compiled.flatMap(({ diagnostics }) => diagnostics),
    flags,
  );
  const isFailed = ({ diagnostics }: CompiledStack): boolean =>
    hasErrors(diagnostics) || (isTooMuch && diagnostics.length > 0);
  const failed = compiled.filter(isFailed).map(notCompiled);
  const ready = compiled.filter((stack) => !isFailed(stack));
  const done =
    flags.print === undefined ? finish(io, ready, flags, onProblem) : ready.map((stack) => print(io, stack, flags));
  // That the others are up to date would sound as if all were.
  const told = failed.length > 0 && flags.check ? done.filter(({ exitCode }) => exitCode > 0) : done;
  const [first, ...others] = problems;
  if (first && others.length === 0 && failed.length + done.length === 0) throw first;
  for (const { message } of problems) io.stderr.write(`tutum-stack: ${visible(message)}\n`);
  return report(io, compiled, [...failed, ...told], { ...flags, exitCode: problems.length > 0 ? 2 : 0 });
}

/** Throws a Problem for flags that only one stack can have. */
export function refuseSeveral(jobs: readonly Job[], { name, print }: Pick<CompileFlags, "name" | "print">): void {
  if (jobs.length < 2) return;
  if (print !== undefined) throw new Problem("--print prints a file of one stack; name one stack file");
  if (name !== undefined && new Set(jobs.map(({ input }) => input.path)).size > 1)
    throw new Problem("--name names one stack; name one stack file, or give the names in tutum-stack.json");
}

/** Throws a Problem when one stack would overwrite the files of another one. */
function refuseSameOutput({ files }: Io, compiled: readonly CompiledStack[]): void {
  const writers = new Map<string, CompiledStack>();
  for (const stack of compiled)
    for (const { name } of stack.files) {
      const shown = `${stack.folder.name}/${name}`;
      const path = Problem.unless(`write ${shown}`, () => files.resolve(`${stack.folder.path}/${name}`));
      const other = writers.get(path);
      if (other && other !== stack)
        throw new Problem(
          `${other.job.input.source.name} and ${stack.job.input.source.name} would both be written to ` +
            `${shown}; list them in tutum-stack.json with an output for each`,
        );
      writers.set(path, stack);
    }
}

function notCompiled({ job }: CompiledStack): Done {
  return { exitCode: 1, text: `${job.input.source.name} was not compiled` };
}

function finish(
  io: Io,
  ready: readonly CompiledStack[],
  flags: CompileFlags,
  onProblem: (problem: Problem) => void,
): readonly Done[] {
  const planned = unlessProblem(ready, onProblem, (stack) => [{ stack, changes: changesFor(io, stack) }]);
  if (flags.check) return planned.length > 0 ? [check(io, planned, flags)] : [];
  return unlessProblem(planned, onProblem, (plan) => [write(io, plan, flags)]);
}

/** Prints one of the files; there is nothing to report then but warnings. */
function print(io: Io, { files }: CompiledStack, { print: name = "" }: CompileFlags): Done {
  const found = files.find((file) => file.name === name);
  if (!found)
    throw new Problem(`this stack has no ${name}; it compiles to ${files.map((file) => file.name).join(" and ")}`);
  io.stdout.write(found.text);
  return { exitCode: 0, text: `printed ${name}` };
}

function check(io: Io, planned: readonly PlannedStack[], flags: CompileFlags): Done {
  const stale = planned.flatMap(({ changes }) => changes.filter(({ kind }) => kind !== "none"));
  if (formats[flags.format].kind === "lines") io.stderr.write(stale.map(diffText).join(""));
  const names = planned.map(({ stack, changes }) => renaming(configAmong(changes, stack.job.settings)));
  return { exitCode: stale.length === 0 ? 0 : 1, text: `${differences(stale)}${names.join("")}` };
}

function write(io: Io, { stack, changes }: PlannedStack, flags: CompileFlags): Done {
  const { job, folder } = stack;
  const { target = "compose", ...settings } = job.settings;
  refuseToDestroy(io.files, changes, { stackFile: job.input.path, force: flags.force ?? false });
  makeChanges(io.files, folder.path, changes);
  const config = configAmong(changes, job.settings);
  const image = imageToBuild(config, { sidecar: "service", ...settings, ...(flags.quiet ? { quiet: true } : {}) });
  return {
    exitCode: 0,
    text: summary(changes),
    remark: `${renamed(config)}${image}${sidecarLeftRunning(changes, target)}`,
  };
}

/** Prints the findings of all stacks and what became of them, and returns the exit code: the worst of them. */
function report(
  io: Io,
  compiled: readonly CompiledStack[],
  done: readonly Done[],
  { exitCode, ...flags }: CompileFlags & { readonly exitCode: number },
): number {
  const findings = compiled.map(({ job: { input }, diagnostics }) => ({
    source: input.source,
    isElsewhere: input.isElsewhere,
    diagnostics,
  }));
  const worst = Math.max(exitCode, ...done.map((one) => one.exitCode));
  const isPrinted = flags.print !== undefined && formats[flags.format].kind === "lines";
  if (isPrinted && findings.every(({ diagnostics }) => diagnostics.length === 0)) return worst;
  const [only, ...others] = done;
  const outcome =
    only && others.length === 0 ? only : { text: done.map(({ text, remark = "" }) => `${text}${remark}`).join("; ") };
  return printReport(io, io.stderr, findings, flags, { ...outcome, exitCode: worst });
}
