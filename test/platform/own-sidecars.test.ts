import { expect, onTestFinished, test } from "vitest";
import { createOwnSidecars, type Duty, type OwnSidecars } from "../../src/platform/own-sidecars.ts";
import type { LogEntry } from "../../src/sidecar/log.ts";
import { FakeClock, quiet } from "../engine/fake-clock.ts";
import { FakeEngine } from "../engine/fake-engine.ts";
import { configOf, settle } from "../sidecar/stage.ts";
import { MemoryRuns } from "../sidecar/runs/world.ts";

interface Served {
  readonly clock: FakeClock;
  readonly engine: FakeEngine;
  readonly sidecars: OwnSidecars;
  readonly memory: MemoryRuns;
  readonly logged: (LogEntry & { readonly project: string })[];
  readonly stop: AbortController;
}

/** Two stacks, `shop` and `blog`, with a job each. */
function served(): Served {
  const clock = new FakeClock();
  const engine = new FakeEngine(clock);
  const memory = new MemoryRuns();
  const stop = new AbortController();
  const logged: Served["logged"] = [];
  onTestFinished(() => stop.abort());
  const sidecars = createOwnSidecars({
    engine: () => engine,
    isFolder: () => true,
    clock,
    random: () => 0.5,
    log: (project) => (entry) => logged.push({ project, ...entry }),
    runs: memory.store,
    ownId: undefined,
    signal: stop.signal,
  });
  return { clock, engine, sidecars, memory, logged, stop };
}

const duty = (...args: Parameters<typeof configOf>): Duty => ({ config: configOf(...args), isHeld: false });
const job = duty({ job: "OFF/ALWAYS" });
const heldJob: Duty = { ...job, isHeld: true };

test("live 6: it is the sidecar of its stacks, each with its own config, and keeps their runs", async () => {
  const { clock, engine, sidecars, memory } = served();
  sidecars.set("shop", job);
  sidecars.set("blog", duty({ job: "OFF/ON_FAILURE" }, "blog"));
  const [shop, blog, other] = ["shop", "blog", "other"].map((project) => engine.run({ project })) as [
    string,
    string,
    string,
  ];
  for (const id of [shop, blog, other]) engine.exit(id, 0);
  await clock.pass(settle + 1);
  expect([shop, blog, other].map((id) => engine.has(id))).toEqual([false, true, true]);
  expect(memory.all().map(({ project, done }) => [project, done])).toEqual([
    ["blog", undefined],
    ["shop", "removed"],
  ]);
  expect(sidecars.projects()).toEqual(["shop", "blog"]);
});

test("live 6: when it starts, it does what was missed, and logs before what it is about to remove", async () => {
  const { clock, engine, sidecars, logged } = served();
  const id = engine.run({ name: "shop-job-1" });
  engine.exit(id, 3);
  await clock.pass(3600);
  sidecars.set("shop", job);
  await clock.pass(1);
  expect(engine.has(id)).toBe(true);
  expect(logged).toContainEqual(
    expect.objectContaining({ project: "shop", event: "stopped", name: "shop-job-1", exitCode: 3 }),
  );
  await clock.pass(settle);
  expect(engine.has(id)).toBe(false);
});

test("live 3.6: a sidecar that is held removes nothing; afterwards it looks again", async () => {
  const { clock, engine, sidecars } = served();
  sidecars.set("shop", job);
  sidecars.set("blog", duty({ job: "OFF/ALWAYS" }, "blog"));
  await clock.pass(1);
  sidecars.set("shop", heldJob);
  sidecars.set("shop", heldJob);
  const [shop, blog] = [engine.run(), engine.run({ project: "blog" })];
  for (const id of [shop, blog]) engine.exit(id, 0);
  await clock.pass(200);
  expect([engine.has(shop), engine.has(blog)]).toEqual([true, false]);
  sidecars.set("shop", job);
  await clock.pass(1);
  expect(engine.has(shop)).toBe(false);
});

test("live 3.6: a sidecar can be held from its start", async () => {
  const { clock, engine, sidecars } = served();
  sidecars.set("shop", heldJob);
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(100);
  expect(engine.has(id)).toBe(true);
  sidecars.set("shop", job);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
});

test("a changed config counts at once, and without one the sidecar ends", async () => {
  const { clock, engine, sidecars, logged } = served();
  sidecars.set("shop", duty({ other: "OFF/ALWAYS" }));
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(100);
  expect(engine.has(id)).toBe(true);
  sidecars.set("shop", job);
  sidecars.set("shop", job);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
  const kept = engine.run();
  sidecars.set("shop", undefined);
  sidecars.set("shop", undefined);
  engine.exit(kept, 0);
  await clock.pass(100);
  expect(engine.has(kept)).toBe(true);
  expect(logged.filter(({ event }) => event === "ended")).toHaveLength(1);
  expect(engine.streams).toBe(0);
  sidecars.set("shop", job);
  await clock.pass(settle + 1);
  expect(engine.has(kept)).toBe(false);
});

test("an engine that is away for an hour ends no sidecar, and what happened meanwhile is done", async () => {
  const { clock, engine, sidecars, logged } = served();
  sidecars.set("shop", duty({ other: "OFF/ALWAYS" }));
  await clock.pass(1);
  const id = engine.run();
  engine.die();
  sidecars.set("shop", job);
  await clock.pass(3600);
  expect(logged.filter(({ level }) => level !== "info").length).toBeLessThan(3);
  engine.revive();
  engine.exit(id, 0);
  await clock.pass(60 + settle);
  expect(engine.has(id)).toBe(false);
});

test("a hold outlives the engine's absence", async () => {
  const { clock, engine, sidecars } = served();
  sidecars.set("shop", job);
  await clock.pass(1);
  sidecars.set("shop", heldJob);
  engine.die();
  await clock.pass(300);
  engine.revive();
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(300);
  expect(engine.has(id)).toBe(true);
  sidecars.set("shop", job);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
});

test("the signal ends all of them, and the removal that is under way is waited for", async () => {
  const { clock, engine, sidecars, memory, stop } = served();
  sidecars.set("shop", job);
  sidecars.set("blog", duty({ job: "OFF/ALWAYS" }, "blog"));
  engine.takes.remove = 3;
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(settle + 1);
  stop.abort();
  let hasEnded = false;
  void sidecars.ended().then(() => (hasEnded = true));
  await quiet();
  expect(hasEnded).toBe(false);
  await clock.pass(3);
  expect([hasEnded, engine.has(id)]).toEqual([true, false]);
  expect(memory.all()).toMatchObject([{ done: "removed" }]);
  sidecars.set("late", job);
  await sidecars.ended();
});
