import { expect, onTestFinished, vi } from "vitest";
import { EngineError, type EngineFailure } from "../../src/docker/engine.ts";
import type { ContainerDetails, LogChunk, LogOptions, PlatformEngine } from "../../src/docker/platform-engine.ts";
import { describeWorld, type InWorld, type SuiteOptions } from "./conformance.ts";

/**
 * How a container of the suite is made. Without `exits` it runs until it is stopped or crashes; it ends with 0 when it
 * is stopped.
 */
export interface PlatformMaking {
  readonly stack?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** As for `docker run --restart`. */
  readonly restart?: string;
  readonly exits?: number;
  /** Whether it first writes the lines `out 1` and `out 2`, and to the standard error `err`. */
  readonly speaks?: boolean;
  readonly hasTerminal?: boolean;
  /** Whether the engine removes it when it stops. */
  readonly isRemoved?: boolean;
  /** Whether it has limits, a volume without a name at /data, a published port 80, and a name in the network. */
  readonly isFurnished?: boolean;
}

/** An engine, and the hands that make and disturb its containers. */
export interface PlatformWorld extends AsyncDisposable {
  readonly engine: PlatformEngine;
  /** A stack that no container has. */
  readonly stack: string;
  /** Makes a container and returns its full ID. */
  readonly create: (making: PlatformMaking) => Promise<string>;
  /** Makes a container and starts it. */
  readonly run: (making: PlatformMaking) => Promise<string>;
  /** Its program ends with 3. */
  readonly crash: (id: string) => Promise<void>;
  /** Its program writes the line `late`. */
  readonly speak: (id: string) => Promise<void>;
  readonly pause: (id: string) => Promise<void>;
  readonly unpause: (id: string) => Promise<void>;
  readonly rename: (id: string, name: string) => Promise<void>;
  /** Removes it, whatever it does. */
  readonly remove: (id: string) => Promise<void>;
}

/** What live services rely on in an engine, whichever it is. */
export function describePlatformEngine(
  name: string,
  setup: () => Promise<PlatformWorld>,
  options: SuiteOptions<PlatformWorld> = {},
): void {
  const parts = [describeReading, describeActions, describeUpdates, describeWaiting, describeLogs, describeChanges];
  describeWorld(name, setup, parts, options);
}

const signal = new AbortController().signal;
const nobody = "0".repeat(64);
const eventually = { timeout: 15_000, interval: 20 };

type In = InWorld<PlatformWorld>;

