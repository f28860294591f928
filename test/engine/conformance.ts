import { describe, expect, onTestFinished, test, vi } from "vitest";
import { EngineError, type LogChunk, type SidecarEngine } from "../../src/docker/engine.ts";

/** How a container of the suite is made. Without `exits` it runs until it is stopped. */
export interface Making {
  readonly stack?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly restart?: string;
  readonly exits?: number;
  readonly hasVolume?: boolean;
  /** What it does with its output before it exits: the lines `1` to `300` with `err` at the end, or bytes. */
  readonly prints?: "lines" | "bytes";
  readonly hasTerminal?: boolean;
}

/** An engine, and the hands that make and stop its containers. */
export interface World extends AsyncDisposable {
  readonly engine: SidecarEngine;
  /** A stack that no container has. */
  readonly stack: string;
  /** Makes a container and returns its full ID. */
  readonly create: (making: Making) => Promise<string>;
  /** Makes a container and starts it. */
  readonly run: (making: Making) => Promise<string>;
  readonly stop: (id: string) => Promise<void>;
  readonly pause: (id: string) => Promise<void>;
  /** The anonymous volumes that exist of those that containers of this world were made with. */
  readonly volumes: () => Promise<readonly string[]>;
}

const signal = new AbortController().signal;

/** What an engine does in place of what the suite expects, by the title of the expectation. */
export type Differences<W = World> = Readonly<
  Record<string, { readonly reason: string; readonly body: (world: W) => Promise<void> }>
>;

/** What differs for one engine from what a suite expects. */
export interface SuiteOptions<W> {
  readonly isLeftOut?: boolean;
  readonly differences?: Differences<W>;
}

/** What the sidecar relies on in an engine, whichever it is. Throws for a difference from nothing. */
export function describeEngine(name: string, setup: () => Promise<World>, options: SuiteOptions<World> = {}): void {
  describeWorld(name, setup, [describeContainers, describeRemoval, describeOutput, describeChanges], options);
}

/** The parts of a suite, each expectation in a new world. Throws for a difference from nothing. */
export function describeWorld<W extends AsyncDisposable & { readonly engine: Pick<SidecarEngine, "connect"> }>(
  name: string,
  setup: () => Promise<W>,
  parts: readonly ((inWorld: InWorld<W>) => void)[],
  { isLeftOut = false, differences = {} }: SuiteOptions<W>,
): void {
  const unmet = new Set(Object.keys(differences));
  const inWorld: InWorld<W> = (title, body) => {
    const difference = unmet.delete(title) ? differences[title] : undefined;
    test(difference ? `${title}: otherwise, ${difference.reason}` : title, async () => {
      await using world = await setup();
      await world.engine.connect(signal);
      await (difference?.body ?? body)(world);
    });
  };
  describe.skipIf(isLeftOut)(name, () => {
    for (const part of parts) part(inWorld);
    if (unmet.size > 0) throw new Error(`nothing is called ${[...unmet].join(", ")}`);
  });
}

/** States an expectation. */
export type InWorld<W = World> = (title: string, body: (world: W) => Promise<void>) => void;

