import { EngineError, type Container } from "../docker/engine.ts";
import { backOff, type Random } from "../time/clock.ts";
import { exitIdentity, type Keeping, type Removal, type Waiting } from "./judge.ts";
import { failureEntry, keepingEntry, removalEntry } from "./log-entries.ts";
import type { LogEntry } from "./log.ts";

/** What the sidecar remembers about a container from one check to the next. Times are in milliseconds. */
export interface TrackingState {
  /** The exit that will lead to a removal, and when it was first seen. Undefined while no removal is due. */
  readonly settling: { readonly exit: string; readonly since: number } | undefined;
  /** How many checks in a row have failed. */
  readonly failures: number;
  /** When the first of them failed; undefined if the last check succeeded. */
  readonly failingSince: number | undefined;
  /** Nothing is removed before this time, because a check has failed. */
  readonly notBefore: number;
  /** Whether the last check failed because the engine forbids a call. */
  readonly isForbidden: boolean;
  /** Whether the container is gone or belongs to none of the config's services, so that it can be forgotten. */
  readonly isGone: boolean;
  /** What was logged last. The same news is not logged twice in a row. */
  readonly logged: string;
}

/** What a check has found out. */
export type Observation =
  /** The container does not exist any more, or belongs to none of the config's services. */
  | { readonly kind: "gone" }
  /** The container exists. `askedAt` is the time before the inspect. */
  | {
      readonly kind: "inspected";
      readonly container: Container;
      readonly judgement: Keeping | Waiting | Removal;
      readonly askedAt: number;
    }
  /** The engine has carried out a removal; `gone` means that somebody else was faster. */
  | {
      readonly kind: "removed";
      readonly container: Container;
      readonly judgement: Removal;
      readonly result: "removed" | "gone";
    }
  /** A call failed. */
  | { readonly kind: "failed"; readonly id: string; readonly error: Error };

/** Everything outside of the container that a step depends on. */
export interface Circumstances {
  readonly now: number;
  readonly random: Random;
  readonly settleSeconds: number;
  /** Whether anything may be removed at this moment. */
  readonly mayRemove: boolean;
  readonly dryRun: boolean;
  /** Whether there is no second check after a failure, or while the engine is still busy with the container. */
  readonly once: boolean;
}

/** What follows from an observation. */
export interface Step {
  readonly state: TrackingState;
  readonly entries: readonly LogEntry[];
  /** A removal to carry out now, or to count now in a dry run. */
  readonly removal?: { readonly container: Container; readonly judgement: Removal; readonly isDryRun: boolean };
  /** The failure that this step has added to the state. */
  readonly failure?: Error;
  /** Milliseconds until the next check. Without it only an event or a reconcile leads to another check. */
  readonly wait?: number;
}

/** The state of a container that was never checked. */
export const untouched: TrackingState = {
  settling: undefined,
  failures: 0,
  failingSince: undefined,
  notBefore: 0,
  isForbidden: false,
  isGone: false,
  logged: "",
};

/** Whether a container fails so persistently that it is checked rarely. */
export function isHeld({ isForbidden, failures }: TrackingState): boolean {
  return isForbidden || failures >= mostFailures;
}

/** The next state of a container, and what to do. */
export function stepAfter(state: TrackingState, observation: Observation, circumstances: Circumstances): Step {
  if (observation.kind === "inspected") return afterInspect(state, observation, circumstances);
  if (observation.kind === "failed") return afterFailure(state, observation, circumstances);
  if (observation.kind === "gone") return { state: { ...withoutExit(state), isGone: true }, entries: [] };
  const { result, container, judgement } = observation;
  const entry = removalEntry(result === "removed" ? "removed" : "already gone", container, judgement);
  return { state: { ...state, isGone: true, isForbidden: false }, entries: [entry] };
}

/** In milliseconds. `unfinished`: an automatic restart that fails turns `restarting` into `exited` without an event. */
const delays = { unfinished: 5000, held: 300_000, retries: { first: 1000, last: 60_000 } };

