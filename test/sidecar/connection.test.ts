import { expect, test } from "vitest";
import { EngineError } from "../../src/docker/engine.ts";
import type { FakeEngine } from "../engine/fake-engine.ts";
import { configOf, play, settle, stage } from "./stage.ts";

test("scenario 15: an engine that shuts down stops containers and starts them again later: they are kept", async () => {
  const { engine, clock } = await play(stage(configOf({ job: "ON_FAILURE/ALWAYS" })));
  const [always, onFailure, done] = [
    engine.run({ restart: "always" }),
    engine.run({ restart: "on-failure" }),
    engine.run({ restart: "on-failure" }),
  ];
  for (const id of [always, onFailure]) engine.stop(id, 143);
  engine.stop(done, 0);
  engine.die();
  await clock.pass(40);
  for (const id of [always, onFailure]) engine.start(id);
  engine.revive();
  await clock.pass(60);
  expect([engine.has(always), engine.has(onFailure), engine.has(done)]).toEqual([true, true, false]);
});

test("scenario 16: a shutdown longer than the settle time: nothing is removed after the stream is lost", async () => {
  const { engine, clock } = await play(stage());
  const id = engine.run({ restart: "on-failure" });
  engine.stop(id, 143);
  await clock.pass(settle - 2);
  engine.drop();
  engine.failures.connect = Array.from({ length: 8 }, () => new EngineError("failed", "shutting down"));
  await clock.pass(20);
  expect(engine.asked("connect")).toBeGreaterThan(3);
  expect(engine.asked("remove")).toBe(0);
  engine.start(id);
  await clock.pass(100);
  expect(engine.get(id).status).toBe("running");
  expect(engine.asked("remove")).toBe(0);
});

test("scenario 16: nothing is removed when nothing listens any more, though the stream still stands", async () => {
  const { engine, clock, said } = await play(stage());
  const id = engine.run();
  engine.stop(id, 143);
  engine.down = new EngineError("unreachable", "nothing listens");
  await clock.pass(settle + 1);
  expect(said("disconnected").map(({ reason }) => reason)).toEqual(["nothing listens"]);
  expect(engine.streams).toBe(0);
  engine.start(id);
  engine.revive();
  await clock.pass(60);
  expect(engine.get(id).status).toBe("running");
});

test("while the stream is down, a reconcile must succeed before anything is removed", async () => {
  const { engine, clock } = await play(stage());
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(settle - 1);
  engine.fail("list", "failed", 6);
  engine.drop();
  await clock.pass(3);
  expect(engine.asked("list")).toBeGreaterThan(2);
  expect(engine.has(id)).toBe(true);
  expect(engine.asked("remove")).toBe(0);
  await clock.pass(60);
  expect(engine.has(id)).toBe(false);
});

test("scenario 17, 21, 22: exits that nobody saw are found at the start and after each gap", async () => {
  const on = stage();
  const { engine, clock } = on;
  const before = engine.run();
  engine.exit(before, 0);
  await play(on);
  await clock.pass(settle + 1);
  expect(engine.has(before)).toBe(false);
  const meanwhile = Array.from({ length: 300 }, () => engine.run());
  engine.die();
  for (const id of meanwhile) engine.exit(id, 0);
  await clock.pass(20);
  engine.revive();
  await clock.pass(60);
  expect(meanwhile.filter((id) => engine.has(id))).toEqual([]);
});

test("scenario 19, 51: after 60 s in which nothing listened, the sidecar gives up", async () => {
  const on = stage();
  on.engine.down = new EngineError("unreachable", "connect ENOENT /var/run/docker.sock");
  await play(on);
  await on.clock.pass(59);
  expect(on.ended).toBeUndefined();
  expect(on.health).toEqual([]);
  await on.clock.pass(2);
  expect(on.ended).toEqual({ error: on.engine.down });
  expect(on.said("disconnected")).toHaveLength(1);
});

