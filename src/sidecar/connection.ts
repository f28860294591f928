import { EngineError } from "../docker/engine.ts";
import { backOff, sleep } from "../time/clock.ts";
import { reportLoss } from "./connection-loss.ts";
import { describeSidecar } from "./description.ts";
import { findProject } from "./find-project.ts";
import { describeProject, labelFilter, type Project } from "./project.ts";
import { reconcileSeconds } from "./schedule.ts";
import { isIntended, type SidecarOptions, type SidecarState } from "./state.ts";
import type { Tracker } from "./tracker.ts";

/**
 * Connects again and again until the signal is aborted or, with `once`, all containers are processed. Rejects when
 * nothing has listened for too long; with `once` also with NoProject.
 */
export async function stayConnected(
  options: SidecarOptions,
  state: SidecarState,
  tracker: Tracker,
  signal: AbortSignal,
): Promise<void> {
  const { clock, random } = options;
  for (let failures = 0; !signal.aborted; failures++) {
    state.connection = new AbortController();
    const since = clock.now();
    const end = await runConnection(options, state, tracker, signal).catch(asError);
    const wasReconciled = state.isReconciled;
    state.isReconciled = false;
    state.connection.abort(end);
    if (signal.aborted || end === "done") return;
    const isStable = clock.now() - since >= times.stable || isIntended(end);
    if (isStable) failures = 0;
    state.shortConnections = isStable ? 0 : state.shortConnections + (wasReconciled ? 1 : 0);
    const patience = reportLoss(options, state, end);
    if (patience <= 0) throw end;
    if (!isIntended(end)) await sleep(clock, Math.min(backOff(failures, times.reconnect, random), patience), signal);
  }
}

/** In milliseconds. A connection that lasts for the `stable` time is a good one. */
const times = { reconnect: { first: 250, last: 30_000 }, stable: 10_000 };

/** A restart of the engine breaks at most this many connections in a row. */
const mostShortConnections = 3;

/**
 * How long before the connection the requested events begin, in seconds. The engine answers some time before it records
 * events.
 */
const overlap = 5;

/** Runs one connection: listens to events and reconciles until something breaks. Rejects with the reason. */
async function runConnection(
  options: SidecarOptions,
  state: SidecarState,
  tracker: Tracker,
  signal: AbortSignal,
): Promise<"done"> {
  const { engine, clock, random, log, metrics, once, dryRun } = options;
  const lost = AbortSignal.any([signal, state.connection.signal]);
  const { apiVersion, time } = await engine.connect(lost);
  state.refusedSince = undefined;
  const project = await identify(options, state, lost);
  const changes = await engine.changes(labelFilter(project), time - overlap, lost);
  void listen(changes, tracker, state.connection);
  lost.throwIfAborted();
  const count = await reconcile(options, state, tracker, lost);
  if (count === 0 && options.source.kind === "named")
    log({ level: "info", event: "no containers", reason: `${describeProject(project)} has no containers here` });
  const reason = describeSidecar(state.config, { project, apiVersion, dryRun });
  log({ level: "info", event: "connected", reason });
  metrics.connected();
  for (;;) {
    state.loggedProblem = "";
    if (once) await Promise.race([tracker.idle(), whenAborted(lost)]);
    if (once && !lost.aborted) return "done";
    await sleep(clock, reconcileSeconds * 1000 * (0.9 + 0.2 * random()), lost);
    lost.throwIfAborted();
    state.shortConnections = 0;
    await reconcile(options, state, tracker, lost);
  }
}

/**
 * Checks every container that the engine lists or that is tracked, because some exits come without an event. Resolves
 * to the number of listed containers, before they are checked.
 */
async function reconcile(
  options: SidecarOptions,
  state: SidecarState,
  tracker: Tracker,
  signal: AbortSignal,
): Promise<number> {
  const { engine, clock, metrics, onHealth } = options;
  const since = clock.now();
  const project = await identify(options, state, signal);
  const listed = await engine.list(labelFilter(project), signal);
  signal.throwIfAborted();
  state.isReconciled = true;
  const ids = new Set([...listed.map(({ id }) => id), ...tracker.ids()]);
  const checks = Promise.all([...ids].map((id) => tracker.check(id)));
  void checks.then(() => signal.aborted || metrics.reconciled((clock.now() - since) / 1000));
  const isBreaking = state.shortConnections >= mostShortConnections;
  onHealth(state.suspension ?? (isBreaking ? "the event stream keeps breaking" : tracker.problem()));
  return listed.length;
}

/** Passes the events on as fast as they come. An event only leads to a check; nothing is decided here. */
async function listen(changes: AsyncIterable<string>, tracker: Tracker, connection: AbortController): Promise<void> {
  try {
    for await (const id of changes) void tracker.check(id);
    connection.abort(new EngineError("failed", "the engine has ended the event stream"));
  } catch (error) {
    connection.abort(error);
  }
}

/** Finds the project whose containers may be removed. Forgets what was known when there is a doubt. */
async function identify(
  { engine, ownId, source }: SidecarOptions,
  state: SidecarState,
  signal: AbortSignal,
): Promise<Project> {
  const orchestrator = state.config.swarm ? "swarm" : "compose";
  const known = state.identity?.project.orchestrator === orchestrator ? state.identity.project : undefined;
  try {
    const project = await findProject(engine, source, { orchestrator, ownId, known }, signal);
    state.identity = { project, ownId };
    return project;
  } catch (error) {
    state.identity = undefined;
    throw error;
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