function describeReading(inWorld: In): void {
  inWorld("says who the engine is, and says the same again", async ({ engine }) => {
    const info = await engine.info(signal);
    expect(info).toEqual({ id: expect.stringMatching(/./), name: expect.stringMatching(/./), version: info.version });
    expect(info.version).toMatch(/^\d+\.\d+/);
    expect(await engine.info(signal)).toEqual(info);
  });
  inWorld("lists the containers of a stack as a table shows them", async ({ engine, stack, create, run }) => {
    const ids = [await create({}), await run({ isFurnished: true }), await run({ exits: 3 })] as const;
    await run({ stack: `${stack}2` });
    await state(engine, ids[2], "exited");
    const listed = await engine.containers(labelOf(stack), signal);
    const [created, running, exited] = ids.map((id) => listed.find((container) => container.id === id));
    expect(listed).toHaveLength(3);
    expect(created).toMatchObject({ state: "created", status: "Created", ports: [] });
    expect(running).toMatchObject({ state: "running", status: expect.stringMatching(/^Up /) });
    expect(exited).toMatchObject({ state: "exited", status: expect.stringMatching(/^Exited \(3\) /) });
    expect(running?.image).toMatch(/(?:^|\/)busybox:local$/);
    expect(running?.command).toMatch(/^sh -c /);
    expect(running?.name).toBe((await engine.inspect(ids[1], signal))?.name);
    expect(running?.labels.get("com.docker.compose.project")).toBe(stack);
    expect(Math.abs((running?.created ?? 0) - (await engine.connect(signal)).time)).toBeLessThan(60);
    const port = { ip: "127.0.0.1", publicPort: expect.any(Number), privatePort: 80, protocol: "tcp" };
    expect(running?.ports).toEqual([port]);
    expect(await engine.containers(labelOf(`${stack}3`), signal)).toEqual([]);
  });
  inWorld("tells how a container was made", async ({ engine, run }) => {
    const id = await run({ isFurnished: true, restart: "on-failure:3" });
    const container = (await engine.inspect(id, signal))!;
    expect(container).toMatchObject({ id, status: "running", restartPolicy: "on-failure", maximumRetryCount: 3 });
    expect(container).toMatchObject({ memory: 64 * mega, memorySwap: 128 * mega, cpuShares: 512, cpuset: "0" });
    expect(container).toMatchObject({ command: ["sh", "-c", expect.any(String)], entrypoint: [], health: "" });
    expect(container).toMatchObject({ hostname: "web", hasTerminal: false });
    expect(container.imageReference).toMatch(/(?:^|\/)busybox:local$/);
    expect(container.mounts).toMatchObject([{ type: "volume", destination: "/data", isReadOnly: false }]);
    expect(container.mounts[0]?.name).toMatch(/^[0-9a-f]{64}$/);
    expect(container.ports).toMatchObject([{ ip: "127.0.0.1", privatePort: 80, protocol: "tcp" }]);
    expect(container.ports[0]?.publicPort).toBeGreaterThan(0);
    expect(container.networks).toHaveLength(1);
    expect(container.networks[0]?.id).not.toBe("");
    expect(container.networks[0]?.address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(Math.abs(Date.parse(container.createdAt) / 1000 - (await engine.connect(signal)).time)).toBeLessThan(60);
  });
  inWorld("tells of an image by name and by ID, and that there is none", async ({ engine, run }) => {
    const container = (await engine.inspect(await run({}), signal))!;
    const image = await engine.image(container.imageReference, signal);
    const id = container.image.replace("sha256:", "");
    expect(image?.id.replace("sha256:", "")).toBe(id);
    expect(image).toMatchObject({ exposedPorts: [], volumes: [], entrypoint: [] });
    expect([...image!.labels]).toEqual([]);
    expect(await engine.image(container.image, signal)).toEqual(image);
    for (const none of ["tutum-stack.invalid/none:1", `sha256:${nobody}`, "../info", "Upper:1", "", "a:b:c", "a?b"])
      expect(await engine.image(none, signal)).toBeUndefined();
  });
  inWorld("knows a container by the first digits of its ID, and none by others", async ({ engine, run }) => {
    const id = await run({});
    expect((await engine.inspect(id.slice(0, 12), signal))?.id).toBe(id);
    expect(await engine.inspect(nobody, signal)).toBeUndefined();
  });
}

function describeActions(inWorld: In): void {
  inWorld("starts and stops, and says when nothing was to do", async ({ engine, create }) => {
    const id = await create({});
    expect(await engine.stop(id, {}, signal)).toBe("unchanged");
    expect(await engine.start(id, signal)).toBe("changed");
    expect(await engine.start(id, signal)).toBe("unchanged");
    await state(engine, id, "running");
    expect(await engine.stop(id, { timeout: 30 }, signal)).toBe("changed");
    expect(await state(engine, id, "exited")).toMatchObject({ isAlive: false });
    expect(await engine.stop(id, {}, signal)).toBe("unchanged");
  });
  inWorld("restarts what runs and what has ended", async ({ engine, run }) => {
    const [running, exited] = [await run({}), await run({})];
    await engine.stop(exited, {}, signal);
    for (const id of [running, exited]) {
      const before = (await engine.inspect(id, signal))!;
      expect(await engine.restart(id, { timeout: 30 }, signal)).toBe("changed");
      expect((await state(engine, id, "running"))?.startedAt).not.toBe(before.startedAt);
    }
  });
  inWorld("does not start what is paused, and stops it all the same", async ({ engine, run, pause }) => {
    const id = await run({});
    await pause(id);
    expect(await failureOf(engine.start(id, signal))).toBe("conflict");
    expect(await engine.stop(id, { timeout: 1 }, signal)).toBe("changed");
    await state(engine, id, "exited");
  });
  inWorld("stops what waits for its restart, and does not start it", async ({ engine, run }) => {
    const id = await run({ exits: 3, restart: "always" });
    await state(engine, id, "restarting");
    expect(await engine.start(id, signal)).toBe("unchanged");
    expect(await engine.stop(id, {}, signal)).toBe("changed");
    expect(await state(engine, id, "exited")).toMatchObject({ exitCode: 3, restartPolicy: "always" });
  });
  inWorld("says when a container is gone", async ({ engine }) => {
    expect(await engine.start(nobody, signal)).toBe("gone");
    expect(await engine.stop(nobody, {}, signal)).toBe("gone");
    expect(await engine.restart(nobody, {}, signal)).toBe("gone");
    expect(await engine.update(nobody, { cpuShares: 2 }, signal)).toBeUndefined();
    expect(await engine.wait(nobody, signal)).toBeUndefined();
    expect(await engine.logs(nobody, {}, signal)).toBeUndefined();
    expect(await engine.remove(nobody, { volumes: false }, signal)).toBe("gone");
  });
  inWorld("removes what has ended, and nothing that runs", async ({ engine, run }) => {
    const id = await run({});
    await expect(engine.remove(id, { volumes: true }, signal)).rejects.toBeInstanceOf(EngineError);
    await engine.stop(id, {}, signal);
    expect(await engine.remove(id, { volumes: true }, signal)).toBe("removed");
    expect(await engine.inspect(id, signal)).toBeUndefined();
  });
}

function describeUpdates(inWorld: In): void {
  inWorld("gives a running container a policy, which decides about its next end", async ({ engine, run, crash }) => {
    const id = await run({});
    const { startedAt } = (await engine.inspect(id, signal))!;
    expect(await engine.update(id, { restartPolicy: { name: "always" } }, signal)).toEqual([]);
    const updated = await engine.inspect(id, signal);
    expect(updated).toMatchObject({ status: "running", startedAt, restartPolicy: "always", maximumRetryCount: 0 });
    await crash(id);
    await vi.waitFor(async () => expect((await engine.inspect(id, signal))?.restartCount).toBe(1), eventually);
  });
  inWorld("takes a policy away from a running container", async ({ engine, run, crash }) => {
    const id = await run({ restart: "on-failure:5" });
    expect((await engine.inspect(id, signal))?.maximumRetryCount).toBe(5);
    await engine.update(id, { restartPolicy: { name: "no" } }, signal);
    expect(await engine.inspect(id, signal)).toMatchObject({ restartPolicy: "no", maximumRetryCount: 0 });
    await crash(id);
    expect(await state(engine, id, "exited")).toMatchObject({ exitCode: 3, restartCount: 0 });
  });
  inWorld("does not start what has ended because of a new policy", async ({ engine, run }) => {
    const id = await run({ exits: 3 });
    await state(engine, id, "exited");
    await engine.update(id, { restartPolicy: { name: "on-failure", maximumRetryCount: 2 } }, signal);
    const updated = { status: "exited", restartPolicy: "on-failure", maximumRetryCount: 2, exitCode: 3 };
    expect(await engine.inspect(id, signal)).toMatchObject(updated);
  });
  inWorld("changes the limits that are given, and no others", async ({ engine, run }) => {
    const id = await run({ isFurnished: true, restart: "always" });
    const limits = { memory: 32 * mega, memorySwap: 32 * mega, cpuShares: 512, cpuset: "0" };
    await engine.update(id, { memory: limits.memory, memorySwap: limits.memorySwap }, signal);
    expect(await engine.inspect(id, signal)).toMatchObject({ ...limits, restartPolicy: "always", status: "running" });
    await engine.update(id, { cpuShares: 256, cpuset: "0-0" }, signal);
    expect(await engine.inspect(id, signal)).toMatchObject({ ...limits, cpuShares: 256, cpuset: "0-0" });
  });
  inWorld("refuses what cannot be, and changes nothing", async ({ engine, run }) => {
    const id = await run({ isFurnished: true });
    const before = await engine.inspect(id, signal);
    const failures = [
      await failureOf(engine.update(id, { memory: 256 * mega }, signal)),
      await failureOf(engine.update(id, { memory: 64 * mega, memorySwap: 32 * mega }, signal)),
      await failureOf(engine.update(id, { restartPolicy: { name: "sometimes" } }, signal)),
      await failureOf(engine.update(id, { restartPolicy: { name: "always", maximumRetryCount: 2 } }, signal)),
      await failureOf(engine.update(id, { cpuset: "first" }, signal)),
    ];
    expect(failures).toEqual(["conflict", "forbidden", "forbidden", "forbidden", "forbidden"]);
    expect(await engine.inspect(id, signal)).toEqual(before);
  });
  inWorld("refuses a policy for a container that the engine removes itself", async ({ engine, run }) => {
    const id = await run({ isRemoved: true });
    expect(await failureOf(engine.update(id, { restartPolicy: { name: "always" } }, signal))).toBe("conflict");
  });
}

function describeWaiting(inWorld: In): void {
  inWorld("waits for the end, and gives the exit code", async ({ engine, run, crash }) => {
    const id = await run({});
    const end = observed(engine.wait(id, signal));
    await pause(300);
    expect(end.value).toBe("waits");
    await crash(id);
    expect(await end.promise).toBe(3);
    expect(await engine.wait(id, signal)).toBe(3);
  });
  inWorld("does not take a restart for the end", async ({ engine, run, crash }) => {
    const id = await run({ restart: "always" });
    const end = observed(engine.wait(id, signal));
    await pause(300);
    await crash(id);
    await vi.waitFor(async () => expect((await engine.inspect(id, signal))?.restartCount).toBe(1), eventually);
    expect(end.value).toBe("waits");
    await engine.stop(id, { timeout: 10 }, signal);
    expect(await end.promise).not.toBeUndefined();
  });
  inWorld("ends with 137 when the container is removed", async ({ engine, run, remove }) => {
    const id = await run({});
    const end = engine.wait(id, signal);
    await pause(300);
    await remove(id);
    expect(await end).toBe(137);
  });
  inWorld("takes a container that was never started for one that has ended", async ({ engine, create }) => {
    expect(await engine.wait(await create({}), signal)).toBe(0);
  });
  inWorld("gives up when it is told to", async ({ engine, run }) => {
    const [reason, stop, id] = [new Error("enough"), new AbortController(), await run({})];
    const end = engine.wait(id, stop.signal);
    setTimeout(() => stop.abort(reason), 100);
    await expect(end).rejects.toBe(reason);
    for (const call of [
      engine.info(stop.signal),
      engine.containers("a", stop.signal),
      engine.start(id, stop.signal),
      engine.logs(id, {}, stop.signal),
    ])
      await expect(call).rejects.toBe(reason);
  });
}

function describeLogs(inWorld: In): void {
  inWorld("reads what was written to each stream", async ({ engine, run }) => {
    const id = await run({ speaks: true, exits: 0 });
    await engine.wait(id, signal);
    expect(await read(engine, id, {})).toEqual({ stdout: "out 1\nout 2\n", stderr: "err\n" });
    expect(await read(engine, id, { follow: true })).toEqual({ stdout: "out 1\nout 2\n", stderr: "err\n" });
  });
  inWorld("reads the output of a terminal as one stream", async ({ engine, run }) => {
    const id = await run({ speaks: true, exits: 0, hasTerminal: true });
    await engine.wait(id, signal);
    expect((await engine.inspect(id, signal))?.hasTerminal).toBe(true);
    const { stdout, stderr } = await read(engine, id, {});
    expect(stderr).toBe("");
    expect(stdout.split("\r\n").toSorted()).toEqual(["", "err", "out 1", "out 2"]);
  });
  inWorld("reads the last lines, and those after a time", async ({ engine, run, speak }) => {
    const id = await run({ speaks: true });
    await spoken(engine, id, "err");
    await pause(1100);
    const { time } = await engine.connect(signal);
    await pause(1100);
    await speak(id);
    await spoken(engine, id, "late");
    expect(await read(engine, id, { tail: 1 })).toEqual({ stdout: "late\n", stderr: "" });
    expect(await read(engine, id, { tail: 0 })).toEqual({ stdout: "", stderr: "" });
    expect(await read(engine, id, { since: time })).toEqual({ stdout: "late\n", stderr: "" });
    const { stdout } = await read(engine, id, { tail: 1, timestamps: true });
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S* late\n$/);
    expect(Math.abs(Date.parse(stdout.split(" ")[0] ?? "") / 1000 - time)).toBeLessThan(20);
  });
  inWorld("follows until the container stops", async ({ engine, run, speak, crash }) => {
    const id = await run({});
    const output = read(engine, id, { follow: true });
    await pause(300);
    await speak(id);
    await pause(300);
    await speak(id);
    await pause(300);
    await crash(id);
    expect(await output).toEqual({ stdout: "late\nlate\n", stderr: "" });
  });
  inWorld("stops to follow when it is told to, without an error", async ({ engine, run }) => {
    const [stop, id] = [new AbortController(), await run({ speaks: true })];
    await spoken(engine, id, "err");
    const output = read(engine, id, { follow: true }, stop.signal);
    setTimeout(() => stop.abort(), 500);
    expect(await output).toEqual({ stdout: "out 1\nout 2\n", stderr: "err\n" });
  });
  inWorld("reads nothing where nothing was written", async ({ engine, run, create }) => {
    const silent = await run({ exits: 0 });
    await engine.wait(silent, signal);
    for (const id of [silent, await create({})]) expect(await read(engine, id, {})).toEqual({ stdout: "", stderr: "" });
  });
}