test("scenario 51: other failures than refusal are tried for ever, 0.25 s to 30 s apart", async () => {
  const on = stage();
  on.engine.failures.connect = Array.from({ length: 1000 }, () => new EngineError("failed", "no answer"));
  await play(on);
  await on.clock.pass(600);
  expect(on.ended).toBeUndefined();
  const times = on.engine.calls.map(({ at }) => at);
  const gaps = times.slice(1).map((at, index) => at - times[index]!);
  expect(gaps[0]).toBe(250);
  expect(Math.min(...gaps)).toBe(250);
  expect(gaps.at(-1)).toBeGreaterThan(10_000);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
  expect(on.said("disconnected")).toHaveLength(1);
});

test("refusals that are not continuous do not make the sidecar give up", async () => {
  const on = await play(stage());
  for (let time = 0; time < 4; time++) {
    on.engine.die();
    await on.clock.pass(45);
    on.engine.revive();
    await on.clock.pass(40);
  }
  expect(on.ended).toBeUndefined();
  expect(on.said("connected")).toHaveLength(5);
});

test("scenario 20: a new sidecar completes what another one left, and nothing else", async () => {
  const first = await play(stage());
  const { engine, clock } = first;
  const [ended, running] = [engine.run(), engine.run()];
  engine.exit(ended, 0);
  await clock.pass(settle - 1);
  first.stop.abort();
  await clock.pass(5);
  expect(first.ended).toEqual({ removed: 0, failed: 0 });
  await play(stage(configOf({ job: "OFF/ALWAYS" }), { engine, clock }));
  await clock.pass(settle - 1);
  expect(engine.has(ended)).toBe(true);
  await clock.pass(2);
  expect([engine.has(ended), engine.has(running)]).toEqual([false, true]);
});

test("scenario 23: an event that tells of an old exit changes nothing", async () => {
  const { engine, clock, logged } = await play(stage());
  const id = engine.run();
  const before = logged.length;
  for (let time = 0; time < 5; time++) engine.tell(id);
  await clock.pass(30);
  expect(engine.has(id)).toBe(true);
  expect(logged).toHaveLength(before);
});

test("scenario 24: events may come twice, late, or in any order", async () => {
  for (const extra of [0, 1, 5]) {
    const { engine, clock } = await play(stage());
    const [ended, running] = [engine.run(), engine.run()];
    engine.exit(ended, 0);
    for (let time = 0; time < extra; time++) for (const id of [running, ended]) engine.tell(id);
    await clock.pass(settle / 2);
    for (let time = 0; time < extra; time++) for (const id of [ended, running]) engine.tell(id);
    await clock.pass(settle);
    expect([engine.has(ended), engine.has(running)]).toEqual([false, true]);
    expect(engine.asked("remove")).toBe(1);
  }
});

test("scenario 26: a silent stream stays; a reconcile that fails ends it", async () => {
  const { engine, clock, said } = await play(stage());
  await clock.pass(20 * 60);
  expect(engine.asked("connect")).toBe(1);
  expect(engine.asked("list")).toBe(21);
  engine.fail("list", "failed");
  await clock.pass(61);
  expect(engine.asked("connect")).toBe(2);
  expect(engine.streams).toBe(1);
  expect(said("disconnected")).toHaveLength(1);
});

test("a reconcile comes every 54 s to 66 s", async () => {
  for (const [random, seconds] of [
    [0, 54],
    [0.999, 65.99],
  ] as const) {
    const { engine, clock } = await play(stage(undefined, { random: () => random }));
    await clock.pass(seconds - 0.1);
    expect(engine.asked("list")).toBe(1);
    await clock.pass(0.2);
    expect(engine.asked("list")).toBe(2);
  }
});

test("scenario 27: a stream that ends every ten minutes costs two lines of log, and no exit", async () => {
  const { engine, clock, logged } = await play(stage());
  const start = logged.length;
  for (let time = 0; time < 6; time++) {
    await clock.pass(600);
    engine.drop();
    engine.exit(engine.run(), 0);
  }
  await clock.pass(settle + 5);
  expect(engine.asked("remove")).toBe(6);
  expect(logged.slice(start).filter(({ event }) => event === "connected" || event === "disconnected")).toHaveLength(12);
});

