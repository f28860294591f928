import { expect, vi } from "vitest";
import { EngineError, type EngineFailure } from "../../src/docker/engine.ts";
import type { ContainerDetails, PlatformEngine } from "../../src/docker/platform-engine.ts";
import { describeWorld, type SuiteOptions } from "./conformance.ts";
import { describeArchives, describeChanges, describeLogs } from "./platform-streams.ts";
import { eventually, labelOf, signal, type InPlatformWorld, type PlatformWorld } from "./platform-world.ts";

/** What live services rely on in an engine, whichever it is. */
export function describePlatformEngine(
  name: string,
  setup: () => Promise<PlatformWorld>,
  options: SuiteOptions<PlatformWorld> = {},
): void {
  const parts = [describeReading, describeActions, describeUpdates, describeWaiting];
  const streams = [describeLogs, describeArchives, describeChanges];
  describeWorld(name, setup, [...parts, ...streams], options);
}

const nobody = "0".repeat(64);

function describeReading(inWorld: InPlatformWorld): void {
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
  inWorld("lists no networks and no volumes for a label that none has", async ({ engine, stack }) => {
    expect(await engine.networks(labelOf(`${stack}3`), signal)).toEqual([]);
    expect(await engine.volumes(labelOf(`${stack}3`), signal)).toEqual([]);
  });
  inWorld("knows a container by the first digits of its ID, and none by others", async ({ engine, run }) => {
    const id = await run({});
    expect((await engine.inspect(id.slice(0, 12), signal))?.id).toBe(id);
    expect(await engine.inspect(nobody, signal)).toBeUndefined();
  });
}

function describeActions(inWorld: InPlatformWorld): void {
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
    expect(await engine.archive(nobody, "/data", signal)).toBeUndefined();
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

function describeUpdates(inWorld: InPlatformWorld): void {
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
    const changed = { ...limits, cpuShares: 256, cpuset: "0-0" };
    expect(await engine.inspect(id, signal)).toMatchObject(changed);
    await engine.update(id, { memory: 0, memorySwap: 0, cpuShares: 0, cpuset: "" }, signal);
    expect(await engine.inspect(id, signal)).toMatchObject(changed);
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

function describeWaiting(inWorld: InPlatformWorld): void {
  inWorld("waits for the end, and gives the exit code", async ({ engine, run, crash, moment }) => {
    const id = await run({});
    const end = observed(engine.wait(id, signal));
    await moment();
    expect(end.value).toBe("waits");
    await crash(id);
    expect(await end.promise).toBe(3);
    expect(await engine.wait(id, signal)).toBe(3);
  });
  inWorld("waits for the next end, even if a restart follows", async ({ engine, run, crash, moment }) => {
    const id = await run({ restart: "always" });
    for (const restartCount of [1, 2]) {
      const end = engine.wait(id, signal);
      await moment();
      await crash(id);
      expect(await end).toBe(3);
      await vi.waitFor(async () => {
        const restarted = { status: "running", restartCount };
        expect(await engine.inspect(id, signal)).toMatchObject(restarted);
      }, eventually);
    }
  });
  inWorld("ends with 137 when the container is removed", async ({ engine, run, remove, moment }) => {
    const id = await run({});
    const end = engine.wait(id, signal);
    await moment();
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
      () => engine.info(stop.signal),
      () => engine.containers("a", stop.signal),
      () => engine.start(id, stop.signal),
      () => engine.logs(id, {}, stop.signal),
      () => engine.archive(id, "/data", stop.signal),
    ])
      await expect(call()).rejects.toBe(reason);
  });
}

const mega = 1024 ** 2;

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
