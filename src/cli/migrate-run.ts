import { basename, dirname, resolve } from "node:path";
import { makeChanges, planChanges, refuseToDestroy } from "../files/changes.ts";
import { Problem } from "../files/problem.ts";
import { isGeneratedJson, migrationJson } from "../migration/json.ts";
import { inOrderOfWork, type Migration } from "../migration/migration.ts";
import { isGeneratedPage, migrationPage, verdictCounts } from "../migration/page.ts";
import { migratedStack } from "../migration/stack.ts";
import { visible } from "../text/visible.ts";
import { compileJob, stackNameOf, type CompiledStack } from "./compile-stack.ts";
import { refuseSeveral } from "./compile-run.ts";
import type { Io } from "./io.ts";
import { jobsOf, unlessProblem, type Job, type StackSettings } from "./jobs.ts";
import { listText, optionsOf, placed } from "./migrate-places.ts";
import { printReport } from "./report.ts";
import { readStackList, type StackListHere } from "./stack-list.ts";

/** The flags of `migrate`. */
export interface MigrateFlags extends Omit<StackSettings, "output"> {
  /** The file that the report is written to. */
  readonly output?: string;
  readonly format: "markdown" | "json";
  readonly force?: boolean;
  readonly stdinFilename?: string;
}

/**
 * Compiles the stacks that the arguments mean in memory, and prints or writes what a person must know to move them.
 * Without arguments and `tutum-stack.json`, they are the stack files of the current folder. Returns the exit code: 1 if
 * a stack does not compile. Throws a Problem that concerns the whole run, or its only stack.
 */
export function migrateFiles(io: Io, files: readonly string[], flags: MigrateFlags): number {
  const { output, format, force = false, stdinFilename, ...settings } = flags;
  const list = readStackList(io);
  if (list && "finding" in list)
    return printReport(
      io,
      io.stderr,
      [list.finding],
      { format: "pretty" },
      { exitCode: 1, text: "no report was made" },
    );
  const problems: Problem[] = [];
  const onProblem = (problem: Problem): void => void problems.push(problem);
  const given = files.length > 0 || list?.isHere ? files : ["."];
  const jobs = jobsOf(
    io,
    { files: given, list, flags: { ...settings, ...(stdinFilename ? { stdinFilename } : {}) } },
    onProblem,
  );
  refuseSeveral(jobs, settings);
  const compiled = unlessProblem(placed(jobs, io.cwd), onProblem, (job) => [compileJob(io, job)]);
  const [first, ...others] = problems;
  if (first && others.length + compiled.length === 0)
    throw files.length === 0 && !list?.isHere ? withAdvice(first) : first;
  for (const { message } of problems) io.stderr.write(`tutum-stack: ${visible(message)}\n`);
  if (compiled.length === 0) return 2;
  const migration = migrationOf(compiled, { list, settings, hasFiles: files.length > 0 });
  const text = format === "json" ? migrationJson(migration) : migrationPage(migration);
  if (output === undefined) io.stdout.write(text);
  else writePage(io, { output, text, force, counts: verdictCounts(migration.stacks) }, jobs);
  const isFailed = migration.stacks.some(({ verdict }) => verdict === "does-not-compile");
  return problems.length > 0 ? 2 : isFailed ? 1 : 0;
}

/** The problem of a run without arguments, and what to name instead of the current folder. */
function withAdvice({ message, details }: Problem): Problem {
  return new Problem(`${message}; name folders that have one, as in \`tutum-stack migrate */\``, details);
}

interface Asked {
  readonly list: StackListHere | undefined;
  readonly settings: StackSettings;
  readonly hasFiles: boolean;
}

function migrationOf(compiled: readonly CompiledStack[], { list, settings, hasFiles }: Asked): Migration {
  const stacks = compiled.map((stack) => {
    const { job, folder } = stack;
    const { source, path, folder: inputFolder } = job.input;
    const { target = "compose", sidecar = "service", sidecarImage } = job.settings;
    return migratedStack({
      file: source.name,
      argument: path === undefined ? "-" : source.name,
      folder: folder.name,
      name: stackNameOf(inputFolder, job.settings.name),
      target,
      options: optionsOf(job.isListed ? settings : job.settings),
      compiled: stack,
      usesSidecarImage: sidecar === "service" && sidecarImage === undefined,
    });
  });
  const proposed = list ? undefined : listText(compiled);
  const isListed = list ? list.isHere && !hasFiles : proposed !== undefined;
  return { stacks: inOrderOfWork(stacks), list: proposed, isListed };
}

interface Page {
  readonly output: string;
  readonly text: string;
  readonly force: boolean;
  readonly counts: string;
}

/** Writes the report, whole or not at all. Throws a Problem rather than overwrite what `migrate` has not written. */
function writePage(io: Io, { output, text, force, counts }: Page, jobs: readonly Job[]): void {
  const folder = { path: resolve(io.cwd, dirname(output)), name: dirname(output) };
  const name = basename(output);
  const changes = planChanges(io.files, {
    folder,
    outputs: [{ name, text }],
    possible: [name],
    mode: undefined,
    isGenerated: (_, before) => isGeneratedPage(before) || isGeneratedJson(before),
  });
  for (const { input } of jobs) refuseToDestroy(io.files, changes, { stackFile: input.path, force });
  makeChanges(io.files, folder.path, changes);
  io.stderr.write(`tutum-stack: wrote ${visible(output)} (${counts})\n`);
}
