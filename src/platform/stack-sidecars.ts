import { join } from "node:path";
import type { SidecarEngine } from "../docker/engine.ts";
import { Problem } from "../files/problem.ts";
import { sleep } from "../time/clock.ts";
import { createDuties } from "./duties.ts";
import { failureOf } from "./failure.ts";
import { createOwnSidecars, type OwnSidecarsOptions } from "./own-sidecars.ts";
import { managedPlaceNames } from "./places.ts";
import { holdsFiles, isSameFolder, type Platform } from "./platform.ts";
import { runStoreOf } from "./runs.ts";
import { takeServing } from "./serving.ts";
import { projectsWithSidecar, takeOver } from "./take-over.ts";
import type { Known } from "./watch.ts";

/** The sidecar of all stacks of a stacks folder, in the process of a server (reference live.md 6). */
export interface StackSidecars {
  /** Takes note of what has changed in the states of the stacks. It does so by itself every 2 s. */
  look(): void;
  /** Works until the signal is aborted, and then ends within 5 s. */
  run(): Promise<void>;
}

/** What it works with. */
export interface StackSidecarsOptions extends Pick<
  OwnSidecarsOptions,
  "clock" | "random" | "log" | "ownId" | "signal"
> {
  /** A new connection to the engine. */
  readonly engine: () => SidecarEngine;
  /** What is known of the engine now. */
  readonly known: () => Known;
}

/** In milliseconds. `takeOver`: when a sidecar that could not be taken over is tried again. */
const times = { look: 2000, takeOver: 30_000 };

/** A sidecar that does nothing before `run`. */
export function createStackSidecars(options: StackSidecarsOptions): StackSidecars {
  const { clock, known, signal } = options;
  const problems = createProblemLog(options.log);
  let serving: Serving | undefined;
  const serve = (platform: Platform): void => {
    if (serving?.platform.engineId !== platform.engineId || !serving.isHeld()) {
      void serving?.end();
      serving = undefined;
      serving = begin(options, platform, problems);
    }
    if (!serving) throw new Problem("another server is the sidecar of these stacks");
    serving.follow();
  };
  const look = (): void => {
    const now = known();
    // Without the engine, the sidecars connect again by themselves.
    if (now.problem !== undefined || signal.aborted) return;
    const { platform, seen } = now;
    problems.attempt("", () => serve(platform));
    for (const project of projectsWithSidecar([...seen.details.values()])) serving?.takeOver(project);
  };
  return {
    look,
    async run() {
      while (!signal.aborted) {
        look();
        await sleep(clock, times.look, signal);
      }
      await serving?.end();
    },
  };
}

/** Logs what goes wrong again and again when it is new. */
interface ProblemLog {
  /** Does something for a project. Logs why it failed, and returns false. Throws what is a bug. */
  attempt(project: string, action: () => void): boolean;
  /** Logs a problem with something of a project; undefined once it is over. */
  tell(project: string, topic: string, problem: string | undefined): void;
}

function createProblemLog(log: StackSidecarsOptions["log"]): ProblemLog {
  const last = new Map<string, string | undefined>();
  const tell: ProblemLog["tell"] = (project, topic, problem) => {
    const key = `${project} ${topic}`;
    if (problem !== undefined && problem !== last.get(key))
      log(project)({ level: "warning", event: "problem", reason: problem });
    last.set(key, problem);
  };
  return {
    tell,
    attempt(project, action) {
      try {
        action();
        tell(project, "serve", undefined);
        return true;
      } catch (error) {
        tell(project, "serve", sentenceOf(error));
        return false;
      }
    },
  };
}

function describeHold(what: string): string {
  return `\`${what}\` was interrupted, so nothing of this stack is removed until \`tutum-stack up\` finishes it`;
}

/** What a failure says to a person. Throws what is a bug. */
function sentenceOf(error: unknown): string {
  const failure = failureOf(error);
  if (!failure) throw error;
  return failure.message;
}

/**
 * Whether containers that were started from a folder belong to the stack of this name. A folder that is gone was
 * renamed; but a process in a container cannot see most folders of the machine.
 */
function isOwnFolder(
  { files, stacksFolder }: Platform,
  { project, path, ownId }: { readonly project: string; readonly path: string; readonly ownId: string | undefined },
): boolean {
  const isGone = ownId === undefined && !holdsFiles(files, path);
  return isGone || isSameFolder(files, join(stacksFolder, project), path);
}

/** This process as the sidecar of the stacks of one engine. */
interface Serving {
  readonly platform: Platform;
  /** Whether this process is still the sidecar. Throws a Problem. */
  isHeld(): boolean;
  /** Gives each stack the sidecar that its state asks for. */
  follow(): void;
  /** Takes the sidecar of a stack over, if that is possible now. */
  takeOver(project: string): void;
  end(): Promise<void>;
}

/** Undefined while another server is the sidecar. Throws a Problem. */
function begin(options: StackSidecarsOptions, platform: Platform, problems: ProblemLog): Serving | undefined {
  const lock = takeServing(platform);
  if (!lock) return undefined;
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const duties = createDuties(platform);
  const { log, clock } = options;
  const sidecars = createOwnSidecars({
    ...options,
    signal,
    engine: (project) => duties.guarded(project, options.engine()),
    isFolder: (project, path) => path === "" || isOwnFolder(platform, { project, path, ownId: options.ownId }),
    runs: runStoreOf(platform, (reason) => log("")({ level: "warning", event: "runs", reason })),
  });
  const nextTry = new Map<string, number>();
  return {
    platform,
    isHeld: () => lock.isHeld(),
    follow() {
      const projects = managedPlaceNames(platform.files, platform.stacksFolder);
      for (const project of projects) {
        // Nothing is removed while nobody can read what was applied.
        const isRead = problems.attempt(project, () => {
          const duty = duties.read(project);
          sidecars.set(project, duty);
          problems.tell(project, "hold", duty?.interrupted && describeHold(duty.interrupted));
        });
        if (!isRead) sidecars.set(project, undefined);
      }
      for (const project of sidecars.projects()) if (!projects.includes(project)) sidecars.set(project, undefined);
    },
    takeOver(project) {
      if (clock.now() < (nextTry.get(project) ?? 0)) return;
      nextTry.set(project, clock.now() + times.takeOver);
      takeOver(platform, project, signal).then(
        (entry) => {
          if (entry) nextTry.delete(project);
          if (entry === "busy") return;
          problems.tell(project, "take over", undefined);
          if (entry) log(project)(entry);
        },
        (error: unknown) => problems.tell(project, "take over", sentenceOf(error)),
      );
    },
    async end() {
      ending.abort();
      await sidecars.ended();
      lock.release();
    },
  };
}
