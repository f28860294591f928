import type { SidecarEngine } from "../docker/engine.ts";
import type { SidecarConfig } from "../lifecycle/config.ts";
import type { Log } from "../sidecar/log.ts";
import { createMetrics } from "../sidecar/metrics/metrics.ts";
import type { RunStore } from "../sidecar/runs/store.ts";
import { createSidecar, type Sidecar } from "../sidecar/sidecar.ts";
import { sleep, type Clock, type Random } from "../time/clock.ts";

/**
 * The sidecars of the stacks that this process serves, one per project (reference live.md 6). They work until the
 * signal is aborted. No method throws.
 */
export interface OwnSidecars {
  /**
   * What the sidecar of a project does from now on: it is started, gets a new config, or ends where there is none. The
   * same config again changes nothing. The log names what a sidecar is about to remove before it removes anything.
   */
  set(project: string, config: SidecarConfig | undefined): void;
  /**
   * Nothing of the project is removed until `release` was called as often, also by a sidecar that is started meanwhile
   * (reference live.md 3.6). Resolves when no removal is under way.
   */
  hold(project: string): Promise<void>;
  /** Ends a hold. After the last one, the sidecar looks at all containers of the project anew. */
  release(project: string): void;
  /** Why a project's containers are not removed at the moment; undefined where they are, or where it has no sidecar. */
  problem(project: string): string | undefined;
  /** Resolves when all have ended, within 5 s after the signal. */
  ended(): Promise<void>;
}

/** What the sidecars of a process work with. */
export interface OwnSidecarsOptions {
  /** A new connection for each sidecar: each negotiates for itself. */
  readonly engine: () => SidecarEngine;
  readonly clock: Clock;
  readonly random: Random;
  /** One log for all: the entries about containers name their services. */
  readonly log: (project: string) => Log;
  /** Where to keep how containers ended; nowhere if it is left out. */
  readonly runs?: RunStore | undefined;
  /** The ID of the container that this process runs in, or its first 12 digits; undefined outside a container. */
  readonly ownId: string | undefined;
  /** Ends all sidecars. */
  readonly signal: AbortSignal;
}

/** No sidecar yet. */
export function createOwnSidecars(options: OwnSidecarsOptions): OwnSidecars {
  const holds = new Map<string, number>();
  const working = new Map<string, Working>();
  const all = new Set<Promise<void>>();
  const start = (project: string, config: SidecarConfig): void => {
    const one = startSidecar(options, project, { config, holds: holds.get(project) ?? 0 });
    working.set(project, one);
    all.add(one.ended);
    void one.ended.then(() => all.delete(one.ended));
  };
  return {
    set(project, config) {
      const known = working.get(project);
      if (known && config) known.reconfigure(config);
      else if (known) {
        known.end();
        working.delete(project);
      } else if (config && !options.signal.aborted) start(project, config);
    },
    async hold(project) {
      holds.set(project, (holds.get(project) ?? 0) + 1);
      await working.get(project)?.hold();
    },
    release(project) {
      const count = (holds.get(project) ?? 0) - 1;
      if (count < 0) return;
      if (count === 0) holds.delete(project);
      else holds.set(project, count);
      working.get(project)?.release();
    },
    problem: (project) => working.get(project)?.problem(),
    async ended() {
      while (all.size > 0) await Promise.all(all);
    },
  };
}

/** A sidecar at work. */
interface Working {
  reconfigure(config: SidecarConfig): void;
  hold(): Promise<void>;
  release(): void;
  problem(): string | undefined;
  end(): void;
  readonly ended: Promise<void>;
}

/** How long after a sidecar gave up another one is started, in milliseconds. It gave up after a minute. */
const pause = 5000;

/** Runs a sidecar; another one after it has given up, because nothing has listened at the engine's address. */
function startSidecar(
  options: OwnSidecarsOptions,
  project: string,
  given: { readonly config: SidecarConfig; readonly holds: number },
): Working {
  const log = options.log(project);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  let { config, holds } = given;
  let problem: string | undefined = "it has not looked at the containers yet";
  const make = (): Sidecar => {
    const { clock, random, runs, ownId } = options;
    const metrics = createMetrics("", () => 0);
    const source = { kind: "named", name: project } as const;
    const onHealth = (news: string | undefined): void => void (problem = news);
    const common = { clock, random, runs, ownId, log, metrics, source, onHealth, dryRun: false, once: false };
    const made = createSidecar({ ...common, engine: options.engine(), config });
    for (let count = 0; count < holds; count++) void made.hold();
    return made;
  };
  let sidecar = make();
  const work = async (): Promise<void> => {
    options.signal.addEventListener("abort", end);
    while (!ending.signal.aborted) {
      await sidecar.run(ending.signal).catch((error: unknown) => {
        problem = (error as Error).message;
        log({ level: "error", event: "sidecar ended", reason: problem });
      });
      await sleep(options.clock, pause, ending.signal);
      if (!ending.signal.aborted) sidecar = make();
    }
    options.signal.removeEventListener("abort", end);
  };
  return {
    reconfigure(next) {
      config = next;
      sidecar.reconfigure(next);
    },
    hold() {
      holds++;
      return sidecar.hold();
    },
    release() {
      holds--;
      sidecar.release();
    },
    problem: () => problem,
    end,
    ended: work(),
  };
}
