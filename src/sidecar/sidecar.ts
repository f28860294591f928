import { readConfig, type SidecarConfig } from "../lifecycle/config.ts";
import { countedEngine } from "./metrics/counted-engine.ts";
import { backOff, sleep, type Clock, type Random } from "../time/clock.ts";
import { EngineError, type SidecarEngine } from "../docker/engine.ts";
import type { Log } from "./log.ts";
import type { Metrics, Status } from "./metrics/metrics.ts";
import {
  describeCandidate,
  describeProject,
  filterFor,
  findProject,
  NoProject,
  type ProjectSource,
} from "./project.ts";
import type { Identity } from "./reaper.ts";
import { createWatch, type Watch } from "./watch.ts";

/** What a sidecar works with. */
export interface SidecarOptions {
  readonly engine: SidecarEngine;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: SidecarConfig;
  /** The ID, or its first 12 digits, of the container that the sidecar itself may run in. */
  readonly ownId: string | undefined;
  /** How the sidecar knows whose containers it may remove. */
  readonly source: ProjectSource;
  /** Called after each successful reconcile, and at once with a problem when the engine forbids something. */
  readonly onHealth: (problem: string | undefined) => void;
  /** Whether to say what would be removed, and remove nothing. */
  readonly dryRun: boolean;
  /** Whether to end when every container has been dealt with. */
  readonly once: boolean;
}

/** What a sidecar has done. */
export interface Outcome {
  readonly removed: number;
  /** Only counted by `once`: otherwise what failed is tried again. */
  readonly failed: number;
}

/** A sidecar of one stack. */
export interface Sidecar {
  /**
   * Works until the signal is aborted, and 5 s longer at most. Rejects with an EngineError after 60 s in which nothing listened; with
   * `once` at once, and with NoProject where it cannot tell which project is its own. To be called once.
   */
  run(signal: AbortSignal): Promise<Outcome>;
  /** Takes a new text of the config. One with mistakes changes nothing but the log. */
  reconfigure(text: string): void;
  /** What it is doing now. */
  status(): Status;
}

/** How often all containers are looked at, in seconds, 10 % more or less. */
export const reconcileSeconds = 60;

/** A sidecar that does nothing before `run`. */
export function createSidecar(given: SidecarOptions): Sidecar {
  const options = { ...given, engine: countedEngine(given.engine, given.metrics) };
  const state: State = {
    config: options.config,
    identity: undefined,
    isArmed: false,
    connection: new AbortController(),
    refusedSince: undefined,
    shortSessions: 0,
    complaint: "",
    states: () => noContainers,
  };
  return {
    run: (signal) => run(options, state, signal),
    reconfigure: (text) => reconfigure(options, state, text),
    status: () => ({ stack: state.identity?.project.name ?? state.config.stack, containers: state.states() }),
  };
}

/** Times in milliseconds. */
const times = { reconnect: { first: 250, last: 30_000 }, stable: 10_000, refused: 60_000, finishing: 5000 };

/** Restarts of the engine break no more connections in a row. */
const fewShortSessions = 3;

/** How many projects are listed that a sidecar without a project could be meant for. */
const mostCandidates = 50;

/** The engine's events are asked for from a little before the connection, in seconds: it listens only some time after it has answered. */
const overlap = 5;

interface State {
  config: SidecarConfig;
  /** Undefined until it has been found. */
  identity: Identity | undefined;
  /** Whether a reconcile has succeeded since the event stream was opened. Without that nothing is removed. */
  isArmed: boolean;
  /** Aborted when the connection is lost, with the reason. */
  connection: AbortController;
  refusedSince: number | undefined;
  /** How many connections in a row have broken soon after a reconcile. */
  shortSessions: number;
  /** The last problem with the connection that was logged: the same one is logged once. */
  complaint: string;
  states: Watch["states"];
}

const noContainers: Status["containers"] = { pending: 0, settling: 0, failing: 0, kept: 0 };

const reconfigured = new Error("the config has changed");

