import { onTestFinished, vi, expect } from "vitest";
import { monotonicClock } from "../../src/time/clock.ts";
import { createSidecarEngine } from "../../src/docker/client.ts";
import type { SidecarEngine } from "../../src/docker/engine.ts";
import type { LogEntry } from "../../src/sidecar/log.ts";
import { createMetrics } from "../../src/sidecar/metrics/metrics.ts";
import { createSidecar } from "../../src/sidecar/sidecar.ts";
import { configOf } from "../sidecar/stage.ts";
import type { World } from "../engine/conformance.ts";
import { realWorld, socket } from "../engine/worlds.ts";

/** The settle time of a sidecar at work, in seconds. */
export const settleSeconds = 2;

/** How a sidecar is put to work: by default on the engine of this machine, as it is, outside of a container. */
export interface Work {
  readonly path?: string;
  /** Where the sidecar talks to the engine; the containers are made at `path` itself. */
  readonly through?: string;
  readonly engineOf?: (engine: SidecarEngine) => SidecarEngine;
  readonly ownIdOf?: (world: World) => Promise<string>;
  readonly removeVolumes?: true;
}

/** A sidecar at work, and its log. */
export interface AtWork {
  readonly world: World;
  readonly logged: readonly LogEntry[];
  /** The log entries of a kind about a container. */
  readonly said: (event: string, container: string) => readonly LogEntry[];
}

/**
 * Puts a sidecar to work for a stack of its own, until the test is over; `finished` is the test's own `onTestFinished`
 * where tests run at once.
 */
export async function atWork(
  services: Readonly<Record<string, string>>,
  work: Work = {},
  finished = onTestFinished,
): Promise<AtWork> {
  const { path = socket, engineOf = (engine) => engine } = work;
  const world = realWorld(path);
  const logged: LogEntry[] = [];
  const stop = new AbortController();
  const adapter = createSidecarEngine({ kind: "socket", path: work.through ?? path }, (problem) =>
    logged.push({ level: "error", event: "stream", reason: problem }),
  );
  const ownId = await work.ownIdOf?.(world);
  const config = { ...configOf(services, world.stack), settleSeconds, removeVolumes: work.removeVolumes ?? false };
  const common = {
    clock: monotonicClock,
    random: () => 0,
    ownId,
    onHealth: (): void => {},
    dryRun: false,
    once: false,
  };
  const sidecar = createSidecar({
    ...common,
    source: { kind: "named", name: world.stack },
    metrics: createMetrics("1.2.3", () => 0),
    engine: engineOf(adapter),
    log: (entry) => logged.push(entry),
    config,
  });
  const ended = sidecar.run(stop.signal);
  finished(async () => {
    stop.abort();
    await ended;
    await world[Symbol.asyncDispose]();
  }, 120_000);
  await vi.waitFor(() => expect(logged.map(({ event }) => event)).toContain("connected"), 10_000);
  return {
    world,
    logged,
    said: (event, container) => logged.filter((entry) => entry.event === event && entry.container === container),
  };
}

/** Lets real time pass. */
export function pass(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** Whether a container is there still. */
export async function isThere({ engine }: World, id: string): Promise<boolean> {
  return (await engine.inspect(id, new AbortController().signal)) !== undefined;
}

/** Waits until a sidecar has logged the removal of a container, a moment after the container is gone. */
export async function expectRemoved({ world, said }: AtWork, id: string): Promise<void> {
  await vi.waitFor(() => expect(said("removed", id)).toHaveLength(1), { timeout: 30_000, interval: 100 });
  expect(await isThere(world, id)).toBe(false);
}