test("scenario 28: an inspect that hangs holds up neither the stream nor other containers", async () => {
  const { engine, clock } = await play(stage());
  const [slow, other] = [engine.run(), engine.run()];
  await clock.pass(1);
  engine.takes.inspect = 60;
  engine.tell(slow);
  await clock.pass(1);
  engine.takes.inspect = 0;
  engine.exit(other, 0);
  for (let time = 0; time < 100; time++) engine.tell(slow);
  await clock.pass(settle + 1);
  expect(engine.has(other)).toBe(false);
  expect(engine.asked("inspect", slow)).toBeLessThan(4);
});

test("scenario 35: an engine that comes back with another version is greeted again", async () => {
  const { engine, clock, said } = await play(stage());
  engine.die();
  engine.apiVersion = "1.44";
  await clock.pass(5);
  engine.revive();
  await clock.pass(30);
  expect(said("connected").map(({ reason }) => reason?.split(";")[0])).toEqual(["API 1.41", "API 1.44"]);
});

test("scenario 44: two sidecars of one stack do no harm", async () => {
  const first = await play(stage());
  const { engine, clock } = first;
  const second = await play(stage(configOf({ job: "OFF/ALWAYS" }), { engine, clock }));
  const ids = Array.from({ length: 5 }, () => engine.run());
  engine.takes.remove = 0.1;
  for (const id of ids) engine.exit(id, 0);
  await clock.pass(settle + 5);
  expect(ids.filter((id) => engine.has(id))).toEqual([]);
  expect(first.said("removed").length + second.said("removed").length).toBe(5);
  expect([...first.logged, ...second.logged].filter(({ level }) => level !== "info")).toEqual([]);
});

test("scenario 48: of 500 containers that end at once, four at a time are asked for", async () => {
  const { engine, clock } = await play(stage());
  const ids = Array.from({ length: 500 }, () => engine.run());
  await clock.pass(1);
  engine.busiest = 0;
  Object.assign(engine.takes, { inspect: 0.01, remove: 0.02 });
  for (const id of ids) engine.exit(id, 0);
  await clock.pass(60);
  expect(ids.filter((id) => engine.has(id))).toEqual([]);
  expect(engine.busiest).toBe(4);
});

test("scenario 52: asked to end during a removal, it lets it finish", async () => {
  const on = await play(stage());
  const [first, second] = [on.engine.run(), on.engine.run()];
  on.engine.takes.remove = 3;
  on.engine.exit(first, 0);
  await on.clock.pass(1);
  on.engine.exit(second, 0);
  await on.clock.pass(settle - 0.5);
  expect(on.engine.asked("remove")).toBe(1);
  on.stop.abort();
  await on.clock.pass(2);
  expect(on.ended).toBeUndefined();
  await on.clock.pass(1);
  expect(on.ended).toEqual({ removed: 1, failed: 0 });
  await on.clock.pass(60);
  expect([on.engine.has(first), on.engine.has(second)]).toEqual([false, true]);
});

test("scenario 52: a removal that takes too long is abandoned after 5 s", async () => {
  const on = await play(stage());
  on.engine.takes.remove = 50;
  on.engine.exit(on.engine.run(), 0);
  await on.clock.pass(settle + 1);
  on.stop.abort();
  await on.clock.pass(4.9);
  expect(on.ended).toBeUndefined();
  await on.clock.pass(0.2);
  expect(on.ended).toEqual({ removed: 0, failed: 0 });
  expect(on.said("abandoned")).toHaveLength(1);
});

