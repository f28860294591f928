import { expect, test } from "vitest";
import { configOf, play, settle, stage } from "./stage.ts";

test("scenario 29: a container that is gone is forgotten", async () => {
  const { engine, clock, logged } = await play(stage());
  const id = engine.run();
  engine.exit(id, 0);
  engine.delete(id);
  await clock.pass(200);
  expect(engine.asked("remove")).toBe(0);
  expect(engine.asked("inspect", id)).toBeLessThanOrEqual(3);
  expect(logged.filter(({ level }) => level !== "info")).toEqual([]);
});

test("scenario 31: a removal that fails is tried again, later each time", async () => {
  const { engine, clock, said, health } = await play(stage(undefined, { random: () => 0.999 }));
  const id = engine.run();
  engine.exit(id, 0);
  engine.fail("remove", "failed", 3);
  await clock.pass(settle + 1);
  engine.set(id, { status: "dead" });
  await clock.pass(20);
  expect(engine.has(id)).toBe(false);
  const times = engine.calls.filter(({ method }) => method === "remove").map(({ at }) => at);
  const gaps = times.slice(1).map((at, index) => Math.round((at - times[index]!) / 1000));
  expect(gaps).toEqual([1, 2, 4]);
  expect(said("removed")[0]?.reason).toBe("succeeded; an earlier removal failed");
  expect(health.every((problem) => problem === undefined)).toBe(true);
});

test("scenario 32: a refusal with 500 (Podman) has the effect of 409: a running container is kept", async () => {
  const { engine, clock } = await play(stage());
  const id = engine.run();
  engine.exit(id, 0);
  engine.takes.remove = 1;
  engine.fail("remove", "failed");
  await clock.pass(settle + 0.5);
  engine.start(id);
  await clock.pass(100);
  expect(engine.asked("remove")).toBe(1);
  expect(engine.get(id).status).toBe("running");
});

test("after ten failures in a row a container is checked every five minutes", async () => {
  const { engine, clock, logged } = await play(stage(undefined, { random: () => 0 }));
  const id = engine.run();
  engine.exit(id, 0);
  engine.fail("remove", "failed", 1000);
  await clock.pass(settle + 60);
  const tried = engine.asked("remove");
  expect(tried).toBe(10);
  await clock.pass(600);
  expect(engine.asked("remove") - tried).toBe(2);
  expect(logged.filter(({ level }) => level === "error")).toHaveLength(1);
});

test("scenario 33: a forbidden removal makes the sidecar unhealthy, and is tried every five minutes", async () => {
  const { engine, clock, logged, health } = await play(stage());
  const id = engine.run();
  engine.exit(id, 0);
  engine.fail("remove", "forbidden", 3);
  await clock.pass(settle + 1);
  expect(health.at(-1)).toBe("remove failed");
  await clock.pass(290);
  expect(engine.asked("remove")).toBe(1);
  expect(health.at(-1)).toBe("the engine forbids calls that the sidecar needs");
  await clock.pass(1000);
  expect(engine.asked("remove")).toBe(4);
  expect(engine.has(id)).toBe(false);
  expect(health.at(-1)).toBeUndefined();
  expect(logged.filter(({ level }) => level === "error")).toHaveLength(1);
});

test("scenario 33: a forbidden inspect, list, or stream makes the sidecar unhealthy without a hot loop", async () => {
  for (const method of ["inspect", "list", "changes", "connect"] as const) {
    const on = stage();
    const id = on.engine.run();
    on.engine.exit(id, 0);
    on.engine.fail(method, "forbidden", 1000);
    await play(on);
    await on.clock.pass(600);
    expect(on.engine.asked(method)).toBeLessThan(60);
    expect(on.health).not.toEqual([]);
    expect(on.health.at(-1)).toBeDefined();
    expect(on.engine.has(id)).toBe(true);
  }
});

test("scenario 34: a list that fails is not taken for an empty one, and plans are kept", async () => {
  const { engine, clock } = await play(stage(undefined, { random: () => 0 }));
  await clock.pass(50);
  const id = engine.run();
  engine.exit(id, 0);
  engine.fail("list", "failed");
  await clock.pass(settle + 1);
  expect(engine.asked("connect")).toBe(2);
  expect(engine.has(id)).toBe(false);
});

test("scenario 5: a container that somebody else removes first is no error", async () => {
  const { engine, clock, logged, said } = await play(stage());
  const id = engine.run();
  engine.exit(id, 0);
  engine.takes.remove = 1;
  await clock.pass(settle + 0.5);
  engine.delete(id);
  await clock.pass(5);
  expect(said("already gone")).toHaveLength(1);
  expect(logged.filter(({ level }) => level !== "info")).toEqual([]);
});

