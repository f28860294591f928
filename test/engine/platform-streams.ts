import { unpackTar } from "modern-tar";
import { expect, onTestFinished, vi } from "vitest";
import type { LogChunk } from "../../src/docker/engine.ts";
import type { LogOptions, PlatformEngine } from "../../src/docker/platform-engine.ts";
import { eventually, labelOf, pause, signal, type InPlatformWorld } from "./platform-world.ts";

/** What a container has written. */
export function describeLogs(inWorld: InPlatformWorld): void {
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
  inWorld("follows until the container stops", async ({ engine, run, speak, crash, moment }) => {
    const id = await run({});
    const output = read(engine, id, { follow: true });
    await moment();
    await speak(id);
    await moment();
    await speak(id);
    await moment();
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

/** The files of a container, as archives. */
export function describeArchives(inWorld: InPlatformWorld): void {
  const notes = { "notes/a": "kept", "notes/b/c": "kept" };
  inWorld("gives a folder of a volume as an archive, while the container runs and after it", async (world) => {
    const { engine, run } = world;
    const id = await run({ keepsNotes: true });
    await vi.waitFor(async () => expect(await filesIn(engine, id, "/data/notes")).toEqual(notes), eventually);
    await engine.stop(id, {}, signal);
    expect(await filesIn(engine, id, "/data/notes")).toEqual(notes);
    expect(await filesIn(engine, id, "/data/notes/a")).toEqual({ a: "kept" });
  });
  inWorld("says that a path is not there", async ({ engine, run, create }) => {
    const [ran, unstarted] = [await run({ keepsNotes: true, exits: 0 }), await create({ keepsNotes: true })];
    await engine.wait(ran, signal);
    for (const path of ["/data/notes/d", "/data/notes/a b&c?d#e%2f", "/none"])
      expect(await engine.archive(ran, path, signal)).toBeUndefined();
    expect(await engine.archive(unstarted, "/data/notes", signal)).toBeUndefined();
  });
}

async function filesIn(engine: PlatformEngine, id: string, path: string): Promise<Readonly<Record<string, string>>> {
  const parts: Uint8Array[] = [];
  for await (const bytes of (await engine.archive(id, path, signal)) ?? []) parts.push(bytes);
  const entries = parts.length === 0 ? [] : await unpackTar(Buffer.concat(parts), { strict: true });
  const files = entries.filter(({ header }) => header.type === "file");
  return Object.fromEntries(files.map(({ header, data }) => [header.name, Buffer.from(data ?? []).toString()]));
}

/** What the engine tells by itself. */
export function describeChanges(inWorld: InPlatformWorld): void {
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

/** The text of each stream, to the end of the output. */
async function read(
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