function describeChanges(inWorld: In): void {
  inWorld("tells of whatever happens to a container", async ({ engine, stack, create, ...hands }) => {
    const { time } = await engine.connect(signal);
    const seen = await listen(engine, stack, time - 1);
    const id = await create({});
    const steps: (() => Promise<unknown>)[] = [
      async () => {},
      () => engine.start(id, signal),
      () => hands.pause(id),
      () => hands.unpause(id),
      () => hands.rename(id, `${stack}-renamed`),
      () => engine.stop(id, { timeout: 10 }, signal),
      () => hands.remove(id),
    ];
    for (const step of steps) {
      await step();
      await vi.waitFor(() => expect(seen.splice(0)).toContain(id), eventually);
      await pause(100);
      seen.splice(0);
    }
  });
  inWorld("tells of an update", async ({ engine, stack, run }) => {
    const id = await run({});
    await pause(1100);
    const seen = await listen(engine, stack, (await engine.connect(signal)).time);
    await engine.update(id, { restartPolicy: { name: "always" } }, signal);
    await vi.waitFor(() => expect(seen).toEqual([id]), eventually);
  });
}

const mega = 1024 ** 2;

function labelOf(stack: string): string {
  return `com.docker.compose.project=${stack}`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function state(engine: PlatformEngine, id: string, status: string): Promise<ContainerDetails> {
  return vi.waitFor(async () => {
    const container = await engine.inspect(id, signal);
    expect(container?.status).toBe(status);
    return container!;
  }, eventually);
}

async function failureOf(call: Promise<unknown>): Promise<EngineFailure | undefined> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineError);
  return (error as EngineError).failure;
}