async function run(options: SidecarOptions, state: State, signal: AbortSignal): Promise<Outcome> {
  const ending = new AbortController();
  const removing = new AbortController();
  const outcome = { removed: 0, failed: 0 };
  const watch = createWatch({
    ...options,
    config: () => state.config,
    identity: () => state.identity,
    mayRemove: () => state.isArmed && !state.connection.signal.aborted && !signal.aborted,
    onLost: (error) => state.connection.abort(error),
    onForbidden: (error) => options.onHealth(error.message),
    onRemoval: (policy, result) => {
      if (result === "removed") outcome.removed++;
      options.metrics.removal(policy, result);
    },
    onFailed: () => outcome.failed++,
    inspecting: AbortSignal.any([signal, ending.signal]),
    removing: removing.signal,
  });
  state.states = () => watch.states();
  try {
    await stayConnected(options, state, watch, signal);
  } finally {
    state.isArmed = false;
    ending.abort();
    await finish(options, watch, removing);
  }
  return outcome;
}

/** Connects again and again until the signal is aborted, or `once` is done. Rejects when nothing has listened for too long. */
async function stayConnected(options: SidecarOptions, state: State, watch: Watch, signal: AbortSignal): Promise<void> {
  const { clock, random } = options;
  for (let failures = 0; !signal.aborted; failures++) {
    state.connection = new AbortController();
    const since = clock.now();
    const end = await session(options, state, watch, signal).catch((error: unknown) => error);
    const wasArmed = state.isArmed;
    state.isArmed = false;
    state.connection.abort(end);
    if (signal.aborted || end === undefined) return;
    const isStable = clock.now() - since >= times.stable || end === reconfigured;
    if (isStable) failures = 0;
    state.shortSessions = isStable ? 0 : state.shortSessions + (wasArmed ? 1 : 0);
    const patience = complain(options, state, end);
    if (end !== reconfigured)
      await sleep(clock, Math.min(backOff(failures, times.reconnect, random), patience), signal);
  }
}

/** One connection: greets, listens, and reconciles until something breaks, which it rejects with. Resolves when `once` is done. */
async function session(options: SidecarOptions, state: State, watch: Watch, signal: AbortSignal): Promise<undefined> {
  const { engine, clock, random, log, metrics } = options;
  const lost = AbortSignal.any([signal, state.connection.signal]);
  const { apiVersion, time } = await engine.connect(lost);
  state.refusedSince = undefined;
  const { project } = await identify(options, state, lost);
  const changes = await engine.changes(filterFor(project), time - overlap, lost);
  void listen(changes, watch, state.connection);
  for (let isFirst = true; !lost.aborted; isFirst = false) {
    if (!isFirst) state.shortSessions = 0;
    await reconcile(options, state, watch, lost);
    if (isFirst) {
      log({ level: "info", event: "connected", reason: describe(options, state, apiVersion) });
      metrics.connected();
    }
    state.complaint = "";
    if (options.once) await Promise.race([watch.idle(), aborted(lost)]);
    if (options.once && !lost.aborted) return undefined;
    await sleep(clock, reconcileSeconds * 1000 * (0.9 + 0.2 * random()), lost);
  }
  throw lost.reason;
}

/** Looks at every container that the engine lists or that is known, since not every exit is told. A failed list is an error, never an empty one. */
async function reconcile(options: SidecarOptions, state: State, watch: Watch, signal: AbortSignal): Promise<void> {
  const { engine, clock, metrics, onHealth } = options;
  const since = clock.now();
  const { project } = await identify(options, state, signal);
  const listed = await engine.list(filterFor(project), signal);
  signal.throwIfAborted();
  state.isArmed = true;
  const looks = [...new Set([...listed.map(({ id }) => id), ...watch.known()])].map((id) => watch.look(id));
  void Promise.all(looks).then(() => signal.aborted || metrics.reconciled((clock.now() - since) / 1000));
  onHealth(state.shortSessions < fewShortSessions ? watch.problem() : "the event stream breaks again and again");
}

