import { EngineError } from "../docker/engine.ts";
import type { ContainerDetails } from "../docker/platform-engine.ts";
import type { Run } from "../sidecar/runs/run.ts";
import { exitCodeOf } from "../sidecar/judge.ts";
import { outputSince } from "../sidecar/runs/output.ts";
import { sleep } from "../time/clock.ts";
import { logLines } from "./log-lines.ts";
import { hasEnded, isUp, observeProject } from "./observed.ts";
import type { Platform } from "./platform.ts";
import { storedRuns, type RunsPlaces } from "./runs.ts";

/** A service of a stack that is waited for. */
export interface Awaited {
  readonly project: string;
  readonly service: string;
}

/** How a job ended. */
export type JobEnd =
  | { readonly kind: "ended"; readonly exitCode: number | undefined }
  /** It has no container that ever ran, and no run. */
  | { readonly kind: "never" };

/** How long to wait before the engine is asked again, in milliseconds. */
const pause = 1000;

/**
 * Waits until no container of a job runs or waits for its restart, and passes on what they write; of one that is gone,
 * what its run has kept. The exit code is the first one that is not 0. An engine that is away is waited for. Rejects
 * with a Problem, and with the reason of the signal.
 */
export async function waitForJob(
  platform: RunsPlaces,
  job: Awaited,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<JobEnd> {
  const followed = new Map<string, Followed>();
  for (;;) {
    signal.throwIfAborted();
    try {
      const containers = await containersOf(platform, job, signal);
      const alive = containers.filter(isUp);
      if (alive.length === 0) return await endOf(platform, job, { containers, followed, onLine }, signal);
      await Promise.all(alive.map((container) => follow(platform, container, { followed, onLine }, signal)));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof EngineError)) throw error;
      await sleep(platform.clock, pause, signal);
      await platform.engine.connect(signal).catch(() => {});
    }
  }
}

/** What is known of a container that was followed. */
interface Followed {
  /** Since when: what it wrote after an earlier start belongs to an earlier run. */
  readonly since: number | undefined;
  /** How many of its lines were passed on. */
  lines: number;
  /** The exit code of its last end that was seen. */
  exitCode: number | undefined;
}

/** A container of which no line was passed on yet. */
function unheard({ startedAt }: ContainerDetails): Followed {
  return { since: outputSince(startedAt), lines: 0, exitCode: undefined };
}

interface Following {
  readonly followed: Map<string, Followed>;
  readonly onLine: (line: string) => void;
}

async function containersOf(
  { engine }: Pick<Platform, "engine">,
  { project, service }: Awaited,
  signal: AbortSignal,
): Promise<readonly ContainerDetails[]> {
  return (await observeProject(engine, project, signal)).get(service) ?? [];
}

/** Follows a container until it ends the next time. */
async function follow(
  { engine }: Pick<Platform, "engine">,
  container: ContainerDetails,
  { followed, onLine }: Following,
  signal: AbortSignal,
): Promise<void> {
  const { id } = container;
  const known = followed.get(id) ?? unheard(container);
  followed.set(id, known);
  const ended = engine.wait(id, signal);
  await Promise.all([passOn(engine, id, { known, onLine, follow: true }, signal), ended]);
  known.exitCode = (await ended) ?? known.exitCode;
}

/** Passes on the lines of a container that are new. An output that cannot be read is left out. */
async function passOn(
  engine: Platform["engine"],
  id: string,
  {
    known,
    onLine,
    follow: isFollowed,
  }: { readonly known: Followed; readonly follow: boolean } & Pick<Following, "onLine">,
  signal: AbortSignal,
): Promise<void> {
  let count = 0;
  try {
    const lines = { follow: isFollowed, tail: undefined, since: known.since };
    for await (const { text } of logLines(engine, id, lines, signal)) {
      count++;
      if (count <= known.lines) continue;
      known.lines = count;
      onLine(text);
    }
  } catch (error) {
    if (!(error instanceof EngineError) || error.failure === "unreachable") throw error;
  }
}

async function endOf(
  platform: RunsPlaces,
  { project, service }: Awaited,
  { containers, followed, onLine }: Following & { readonly containers: readonly ContainerDetails[] },
  signal: AbortSignal,
): Promise<JobEnd> {
  const ended = containers.filter(hasEnded);
  const codes = new Map(ended.map((container) => [container.id, exitCodeOf(container)]));
  const silent = new Set<string>();
  for (const container of ended) {
    const { id } = container;
    const known = followed.get(id) ?? unheard(container);
    await passOn(platform.engine, id, { known, onLine, follow: false }, signal);
    if (known.lines === 0) silent.add(id);
  }
  const observed = await observeProject(platform.engine, project, signal);
  const { runs } = await storedRuns(platform, { project, observed }, signal);
  const own = runs.filter((run) => run.service === service).toSorted(byFinish);
  for (const [id, { exitCode }] of followed)
    if (!codes.has(id)) codes.set(id, own.find(({ container }) => container === id)?.exitCode ?? exitCode);
  // A container may have been removed before its output was read; its run has kept that.
  const isThere = new Set(observed.get(service)?.map(({ id }) => id));
  for (const run of own) if (silent.has(run.container) && !isThere.has(run.container)) linesOf(run).forEach(onLine);
  const [newest] = own;
  if (codes.size === 0 && newest) {
    for (const line of linesOf(newest)) onLine(line);
    codes.set(newest.container, newest.exitCode);
  }
  if (codes.size === 0) return { kind: "never" };
  const all = [...codes.values()];
  return { kind: "ended", exitCode: all.every((code) => code === 0) ? 0 : all.find((code) => code !== 0) };
}

function byFinish(one: Run, other: Run): number {
  return Date.parse(other.finished) - Date.parse(one.finished);
}

/** The lines of a kept output. */
export function linesOf({ output }: Run): readonly string[] {
  const text = output.pieces.map((piece) => piece.text).join("");
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
