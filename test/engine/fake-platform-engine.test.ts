import { describe, expect, test } from "vitest";
import { EngineError } from "../../src/docker/engine.ts";
import { signal } from "./adapter.ts";
import { FakeClock, quiet } from "./fake-clock.ts";
import { FakeEngine } from "./fake-engine.ts";
import { FakePlatformEngine } from "./fake-platform-engine.ts";

function stage() {
  const clock = new FakeClock();
  const fake = new FakeEngine(clock);
  return { clock, fake, platform: new FakePlatformEngine(fake) };
}

/** Numbers that are the same in every run (Park and Miller). */
function numbers(seed: number): (below: number) => number {
  let last = seed;
  return (below) => (last = (last * 48_271) % 2_147_483_647) % below;
}

describe("the fake engine of live services", () => {
  test("a sidecar's engine has the same containers", async () => {
    const { fake, platform } = stage();
    const id = platform.run({ project: "shop", service: "web" });
    expect((await fake.list("com.docker.compose.project=shop", signal)).map((container) => container.id)).toEqual([id]);
    fake.exit(id, 3);
    expect(await platform.inspect(id, signal)).toMatchObject({ status: "exited", exitCode: 3 });
    expect(await fake.remove(id, { volumes: false }, signal)).toBe("removed");
    expect(await platform.containers("com.docker.compose.project=shop", signal)).toEqual([]);
  });
  test("while it is unreachable every call fails, and what went on has ended", async () => {
    const { fake, platform } = stage();
    const id = platform.run();
    const reading = platform.logs(id, { follow: true }, signal);
    const waiting = expect(platform.wait(id, signal)).rejects.toThrow("the connection broke");
    const output = (await reading)!;
    const end = (async () => {
      for await (const chunk of output) throw new Error(`unexpected ${chunk.stream}`);
    })();
    await quiet();
    fake.die();
    await expect(end).rejects.toThrow("the connection broke");
    await waiting;
    for (const call of [
      () => platform.connect(signal),
      () => platform.info(signal),
      () => platform.containers("a", signal),
      () => platform.inspect(id, signal),
      () => platform.image("busybox:local", signal),
      () => platform.changes("a", 0, signal),
      () => platform.start(id, signal),
      () => platform.stop(id, {}, signal),
      () => platform.restart(id, {}, signal),
      () => platform.update(id, {}, signal),
      () => platform.wait(id, signal),
      () => platform.logs(id, {}, signal),
      () => platform.remove(id, { volumes: false }, signal),
    ])
      await expect(call()).rejects.toMatchObject({ failure: "unreachable" });
    fake.revive();
    expect(await platform.inspect(id, signal)).toMatchObject({ status: "running" });
    expect(fake.observers.size).toBe(0);
  });
  test("a call that is to fail does nothing", async () => {
    const { fake, platform } = stage();
    const id = platform.create();
    fake.fail("start", "conflict");
    await expect(platform.start(id, signal)).rejects.toMatchObject({ failure: "conflict" });
    expect(await platform.inspect(id, signal)).toMatchObject({ status: "created" });
    expect(await platform.start(id, signal)).toBe("changed");
  });
  test("an update in the pause before a restart comes too late for that one", async () => {
    const { clock, fake, platform } = stage();
    const id = platform.run({ restart: "always" });
    fake.exit(id, 3);
    expect((await platform.inspect(id, signal))?.status).toBe("restarting");
    await platform.update(id, { restartPolicy: { name: "no" } }, signal);
    await clock.pass(1);
    expect(await platform.inspect(id, signal)).toMatchObject({ status: "running", restartCount: 1 });
    fake.exit(id, 3);
    await clock.pass(100);
    expect(await platform.inspect(id, signal)).toMatchObject({ status: "exited", restartCount: 1 });
  });
  test("ten thousand steps: what it tells agrees with itself", async () => {
    const { clock, fake, platform } = stage();
    const below = numbers(7);
    const policies = ["no", "on-failure", "always", "unless-stopped"];
    const ids: string[] = [];
    const steps: readonly ((id: string) => unknown)[] = [
      () => ids.length < 20 && ids.push(platform.create({ project: "shop", restart: policies[below(4)] ?? "no" })),
      (id) => platform.start(id, signal),
      (id) => platform.stop(id, {}, signal),
      (id) => platform.restart(id, {}, signal),
      (id) => platform.update(id, { restartPolicy: { name: policies[below(4)] ?? "no" } }, signal),
      (id) => platform.remove(id, { volumes: true }, signal),
      (id) => fake.find(id)?.status === "running" && fake.exit(id, below(3)),
      (id) => fake.find(id)?.status === "running" && fake.pause(id),
      (id) => fake.find(id)?.status === "paused" && fake.pause(id, "running"),
      (id) => fake.has(id) && platform.write(id, "a line\n"),
      () => clock.pass(below(5)),
    ];
    for (let count = 0; count < 10_000; count++) {
      const id = ids[below(ids.length || 1)] ?? "";
      try {
        await steps[below(steps.length)]?.(id);
      } catch (error) {
        expect(error).toMatchObject({ failure: "conflict" });
        expect(error).toBeInstanceOf(EngineError);
      }
      if (id !== "" && !fake.has(id)) ids.splice(ids.indexOf(id), 1);
      const listed = await platform.containers("com.docker.compose.project=shop", signal);
      expect(listed.map((container) => container.id)).toEqual(ids);
      if (id === "") continue;
      const container = await platform.inspect(id, signal);
      expect(listed.find((one) => one.id === id)?.state).toBe(container?.status);
      if (container) expect(container.isAlive).toBe(["running", "paused", "restarting"].includes(container.status));
      if (container?.status === "restarting") expect(container.restartCount).toBeLessThan(1000);
    }
  });
});
