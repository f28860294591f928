import { EngineError, type SidecarEngine } from "../docker/engine.ts";
import type { SidecarConfig } from "../lifecycle/config.ts";
import type { Log } from "../sidecar/log.ts";
import { createMetrics } from "../sidecar/metrics/metrics.ts";
import type { RunStore } from "../sidecar/runs/store.ts";
import { createSidecar, type Sidecar } from "../sidecar/sidecar.ts";
import { sleep, type Clock, type Random } from "../time/clock.ts";

/** What the sidecar of a project does. */
export interface Duty {
  readonly config: SidecarConfig;
  /** Whether it removes nothing for the moment (reference live.md 3.6). */
  readonly isHeld: boolean;
}

/** The sidecars of this process, one per project. They work until the signal is aborted. No method throws. */
export interface OwnSidecars {
  /**
   * What the sidecar of a project does from now on: it is started, gets another duty, or ends where there is none. The
   * same duty again changes nothing. The log names what a sidecar is about to remove before it removes anything.
   */
  set(project: string, duty: Duty | undefined): void;
  /** The projects that have a sidecar. */
  projects(): readonly string[];
  /** Resolves when all have ended, within 5 s after the signal. */
  ended(): Promise<void>;
}

/** What the sidecars of a process work with. */
export interface OwnSidecarsOptions {
  /** A new connection for the sidecar of a project: each negotiates for itself. */
  readonly engine: (project: string) => SidecarEngine;
  /** Whether a container of a project that was started from this folder belongs to the stack. */
  readonly isFolder: (project: string, path: string) => boolean;
  readonly clock: Clock;
  readonly random: Random;
  /** One log for all: the entries about containers name their services. */
  readonly log: (project: string) => Log;
  /** Where to keep how containers ended. */
  readonly runs: RunStore;
  /** The ID of the container that this process runs in, or its first 12 digits; undefined outside a container. */
  readonly ownId: string | undefined;
  /** Ends all sidecars. */
  readonly signal: AbortSignal;
}

/** No sidecar yet. */
export function createOwnSidecars(options: OwnSidecarsOptions): OwnSidecars {
  const working = new Map<string, Working>();
  const all = new Set<Promise<void>>();
  const start = (project: string, duty: Duty): void => {
    const one = startSidecar(options, project, duty);
    working.set(project, one);
    all.add(one.ended);
    void one.ended.then(() => all.delete(one.ended));
  };
  // One listener for all, because a signal warns of more than ten.
  options.signal.addEventListener("abort", () => {
    for (const one of working.values()) one.end();
  });
  return {
    set(project, duty) {
      const known = working.get(project);
      if (known && duty) known.set(duty);
      else if (known) {
        const reason = "from now on, nothing of this stack is removed";
        options.log(project)({ level: "info", event: "ended", reason });
        known.end();
        working.delete(project);
      } else if (duty && !options.signal.aborted) start(project, duty);
    },
    projects: () => [...working.keys()],
    async ended() {
      while (all.size > 0) await Promise.all(all);
    },
  };
}

/** A sidecar at work. */
interface Working {
  set(duty: Duty): void;
  end(): void;
  readonly ended: Promise<void>;
}

/** How long after a sidecar gave up another one is started, in milliseconds. It gave up after a minute. */
const pause = 5000;

/** A log in which sidecars that follow each other do not repeat that the engine is away. */
function withoutRepeatedLoss(log: Log): Log {
  let last: string | undefined;
  return (entry) => {
    const loss = entry.event === "disconnected" ? entry.reason : undefined;
    if (loss === undefined || loss !== last) log(entry);
    last = loss;
  };
}

/** Runs a sidecar; another one after it has given up, because nothing has listened at the engine's address. */
function startSidecar(options: OwnSidecarsOptions, project: string, given: Duty): Working {
  const log = withoutRepeatedLoss(options.log(project));
  const ending = new AbortController();
  let duty = given;
  const make = (): Sidecar => {
    const { clock, random, runs, ownId } = options;
    const metrics = createMetrics("", () => 0);
    const isFolder = (path: string): boolean => options.isFolder(project, path);
    const source = { kind: "named", name: project, isFolder } as const;
    const common = { clock, random, runs, ownId, log, metrics, source, dryRun: false, once: false };
    // What is unhealthy is in the log.
    const onHealth = (): void => {};
    const made = createSidecar({ ...common, engine: options.engine(project), config: duty.config, onHealth });
    if (duty.isHeld) made.hold();
    return made;
  };
  let sidecar = make();
  const work = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await sidecar.run(ending.signal).catch((error: unknown) => {
        // It has logged that the engine is away.
        if (error instanceof EngineError && error.failure === "unreachable") return;
        log({ level: "error", event: "sidecar ended", reason: (error as Error).message });
      });
      await sleep(options.clock, pause, ending.signal);
      if (!ending.signal.aborted) sidecar = make();
    }
  };
  return {
    set(next) {
      const { isHeld } = duty;
      duty = next;
      sidecar.reconfigure(next.config);
      if (next.isHeld && !isHeld) sidecar.hold();
      if (!next.isHeld && isHeld) sidecar.release();
    },
    end: () => ending.abort(),
    ended: work(),
  };
}