/** After so many failures in a row, a container is held. */
const mostFailures = 10;

/**
 * How old the answer to an inspect may be when the removal starts, in milliseconds. Must be shorter than every settle
 * time.
 */
const freshness = 2000;

type Inspected = Observation & { readonly kind: "inspected" };

function afterInspect(state: TrackingState, observation: Inspected, circumstances: Circumstances): Step {
  const { container, judgement } = observation;
  const present = { ...state, isGone: false };
  if (judgement.verdict === "remove") return settle(present, observation, judgement, circumstances);
  const step = { state: withoutExit(present), entries: [] };
  if (judgement.verdict === "wait") return circumstances.once ? step : { ...step, wait: delays.unfinished };
  const news = judgement.cause === "policy" ? exitIdentity(container) : judgement.cause;
  return logged(step, news, keepingEntry(container, judgement));
}

/**
 * Removes a container whose state has not changed during the settle time. An earlier removal would break `docker
 * restart` and `docker compose up`, which stop a container before they start it again (moby#45538).
 */
function settle(
  state: TrackingState,
  { container, askedAt }: Inspected,
  judgement: Removal,
  circumstances: Circumstances,
): Step {
  const { now, settleSeconds, mayRemove, dryRun } = circumstances;
  const exit = exitIdentity(container);
  const step =
    state.settling?.exit === exit ? { state, entries: [] } : newExit(state, container, judgement, circumstances);
  const due = Math.max((step.state.settling?.since ?? now) + settleSeconds * 1000, step.state.notBefore);
  if (now < due) return { ...step, wait: due - now };
  const age = now - askedAt;
  if (age > freshness) {
    const message = `the engine's answer is ${(age / 1000).toFixed(1)} s old, and the container may have run since`;
    return afterFailure(step.state, { id: container.id, error: new EngineError("failed", message) }, circumstances);
  }
  if (!mayRemove) return step;
  if (!dryRun) return { ...step, removal: { container, judgement, isDryRun: false } };
  const news = `would remove ${exit}`;
  if (step.state.logged === news) return step;
  const told = logged(step, news, removalEntry("would remove", container, judgement));
  return { ...told, removal: { container, judgement, isDryRun: true } };
}

function newExit(
  state: TrackingState,
  container: Container,
  judgement: Removal,
  { now, settleSeconds }: Circumstances,
): Step {
  const exit = exitIdentity(container);
  const plan = `removed in ${settleSeconds} s unless it is started`;
  return logged(
    { state: { ...withoutExit(state), settling: { exit, since: now } }, entries: [] },
    `stopped ${exit}`,
    removalEntry("stopped", container, judgement, plan),
  );
}

function afterFailure(
  before: TrackingState,
  { id, error }: { readonly id: string; readonly error: Error },
  { now, random, once }: Circumstances,
): Step {
  const isForbidden = error instanceof EngineError && error.failure === "forbidden";
  const failingSince = before.failingSince ?? now;
  const state = { ...before, failures: before.failures + 1, failingSince, isForbidden, isGone: false };
  const held = isHeld(state);
  const wait = held ? delays.held : backOff(before.failures, delays.retries, random);
  const step = { state: { ...state, notBefore: now + wait }, entries: [], failure: error };
  return logged(once ? step : { ...step, wait }, `${held} ${error.message}`, failureEntry(id, error, held));
}

/** The state of a container that has not stopped, or whose last exit is not known yet. */
function withoutExit(state: TrackingState): TrackingState {
  return { ...state, settling: undefined, failures: 0, failingSince: undefined, notBefore: 0, isForbidden: false };
}

/**
 * The same step with a log entry, unless it says the same as the last one. Without an entry only the news is
 * remembered.
 */
function logged(step: Step, news: string, entry: LogEntry | undefined): Step {
  const isNew = step.state.logged !== news;
  return {
    ...step,
    state: { ...step.state, logged: news },
    entries: entry && isNew ? [...step.entries, entry] : step.entries,
  };
}