function describeContainers(inWorld: InWorld): void {
  inWorld("greets with a version and its time", async ({ engine }) => {
    const { apiVersion, time } = await engine.connect(signal);
    expect(apiVersion).toMatch(/^1\.\d+$/);
    expect(Number.isFinite(time)).toBe(true);
  });
  inWorld(
    "lists running, stopped and unstarted containers of the stack, and no others",
    async ({ engine, stack, run, create }) => {
      const ids = [await run({}), await run({ exits: 1 }), await create({})];
      await run({ stack: `${stack}2` });
      expect(await listed(engine, stack)).toEqual(ids.toSorted());
      expect(await listed(engine, `${stack}3`)).toEqual([]);
    },
  );
  inWorld("tells how a container ended", async ({ engine, run }) => {
    for (const exits of [0, 1, 137]) {
      const container = await ended(engine, await run({ exits }));
      expect(container).toMatchObject({
        status: "exited",
        isAlive: false,
        exitCode: exits,
        restartCount: 0,
        isOutOfMemory: false,
        error: "",
        isRemovedByEngine: false,
      });
      expect(Date.parse(container!.startedAt)).toBeGreaterThan(0);
    }
  });
  inWorld(
    "tells a container that runs, one that waits for its restart, and one that never ran",
    async ({ engine, run, create }) => {
      expect(await engine.inspect(await run({}), signal)).toMatchObject({
        status: "running",
        isAlive: true,
        restartPolicy: "no",
      });
      const crashing = await run({ exits: 1, restart: "on-failure" });
      await vi.waitFor(
        async () =>
          expect(await engine.inspect(crashing, signal)).toMatchObject({
            status: "restarting",
            isAlive: true,
            restartPolicy: "on-failure",
          }),
        eventually,
      );
      const unstarted = await engine.inspect(await create({}), signal);
      expect(unstarted).toMatchObject({ status: "created", isAlive: false });
      expect(Date.parse(unstarted!.startedAt)).toBeLessThan(0);
    },
  );
  inWorld("counts the restarts of a container that is given up", async ({ engine, run }) => {
    const id = await run({ exits: 3, restart: "on-failure:1" });
    await vi.waitFor(
      async () =>
        expect(await engine.inspect(id, signal)).toMatchObject({ status: "exited", restartCount: 1, exitCode: 3 }),
      eventually,
    );
  });
  inWorld("gives labels as they are, whatever they are called", async ({ engine, run }) => {
    const container = await engine.inspect(
      await run({ labels: { constructor: "c", exitCode: "0", odd: 'a"b\u001b[31m' }, exits: 7 }),
      signal,
    );
    expect(Object.fromEntries(container!.labels)).toMatchObject({ exitCode: "0", odd: 'a"b\u001b[31m' });
    expect(container!.labels.get("constructor")).toBe("c");
    expect(container!.labels.get("toString")).toBeUndefined();
  });
  inWorld("tells which labels an image brings, and that there is no such image", async ({ engine, run }) => {
    const { image } = (await engine.inspect(await run({}), signal))!;
    expect([...((await engine.imageLabels(image, signal)) ?? ["none"])]).toEqual([]);
    expect(await engine.imageLabels(`sha256:${"0".repeat(64)}`, signal)).toBeUndefined();
    expect(await engine.imageLabels("../containers/json", signal)).toBeUndefined();
  });
  inWorld("knows a container by the first digits of its ID, and none by others", async ({ engine, run }) => {
    const id = await run({});
    expect((await engine.inspect(id.slice(0, 12), signal))?.id).toBe(id);
    expect(await engine.inspect("0".repeat(64), signal)).toBeUndefined();
  });
}

function describeRemoval(inWorld: InWorld): void {
  inWorld("removes a stopped container, and says when it is gone already", async ({ engine, stack, run }) => {
    const id = await run({ exits: 0 });
    await ended(engine, id);
    expect(await engine.remove(id, { volumes: false }, signal)).toBe("removed");
    expect(await engine.remove(id, { volumes: false }, signal)).toBe("gone");
    expect(await engine.inspect(id, signal)).toBeUndefined();
    expect(await listed(engine, stack)).toEqual([]);
  });
  inWorld(
    "refuses to remove a container that runs, is paused, or waits for its restart",
    async ({ engine, run, pause }) => {
      const [running, paused, crashing] = [await run({}), await run({}), await run({ exits: 1, restart: "always" })];
      await pause(paused);
      await vi.waitFor(
        async () => expect(await engine.inspect(crashing, signal)).toMatchObject({ status: "restarting" }),
        eventually,
      );
      for (const id of [running, paused, crashing]) {
        const error: unknown = await engine.remove(id, { volumes: false }, signal).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(EngineError);
        expect((error as EngineError).failure).toBe("conflict");
        expect(await engine.inspect(id, signal)).toBeDefined();
      }
    },
  );
  inWorld("removes volumes without a name only when asked to", async ({ engine, run, volumes }) => {
    for (const [remove, left] of [
      [false, 1],
      [true, 1],
    ] as const) {
      const id = await run({ exits: 0, hasVolume: true });
      await ended(engine, id);
      expect(await volumes()).toHaveLength(remove ? 2 : 1);
      await engine.remove(id, { volumes: remove }, signal);
      expect(await volumes()).toHaveLength(left);
    }
  });
}

