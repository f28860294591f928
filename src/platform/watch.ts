import { EngineError } from "../docker/engine.ts";
import type { ContainerDetails, EngineInfo } from "../docker/platform-engine.ts";
import { projectLabels } from "../sidecar/project.ts";
import { backOff, sleep, type Random } from "../time/clock.ts";
import { failureOf } from "./failure.ts";
import { listedOf, type ListedContainer } from "./observed.ts";
import { checkOwnContainer, UnusableFolder } from "./own-container.ts";
import { openPlatform, type Platform, type World } from "./platform.ts";
import type { Seen } from "./views.ts";

/** Knows all containers of Compose at every moment, by the engine's events. */
export interface Watch {
  /** Works until the signal is aborted. Rejects with UnusableFolder, which no further attempt would mend. */
  run(signal: AbortSignal): Promise<void>;
  /** What is known now. */
  now(): Known;
  /** Waits for some milliseconds, unless the signal is aborted. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Asks the engine for the containers of a project, after something was done with them. */
  refresh(project: string, signal: AbortSignal): Promise<void>;
}

/** What is known of an engine and its containers, or why nothing is. */
export type Known =
  | { readonly problem: string; readonly platform: Platform | undefined }
  | { readonly problem?: never; readonly platform: Platform; readonly engine: EngineInfo; readonly seen: Seen };

/** How it is told apart what is older. */
interface Entry {
  readonly turn: number;
  readonly container: ListedContainer | undefined;
  readonly details: ContainerDetails | undefined;
}

/** In milliseconds. Some changes come without an event, so all containers are listed again after a while. */
const times = { reconnect: { first: 250, last: 5000 }, relist: 30_000 };

/** How long before the connection the requested events begin, in seconds. */
const overlap = 5;

/** How many containers are asked for at a time. */
const width = 8;

/**
 * A watch that does nothing before `run`. The ID is that of the container in which this process runs, if it does.
 * `onConnected` is called each time when all containers are known.
 */
export function createWatch(
  world: World,
  {
    random,
    ownId,
    onConnected,
  }: { readonly random: Random; readonly ownId: string | undefined; readonly onConnected: () => void },
): Watch {
  let known: Known = { problem: "the Docker engine has not answered yet", platform: undefined };
  let memory = createMemory(world);
  const connect = async (signal: AbortSignal): Promise<void> => {
    const broken = new AbortController();
    const lost = AbortSignal.any([signal, broken.signal]);
    const { time } = await world.engine.connect(lost);
    const platform = await openPlatform(world, lost);
    await checkOwnContainer(platform, ownId, lost);
    const engine = await world.engine.info(lost);
    const changes = await world.engine.changes(projectLabels.compose, time - overlap, lost);
    const own = (memory = createMemory(world));
    await own.list(projectLabels.compose, lost);
    known = { platform, engine, seen: own.seen };
    onConnected();
    void repeat(own, broken, lost);
    for await (const id of changes) await own.check(id, lost);
    throw broken.signal.reason ?? new EngineError("unreachable", "the engine has ended the event stream");
  };
  const repeat = async (own: Memory, broken: AbortController, signal: AbortSignal): Promise<void> => {
    try {
      for (;;) {
        await sleep(world.clock, times.relist, signal);
        if (signal.aborted) return;
        await own.list(projectLabels.compose, signal);
      }
    } catch (error) {
      broken.abort(error);
    }
  };
  return {
    now: () => known,
    pause: (milliseconds, signal) => sleep(world.clock, milliseconds, signal),
    refresh: (project, signal) => memory.list(`${projectLabels.compose}=${project}`, signal),
    async run(signal) {
      for (let failures = 0; !signal.aborted; failures++) {
        const since = world.clock.now();
        const reason: unknown = await connect(signal).catch((error: unknown) => error);
        if (signal.aborted) return;
        const failure = failureOf(reason);
        if (!failure || reason instanceof UnusableFolder) throw reason;
        known = { problem: failure.message, platform: known.platform };
        if (world.clock.now() - since > times.reconnect.last) failures = 0;
        await sleep(world.clock, backOff(failures, times.reconnect, random), signal);
      }
    },
  };
}

/** The containers of one connection. */
interface Memory {
  readonly seen: Seen;
  /** Asks for one container. An answer that is older than a known one does not count. */
  check(id: string, signal: AbortSignal): Promise<void>;
  /** Asks for all containers with a label, and for those that are known. */
  list(label: string, signal: AbortSignal): Promise<void>;
}

function createMemory({ engine }: Pick<World, "engine">): Memory {
  const entries = new Map<string, Entry>();
  let turns = 0;
  let cached: { readonly containers: readonly ListedContainer[]; readonly details: Seen["details"] } | undefined;
  const check = async (id: string, signal: AbortSignal): Promise<void> => {
    const turn = ++turns;
    const details = await engine.inspect(id, signal);
    if ((entries.get(id)?.turn ?? 0) > turn) return;
    entries.set(id, { turn, details, container: details && listedOf(details) });
    cached = undefined;
  };
  const current = (): NonNullable<typeof cached> => {
    const all = [...entries.values()];
    cached ??= {
      containers: all
        .flatMap(({ container }) => (container ? [container] : []))
        .toSorted((one, other) => one.number - other.number),
      details: new Map(all.flatMap(({ details }) => (details ? [[details.id, details]] : []))),
    };
    return cached;
  };
  return {
    check,
    seen: {
      get containers() {
        return current().containers;
      },
      get details() {
        return current().details;
      },
    },
    async list(label, signal) {
      const listed = await engine.containers(label, signal);
      const [name, value] = label.split("=");
      const isMeant = (labels: ReadonlyMap<string, string>): boolean =>
        value === undefined || labels.get(name!) === value;
      for (const [id, { details }] of entries) if (!details && value === undefined) entries.delete(id);
      const before = [...entries].flatMap(([id, { details }]) => (details && isMeant(details.labels) ? [id] : []));
      const ids = [...new Set([...listed.map(({ id }) => id), ...before])];
      for (let at = 0; at < ids.length; at += width)
        await Promise.all(ids.slice(at, at + width).map((id) => check(id, signal)));
    },
  };
}
