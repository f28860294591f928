import { isJob, type Plan } from "../../platform/plan-model.ts";
import type { StackRef } from "../../platform/platform.ts";
import { compiledOrBroken, viewStacks, type ServiceView } from "../../platform/views.ts";
import { waitForJob, type JobEnd } from "../../platform/wait.ts";
import { waitForStack, type Arrival } from "../../platform/wait-for-stack.ts";
import { visible } from "../../text/visible.ts";
import type { Io } from "../io.ts";
import type { LiveFlags } from "./flags.ts";
import { jobNamed, prepare } from "./known-jobs.ts";
import { complain } from "./outcome.ts";
import { inSession, type Session } from "./session.ts";

/** `wait` and `up --wait`. */
export interface WaitFlags extends LiveFlags {
  /** In seconds; without it, there is no limit. */
  readonly timeout?: number;
}

/** The exit codes of a wait that came to nothing (reference jobs.md 3.1). */
const codes = { timeout: 124, never: 2 } as const;

/** `tutum-stack wait`: waits for jobs and prints their output. Resolves to the first exit code that is not 0. */
export function waitForJobs(io: Io, identifiers: readonly string[], flags: WaitFlags): Promise<number> {
  return inSession(io, flags, "wait", async (session) => {
    const stacks = await viewStacks(session.platform, session.signal);
    const services = stacks.flatMap((stack) => stack.services);
    const jobs = identifiers.map((identifier) => jobNamed(services, identifier));
    await prepare(session, jobs);
    const prefixOf = ({ name }: ServiceView): string => (jobs.length > 1 ? `${name} | ` : "");
    return withinTime(session, flags, async (signal) => {
      const ends = await Promise.all(
        jobs.map((job) => {
          const print = (line: string): void => io.stdout.write(`${prefixOf(job)}${visible(line)}\n`);
          return waitForJob(session.platform, { project: job.stackRef.project, service: job.name }, print, signal);
        }),
      );
      const all = ends.map((end, index) => codeOf(session, jobs[index]!.name, end));
      return all.find((code) => code !== 0) ?? 0;
    });
  });
}

function codeOf(session: Session, name: string, end: JobEnd): number {
  if (end.kind === "never") {
    complain(session, `job ${name} never started`);
    return codes.never;
  }
  if (end.exitCode === undefined) complain(session, `the exit code of job ${name} is not known`);
  return end.exitCode ?? 1;
}

/**
 * `up --wait`: waits until all services that must run run and all jobs have ended. Resolves to 0, to the exit code of
 * the first job that failed, or to 1 for another service.
 */
export function waitAfterUp(session: Session, stack: StackRef, plan: Plan, flags: WaitFlags): Promise<number> {
  const { io, platform } = session;
  const services = [...(compiledOrBroken(platform, stack).wanted?.services.values() ?? [])];
  const jobs = new Set(services.filter(isJob).map(({ name }) => name));
  return withinTime(session, flags, async (signal) => {
    const print = (service: string, line: string): void => {
      if (!flags.quiet) io.stdout.write(`${service} | ${visible(line)}\n`);
    };
    const arrivals = await waitForStack(platform, { project: stack.project, services, plan }, print, signal);
    const all = [...arrivals].map(([name, arrival]) => codeOfArrival(session, name, arrival, jobs.has(name)));
    return all.find((code) => code !== 0) ?? 0;
  });
}

function codeOfArrival(session: Session, name: string, arrival: Arrival, isOfJob: boolean): number {
  if (arrival.kind === "runs") return 0;
  if (arrival.kind === "unhealthy") return complain(session, `service ${name} is unhealthy`);
  if (isOfJob) {
    const code = codeOf(session, name, arrival);
    if (code !== 0 && arrival.kind === "ended") complain(session, `job ${name} ended with ${code}`);
    return code;
  }
  if (arrival.kind === "ended" && arrival.exitCode === 0) return 0;
  return complain(
    session,
    `service ${name} must run, but ended with ${arrival.kind === "ended" ? arrival.exitCode : ""}`,
  );
}

/** Does something for a limited time. */
async function withinTime(
  session: Session,
  { timeout }: WaitFlags,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  if (timeout === undefined) return work(session.signal);
  const limit = new AbortController();
  const signal = AbortSignal.any([session.signal, limit.signal]);
  const cancel = session.platform.clock.after(timeout * 1000, () => limit.abort());
  try {
    return await work(signal);
  } catch (error) {
    if (!limit.signal.aborted) throw error;
    complain(session, `it took more than ${timeout} s`);
    return codes.timeout;
  } finally {
    cancel();
  }
}