/** Reference jobs.md 1.5. */
function describeOutput(inWorld: InWorld): void {
  inWorld("reads the last lines of both streams", async ({ engine, run }) => {
    const id = await run({ prints: "lines", exits: 0 });
    expect(await ended(engine, id)).toMatchObject({ hasTerminal: false });
    expect(await readOutput(engine, id, 4)).toEqual({ stdout: "298\n299\n300\n", stderr: "err\n" });
    expect((await readOutput(engine, id, 250))?.stdout.split("\n")).toHaveLength(250);
  });
  inWorld("reads the output of a terminal as one stream", async ({ engine, run }) => {
    const id = await run({ prints: "lines", exits: 0, hasTerminal: true });
    expect(await ended(engine, id)).toMatchObject({ hasTerminal: true });
    expect(await readOutput(engine, id, 2)).toEqual({ stdout: "300\r\nerr\r\n", stderr: "" });
  });
  inWorld("reads bytes that are no text, and a line without an end", async ({ engine, run }) => {
    const id = await run({ prints: "bytes", exits: 0 });
    await ended(engine, id);
    expect(await readOutput(engine, id, 200)).toEqual({ stdout: "\u0000\ufffd\u001b[31m", stderr: "" });
  });
  inWorld("reads nothing where nothing was written, and says when a container is gone", async ({ engine, run }) => {
    const id = await run({ exits: 0 });
    await ended(engine, id);
    expect(await readOutput(engine, id, 200)).toEqual({ stdout: "", stderr: "" });
    await engine.remove(id, { volumes: false }, signal);
    expect(await readOutput(engine, id, 200)).toBeUndefined();
  });
  inWorld("names image and networks of a container", async ({ engine, run }) => {
    const container = await ended(engine, await run({ exits: 0 }));
    expect(container).toMatchObject({ image: expect.stringMatching(/[0-9a-f]{64}$/) as unknown });
    expect(container?.imageReference).toMatch(/(^|\/)busybox:local$/);
    expect(container?.networks.map(({ name }) => name)).toEqual(["none"]);
  });
}

/** The last lines of each stream, as text. */
export async function readOutput(
  engine: SidecarEngine,
  id: string,
  tail: number,
): Promise<Readonly<Record<LogChunk["stream"], string>> | undefined> {
  const hasTerminal = (await engine.inspect(id, signal))?.hasTerminal ?? false;
  const output = await engine.logs(id, { tail, hasTerminal }, signal);
  if (!output) return undefined;
  const parts: Record<LogChunk["stream"], Uint8Array[]> = { stdout: [], stderr: [] };
  for await (const { stream, bytes } of output) parts[stream].push(bytes);
  return { stdout: Buffer.concat(parts.stdout).toString(), stderr: Buffer.concat(parts.stderr).toString() };
}

function describeChanges(inWorld: InWorld): void {
  inWorld(
    "tells of what happened before and after the stream was opened, in the stack",
    async ({ engine, stack, run, stop }) => {
      const { time } = await engine.connect(signal);
      const before = await run({ exits: 0 });
      const seen = await listen(engine, stack, time - 1);
      const after = await run({ exits: 1 });
      const stopped = await run({});
      await run({ stack: `${stack}2`, exits: 0 });
      await stop(stopped);
      await ended(engine, stopped);
      await vi.waitFor(() => expect([...seen].toSorted()).toEqual([before, after, stopped].toSorted()), eventually);
    },
  );
  inWorld("tells of a container that is removed", async ({ engine, stack, run }) => {
    const id = await run({ exits: 0 });
    await ended(engine, id);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const { time } = await engine.connect(signal);
    const seen = await listen(engine, stack, time);
    await engine.remove(id, { volumes: false }, signal);
    await vi.waitFor(() => expect([...seen]).toEqual([id]), eventually);
  });
  inWorld("ends the stream when it is told to, without an error", async ({ engine, stack }) => {
    const stop = new AbortController();
    const changes = await engine.changes(labelOf(stack), (await engine.connect(signal)).time, stop.signal);
    const end = (async () => {
      for await (const id of changes) throw new Error(`unexpected ${id}`);
    })();
    stop.abort();
    await end;
  });
  inWorld("gives up a call when it is told to", async ({ engine, stack }) => {
    const reason = new Error("enough");
    const aborted = AbortSignal.abort(reason);
    for (const call of [
      engine.connect(aborted),
      engine.list(labelOf(stack), aborted),
      engine.inspect("0".repeat(64), aborted),
    ])
      await expect(call).rejects.toBe(reason);
  });
}

const eventually = { timeout: 15_000, interval: 5 };

async function ended(engine: SidecarEngine, id: string): ReturnType<SidecarEngine["inspect"]> {
  return vi.waitFor(async () => {
    const container = await engine.inspect(id, signal);
    expect(container?.status).toBe("exited");
    return container;
  }, eventually);
}

async function listen(engine: SidecarEngine, stack: string, since: number): Promise<ReadonlySet<string>> {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const changes = await engine.changes(labelOf(stack), since, stop.signal);
  const seen = new Set<string>();
  void (async () => {
    for await (const id of changes) seen.add(id);
  })().catch(() => {});
  return seen;
}

function labelOf(stack: string): string {
  return `com.docker.compose.project=${stack}`;
}

/** The IDs of the containers of a stack, in order. */
export async function listed(engine: SidecarEngine, stack: string): Promise<readonly string[]> {
  return (await engine.list(labelOf(stack), signal)).map(({ id }) => id).toSorted();
}