test("a dry run says what it would remove, once, and removes nothing", async () => {
  const { engine, clock, said } = await play(stage(undefined, { dryRun: true }));
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(300);
  expect(engine.asked("remove")).toBe(0);
  expect(said("would remove").map(({ container }) => container)).toEqual([id]);
});

test("once: ends when every container has been processed", async () => {
  const on = stage(configOf({ job: "OFF/ON_SUCCESS" }), { once: true });
  const { engine } = on;
  const [done, failed, running, crashing] = [
    engine.run(),
    engine.run(),
    engine.run(),
    engine.run({ restart: "on-failure" }),
  ];
  engine.exit(done, 0);
  engine.exit(failed, 1);
  engine.set(crashing, { status: "restarting" });
  await play(on);
  await on.clock.pass(settle - 1);
  expect(on.ended).toBeUndefined();
  await on.clock.pass(2);
  expect(on.ended).toEqual({ removed: 1, failed: 0 });
  expect([done, failed, running, crashing].map((id) => engine.has(id))).toEqual([false, true, true, true]);
  expect(engine.streams).toBe(0);
});

test("once: says how many removals failed, and with nothing to do it ends at once", async () => {
  const on = stage(undefined, { once: true });
  on.engine.exit(on.engine.run(), 0);
  on.engine.fail("remove", "failed");
  await play(on);
  await on.clock.pass(settle + 1);
  expect(on.ended).toEqual({ removed: 0, failed: 1 });
  const empty = await play(stage(undefined, { once: true }));
  expect(empty.ended).toEqual({ removed: 0, failed: 0 });
});

test("a container that runs again is no longer forbidden, nor held", async () => {
  const { engine, clock, health } = await play(stage());
  const id = engine.run();
  engine.exit(id, 0);
  engine.fail("remove", "forbidden");
  await clock.pass(settle + 1);
  expect(health.at(-1)).toBe("remove failed");
  engine.start(id);
  await clock.pass(70);
  expect(health.at(-1)).toBeUndefined();
  engine.exit(id, 0);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
});

test("an answer that is too old to act on is requested again: the container may have run since", async () => {
  const { engine, clock, said } = await play(stage(configOf({ job: "OFF/ON_FAILURE" })));
  const id = engine.run();
  engine.exit(id, 1);
  await clock.pass(settle - 1);
  const inspect = engine.inspect.bind(engine);
  engine.inspect = async (...asked) => {
    const old = await inspect(...asked);
    engine.inspect = inspect;
    await clock.pass(20);
    engine.start(id);
    engine.exit(id, 0);
    return old;
  };
  await clock.pass(60);
  expect(engine.has(id)).toBe(true);
  expect(engine.asked("remove")).toBe(0);
  expect(said("failed")[0]?.reason).toBe("the engine's answer is 20.0 s old, and the container may have run since");
});

test("an engine that reports a container as gone, but still has it, is not believed", async () => {
  const { engine, clock, said, health, metrics } = await play(stage());
  const id = engine.run();
  engine.remove = () => Promise.resolve("gone");
  engine.exit(id, 0);
  await clock.pass(3600);
  expect(said("already gone")).toEqual([]);
  expect(said("failed").map(({ level }) => level)).toEqual(["warning", "error"]);
  expect(health.at(-1)).toBe("1 container could not be processed; see the log");
  expect(metrics.text({ stack: "shop", containers: { pending: 0, settling: 0, failing: 1, kept: 0 } })).toMatch(
    /result="failed"\} [1-9]/,
  );
});

test("a container that cannot be checked for long makes the sidecar unhealthy, until it can", async () => {
  const { engine, clock, health } = await play(stage());
  const id = engine.run();
  engine.fail("inspect", "failed", 12);
  engine.exit(id, 0);
  await clock.pass(600);
  expect(health).toContain("1 container could not be processed; see the log");
  await clock.pass(600);
  expect(engine.has(id)).toBe(false);
  expect(health.at(-1)).toBeUndefined();
});

test("the sidecar is unhealthy when a container fails, or has no answer, for longer than a minute", async () => {
  for (const trouble of ["fails", "hangs"]) {
    for (const method of ["inspect", "remove"] as const) {
      const { engine, clock, health } = await play(stage());
      const id = engine.run();
      if (trouble === "hangs") engine.takes[method] = 10_000;
      else engine.fail(method, "failed", 9);
      engine.exit(id, 0);
      await clock.pass(75);
      expect(health.at(-1), `${method} ${trouble}`).toBeUndefined();
      await clock.pass(70);
      expect(health.at(-1), `${method} ${trouble}`).toBe("1 container could not be processed; see the log");
    }
  }
});
