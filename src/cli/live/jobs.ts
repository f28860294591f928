import { Problem } from "../../files/problem.ts";
import { runsOf, type RunView, type ServiceRuns } from "../../platform/runs.ts";
import { viewStack, viewStacks, type ServiceView } from "../../platform/views.ts";
import { listContainers } from "../../platform/observed.ts";
import { linesOf } from "../../platform/wait.ts";
import { ago } from "../../text/ago.ts";
import { visible, visibleJson } from "../../text/visible.ts";
import type { Io } from "../io.ts";
import type { LiveFlags } from "./flags.ts";
import { runAsJson, whatBecame } from "./runs.ts";
import { inSession, type Session } from "./session.ts";
import { stackHere } from "./stack.ts";
import { table } from "./table.ts";
import { isOfJob, jobNamed, prepare } from "./known-jobs.ts";

/** `jobs`. */
export interface JobsFlags extends LiveFlags {
  readonly log?: boolean;
  /** Which run, counted from the newest one, which is 1. */
  readonly run?: number;
}

/** `tutum-stack jobs`: how jobs ended, even after autodestroy removed their containers. Resolves to the exit code. */
export function listJobs(io: Io, given: string | undefined, flags: JobsFlags): Promise<number> {
  const isFile = given !== undefined && /\.ya?ml$/.test(given);
  return inSession(io, flags, "jobs", async (session) => {
    if (given === undefined || isFile) {
      if (flags.log || flags.run !== undefined) throw new Problem("name the job whose output you want");
      const services = await servicesOf(session, given);
      await prepare(session, services);
      return printJobs(session, services);
    }
    const stacks = await viewStacks(session.platform, session.signal);
    const job = jobNamed(
      stacks.flatMap(({ services }) => services),
      given,
    );
    await prepare(session, [job]);
    return flags.log || flags.run !== undefined ? printOutput(session, job, flags) : printRuns(session, job);
  });
}

/** The services of the stack of a file, or of all stacks that a command sees. */
async function servicesOf(session: Session, file: string | undefined): Promise<readonly ServiceView[]> {
  const { platform, signal } = session;
  if (file === undefined) return (await viewStacks(platform, signal)).flatMap(({ services }) => services);
  const ref = await stackHere(session, file, undefined);
  const containers = await listContainers(platform.engine, signal);
  return viewStack(platform, ref, { containers, details: new Map() }).services;
}

async function printJobs({ io, platform, signal, flags }: Session, services: readonly ServiceView[]): Promise<number> {
  const jobs = services.filter(isOfJob);
  const known = [];
  for (const job of jobs) known.push({ job, ...(await runsOf(platform, job, signal)) });
  tellProblems(io, known);
  if (flags.output === "json") {
    printJson(
      io,
      known.map(({ job, runs }) => ({
        name: job.name,
        stack: job.stack,
        is_running: isRunning(job),
        runs: runs.length,
        last: runs[0] ? runAsJson(runs[0]) : null,
      })),
    );
    return 0;
  }
  const now = platform.now() / 1000;
  const rows = known.map(({ job, runs }) => {
    const [last] = runs;
    const end = isRunning(job) ? "runs now" : last ? ago(Date.parse(last.finished) / 1000, now) : "never ran";
    const about = last ? [String(last.exitCode ?? "unknown"), took(last), whatBecame(last)] : ["", "", ""];
    return [job.name, end, ...about, String(runs.length), job.stack];
  });
  io.stdout.write(table(["JOB", "LAST END", "EXIT CODE", "TOOK", "CONTAINER", "RUNS", "STACK"], rows));
  return 0;
}

function isRunning({ containers }: ServiceView): boolean {
  return containers.some(({ state }) => state === "running" || state === "restarting" || state === "paused");
}

/** How long a run took. */
function took({ started, finished }: RunView): string {
  const seconds = (Date.parse(finished) - Date.parse(started)) / 1000;
  if (!(seconds >= 0)) return "";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

async function printRuns({ io, platform, signal, flags }: Session, job: ServiceView): Promise<number> {
  const read = await runsOf(platform, job, signal);
  const { runs } = read;
  tellProblems(io, [read]);
  if (flags.output === "json") {
    printJson(io, runs.map(runAsJson));
    return 0;
  }
  const rows = runs.map((run, index) => [
    String(index + 1),
    run.finished.slice(0, 19).replace("T", " "),
    String(run.exitCode ?? "unknown"),
    took(run),
    whatBecame(run),
    run.containerName,
  ]);
  io.stdout.write(table(["RUN", "END (UTC)", "EXIT CODE", "TOOK", "CONTAINER", "NAME"], rows));
  return 0;
}

/** Prints the output of a run: the newest one, or that of a number. */
async function printOutput(session: Session, job: ServiceView, { run: number = 1 }: JobsFlags): Promise<number> {
  const { io, platform, signal, flags } = session;
  const read = await runsOf(platform, job, signal);
  const { runs } = read;
  tellProblems(io, [read]);
  const run = runs[number - 1];
  if (!run)
    throw new Problem(runs.length === 0 ? `job ${job.name} never ran` : `job ${job.name} has ${runs.length} runs`);
  if (flags.output === "json") {
    printJson(io, runAsJson(run));
    return 0;
  }
  const { isCut, problem } = run.output;
  if (isCut) io.stderr.write("tutum-stack: this is the end of the output; what came before was not kept\n");
  for (const line of linesOf(run)) io.stdout.write(`${visible(line)}\n`);
  if (problem !== "") io.stderr.write(`tutum-stack: the output is not complete: ${visible(problem)}\n`);
  return 0;
}

function tellProblems(io: Io, read: readonly Pick<ServiceRuns, "broken" | "problems">[]): void {
  const problems = new Set(read.flatMap((one) => one.problems));
  for (const problem of problems) io.stderr.write(`tutum-stack: ${visible(problem)}\n`);
  for (const name of new Set(read.flatMap(({ broken }) => broken)))
    io.stderr.write(`tutum-stack: ${visible(name)} is no run, and is skipped\n`);
}

function printJson(io: Io, value: unknown): void {
  io.stdout.write(`${visibleJson(JSON.stringify(value, null, 2))}\n`);
}