test("asked to end while it waits for anything else, it ends at once", async () => {
  for (const prepare of [
    (engine: FakeEngine): unknown => (engine.takes.connect = 60),
    (engine: FakeEngine): unknown => (engine.takes.list = 60),
    (engine: FakeEngine): unknown => (engine.takes.inspect = 60),
    (engine: FakeEngine): unknown => engine.fail("connect", "failed", 10),
    (): unknown => undefined,
  ]) {
    const on = stage();
    prepare(on.engine);
    on.engine.exit(on.engine.run(), 0);
    await play(on);
    await on.clock.pass(1);
    on.stop.abort();
    await on.clock.pass(0.1);
    expect(on.ended).toEqual({ removed: 0, failed: 0 });
  }
});

test("a container is inspected once at a time, and once more when something happened meanwhile", async () => {
  const { engine, clock } = await play(stage());
  const id = engine.run();
  await clock.pass(1);
  const before = engine.asked("inspect", id);
  engine.busiest = 0;
  engine.takes.inspect = 2;
  for (let time = 0; time < 10; time++) {
    engine.tell(id);
    await clock.pass(0.1);
  }
  await clock.pass(20);
  expect(engine.busiest).toBe(1);
  expect(engine.asked("inspect", id) - before).toBe(2);
});

test("a connection whose first reconcile is slow removes nothing before it", async () => {
  const { engine, clock } = await play(stage());
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(settle - 2);
  engine.takes.list = 20;
  engine.drop();
  await clock.pass(19);
  expect(engine.streams).toBe(1);
  expect(engine.asked("remove")).toBe(0);
  await clock.pass(3);
  expect(engine.has(id)).toBe(false);
});

test("the stream begins a little before the connection: the engine answers before it listens", async () => {
  const { engine } = await play(stage());
  expect(engine.overlap).toBe(5);
});

test("refusals before and after a connection are not continuous", async () => {
  const on = stage();
  const { engine, clock } = on;
  const id = engine.run();
  engine.down = new EngineError("unreachable", "nothing listens");
  await play(on);
  await clock.pass(50);
  engine.revive();
  await clock.pass(40);
  expect(on.said("connected")).toHaveLength(1);
  engine.down = new EngineError("unreachable", "nothing listens");
  engine.tell(id);
  await clock.pass(50);
  expect(on.ended).toBeUndefined();
  await clock.pass(20);
  expect(on.ended).toBeDefined();
});

test("after a connection that held, the next one is tried soon", async () => {
  const on = stage();
  const { engine, clock } = on;
  engine.failures.connect = Array.from({ length: 9 }, () => new EngineError("failed", "no answer"));
  await play(on);
  await clock.pass(120);
  expect(on.said("connected")).toHaveLength(1);
  engine.drop();
  await clock.pass(0.3);
  expect(on.said("connected")).toHaveLength(2);
  for (let time = 0; time < 6; time++) {
    engine.drop();
    await clock.pass(0.3);
  }
  expect(on.said("connected").length).toBeLessThan(6);
});

test("a container that vanished unseen is asked for once more, and forgotten", async () => {
  const { engine, clock } = await play(stage(configOf({ job: "OFF/ON_SUCCESS" })));
  const id = engine.run();
  engine.exit(id, 1);
  await clock.pass(1);
  engine.die();
  engine.delete(id);
  engine.die();
  engine.revive();
  const before = engine.asked("inspect", id);
  await clock.pass(300);
  expect(engine.asked("inspect", id) - before).toBe(1);
});

test("an event stream that breaks again and again makes the sidecar unhealthy, until it stays", async () => {
  const { engine, clock, health } = await play(stage());
  const changes = engine.changes.bind(engine);
  engine.changes = async (...asked) => {
    clock.after(5, () => engine.drop());
    return changes(...asked);
  };
  engine.drop();
  await clock.pass(600);
  expect(health.at(-1)).toBe("the event stream keeps breaking");
  engine.changes = changes;
  await clock.pass(120);
  expect(health.at(-1)).toBeUndefined();
});

test("`once` does not wait for an engine that does not listen", async () => {
  const on = stage(undefined, { once: true });
  on.engine.die();
  await play(on);
  expect(on.ended).toMatchObject({ error: { failure: "unreachable" } });
});