function observed<T>(promise: Promise<T>): { readonly promise: Promise<T>; value: T | "waits" } {
  const seen: { readonly promise: Promise<T>; value: T | "waits" } = { promise, value: "waits" };
  promise.then(
    (value) => (seen.value = value),
    () => {},
  );
  return seen;
}

/** The text of each stream, to the end of the output. */
export async function read(
  engine: PlatformEngine,
  id: string,
  options: LogOptions,
  until: AbortSignal = signal,
): Promise<Readonly<Record<LogChunk["stream"], string>>> {
  const parts: Record<LogChunk["stream"], Uint8Array[]> = { stdout: [], stderr: [] };
  for await (const { stream, bytes } of (await engine.logs(id, options, until))!) parts[stream].push(bytes);
  return { stdout: Buffer.concat(parts.stdout).toString(), stderr: Buffer.concat(parts.stderr).toString() };
}

async function spoken(engine: PlatformEngine, id: string, word: string): Promise<void> {
  await vi.waitFor(async () => {
    const { stdout, stderr } = await read(engine, id, {});
    expect(stdout + stderr).toContain(word);
  }, eventually);
}

async function listen(engine: PlatformEngine, stack: string, since: number): Promise<string[]> {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const changes = await engine.changes(labelOf(stack), since, stop.signal);
  const seen: string[] = [];
  void (async () => {
    for await (const id of changes) seen.push(id);
  })().catch(() => {});
  return seen;
}