/** Reads the event stream as fast as it comes: nothing is decided here. */
async function listen(changes: AsyncIterable<string>, watch: Watch, connection: AbortController): Promise<void> {
  try {
    for await (const id of changes) void watch.look(id);
    connection.abort(new EngineError("failed", "the engine has ended the event stream"));
  } catch (error) {
    connection.abort(error);
  }
}

/** Finds out whose containers the sidecar may remove; a doubt that comes up later makes it forget what it knew. */
async function identify(options: SidecarOptions, state: State, signal: AbortSignal): Promise<Identity> {
  const { engine, ownId, source } = options;
  const orchestrator = state.config.swarm ? "swarm" : "compose";
  const known = state.identity?.project.orchestrator === orchestrator ? state.identity.project : undefined;
  state.identity = undefined;
  const project = await findProject(engine, source, { orchestrator, ownId, known }, signal);
  state.identity = { project, ownId };
  return state.identity;
}

/** Logs why there is no connection. Returns how many milliseconds there are to try again; throws when there are none. */
function complain(options: SidecarOptions, state: State, end: unknown): number {
  const { clock, onHealth, once } = options;
  const error = end instanceof Error ? end : new Error(String(end));
  const failure = error instanceof EngineError ? error.failure : undefined;
  logOnce(options, state, error);
  if (failure === "forbidden" || error instanceof NoProject) onHealth(error.message);
  if (failure !== "unreachable") state.refusedSince = undefined;
  else state.refusedSince ??= clock.now();
  const refused = once ? 0 : times.refused;
  const patience = state.refusedSince === undefined ? Infinity : state.refusedSince + refused - clock.now();
  if (patience <= 0 || (once && error instanceof NoProject)) throw error;
  return patience;
}

/** Logs a problem unless it was the last one that was logged. */
function logOnce({ log }: SidecarOptions, state: State, error: Error): void {
  const candidates = error instanceof NoProject ? error.candidates : [];
  const complaint = [error.message, ...candidates.map(describeCandidate)].join("\n");
  if (complaint === state.complaint) return;
  state.complaint = complaint;
  const event = error instanceof NoProject ? "no project" : "disconnected";
  log({ level: error === reconfigured ? "info" : "warning", event, reason: error.message });
  for (const candidate of candidates.slice(0, mostCandidates))
    log({ level: "warning", event: "candidate", reason: describeCandidate(candidate) });
  const left = candidates.length - mostCandidates;
  if (left > 0) log({ level: "warning", event: "candidate", reason: `and ${left} more` });
}

/** Lets removals that have begun finish, for some seconds. */
async function finish({ clock, log }: SidecarOptions, watch: Watch, removing: AbortController): Promise<void> {
  const finished = new AbortController();
  void watch.finish().then(() => finished.abort());
  await sleep(clock, times.finishing, finished.signal);
  if (finished.signal.aborted) return;
  log({ level: "warning", event: "abandoned", reason: "a removal has not finished; the engine may still do it" });
  removing.abort(new EngineError("failed", "the sidecar has stopped"));
}

function reconfigure({ log }: SidecarOptions, state: State, text: string): void {
  const { config, problems } = readConfig(text);
  if (problems) {
    for (const reason of problems)
      log({ level: "error", event: "config refused", reason: `${reason}; the last good config stays in force` });
    return;
  }
  if (JSON.stringify(config) === JSON.stringify(state.config)) return;
  state.config = config;
  log({ level: "info", event: "config read", reason: `${Object.keys(config.services).length} services` });
  state.connection.abort(reconfigured);
}

function describe({ dryRun }: SidecarOptions, { config, identity }: State, apiVersion: string): string {
  const services = Object.entries(config.services).map(([name, { autodestroy }]) => `${name} ${autodestroy}`);
  const facts = [
    `API ${apiVersion || "without version"}`,
    identity === undefined ? "" : describeProject(identity.project),
    services.join(", "),
    `settle time ${config.settleSeconds} s`,
    config.removeVolumes ? "with anonymous volumes" : "",
    dryRun ? "dry run" : "",
  ];
  return facts.filter((fact) => fact !== "").join("; ");
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
