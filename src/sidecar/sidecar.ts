import { EngineError } from "../docker/engine.ts";
import type { SidecarConfig } from "../lifecycle/config.ts";
import { sleep } from "../time/clock.ts";
import { stayConnected } from "./connection.ts";
import { countedEngine } from "./metrics/counted-engine.ts";
import type { Status } from "./metrics/metrics.ts";
import { createRecorder, type Recorder } from "./runs/recorder.ts";
import { configChanged, initialState, released, type SidecarOptions, type SidecarState } from "./state.ts";
import { createTracker, type Tracker } from "./tracker.ts";

/** What a sidecar has done. */
export interface Outcome {
  readonly removed: number;
  /** Only counted with `once`. Otherwise a failed check is repeated. */
  readonly failed: number;
}

/** A sidecar of one stack. */
export interface Sidecar {
  /**
   * Works until the signal is aborted, and then ends within 5 s. Rejects with an EngineError when nothing has listened
   * at the engine's address for 60 s. With `once` it rejects at once, and also with NoProject when it cannot tell which
   * project is its own. May be called only once.
   */
  run(signal: AbortSignal): Promise<Outcome>;
  /** Replaces the config, and ends a suspension. The same config again changes nothing else. */
  reconfigure(config: SidecarConfig): void;
  /** Removes nothing, and is unhealthy for this reason, until it gets a config. */
  suspend(reason: string): void;
  /** Begins no removal until `release` is called (reference live.md 3.6). Runs are recorded meanwhile. */
  hold(): void;
  /** Ends a hold. The sidecar looks at all containers anew. */
  release(): void;
  /** The numbers of this moment, for the metrics. */
  status(): Status;
}

/** A sidecar that does nothing before `run`. */
export function createSidecar(given: SidecarOptions): Sidecar {
  const state = initialState(given.config);
  const options = { ...given, engine: countedEngine(given.engine, given.metrics) };
  return {
    run: (signal) => run(options, state, signal),
    reconfigure: (config) => reconfigure(options, state, config),
    suspend: (reason) => {
      state.suspension = reason;
      options.log({ level: "error", event: "suspended", reason });
      options.onHealth(reason);
    },
    hold: () => void (state.isHeld = true),
    release() {
      state.isHeld = false;
      state.connection.abort(released);
    },
    status: () => ({ stack: state.identity?.project.name ?? state.config.stack, containers: state.containers() }),
  };
}

/** How long removals may take to finish after the signal to end, in milliseconds. */
const longestEnd = 5000;

async function run(options: SidecarOptions, state: SidecarState, signal: AbortSignal): Promise<Outcome> {
  const ending = new AbortController();
  const removing = new AbortController();
  const inspecting = AbortSignal.any([signal, ending.signal]);
  const recorder =
    options.runs && !options.dryRun ? createRecorder({ ...options, runs: options.runs, inspecting }) : undefined;
  const outcome = { removed: 0, failed: 0 };
  const tracker = createTracker({
    ...options,
    config: () => state.config,
    identity: () => state.identity,
    mayRemove: () => mayRemove(state) && !signal.aborted,
    onLost: (error) => state.connection.abort(error),
    onForbidden: (error) => options.onHealth(error.message),
    onRemoval: (policy, result) => {
      if (result === "removed") outcome.removed++;
      options.metrics.removal(policy, result);
    },
    onFailed: () => outcome.failed++,
    recorder,
    inspecting,
    removing: removing.signal,
  });
  state.containers = tracker.states;
  try {
    await stayConnected(options, state, tracker, signal);
  } finally {
    state.isReconciled = false;
    ending.abort();
    await finish(options, { tracker, recorder, removing });
  }
  return outcome;
}

function mayRemove({ isReconciled, suspension, isHeld, connection }: SidecarState): boolean {
  return isReconciled && suspension === undefined && !isHeld && !connection.signal.aborted;
}

/** What works while a sidecar runs. */
interface Work {
  readonly tracker: Tracker;
  readonly recorder: Recorder | undefined;
  readonly removing: AbortController;
}

/** Lets the removals that have begun finish, and what there is to say about them, for a limited time. */
async function finish({ clock, log }: SidecarOptions, { tracker, recorder, removing }: Work): Promise<void> {
  const finished = new AbortController();
  const work = tracker.finish().then(() => recorder?.idle());
  void work.then(() => finished.abort());
  await sleep(clock, longestEnd, finished.signal);
  if (finished.signal.aborted) return;
  const reason = "a removal has not finished; the engine may still complete it";
  log({ level: "warning", event: "abandoned", reason });
  removing.abort(new EngineError("failed", "the sidecar has stopped"));
}

function reconfigure({ log }: SidecarOptions, state: SidecarState, config: SidecarConfig): void {
  state.suspension = undefined;
  if (JSON.stringify(config) === JSON.stringify(state.config)) return;
  state.config = config;
  const { length } = Object.keys(config.services);
  log({ level: "info", event: "config read", reason: length === 1 ? "1 service" : `${length} services` });
  state.connection.abort(configChanged);
}
