import { expect, test } from "vitest";
import { EngineError } from "../../../src/docker/engine.ts";
import { configOf, play, settle, stage } from "../stage.ts";
import { MemoryRuns, staged, textOf } from "./world.ts";

test("jobs 1.4: a log that cannot be read holds nothing up, and the run says so", async () => {
  const { engine, clock, memory, health, said } = await staged();
  engine.failures.logs = [
    new EngineError("failed", "the engine answers 501: configured logging driver does not support reading"),
    new EngineError("forbidden", "the engine answers 403"),
  ];
  const ids = [engine.run(), engine.run()];
  for (const id of ids) engine.exit(id, 0);
  await clock.pass(settle + 0.1);
  expect(ids.filter((id) => engine.has(id))).toEqual([]);
  expect(memory.all().map(({ output }) => output.problem)).toEqual([
    "the engine answers 403",
    "the engine answers 501: configured logging driver does not support reading",
  ]);
  expect(health.filter((problem) => problem !== undefined)).toEqual([]);
  expect(said("failed")).toEqual([]);
});

test("jobs 1.4: a log that breaks off is kept as far as it came", async () => {
  const { engine, clock, memory } = await staged();
  engine.logs = async () =>
    (async function* () {
      yield { stream: "stdout" as const, bytes: Buffer.from("begun\n") };
      throw new EngineError("failed", "no answer from the engine: socket hang up");
    })();
  engine.exit(engine.run(), 0);
  await clock.pass(1);
  expect(textOf(memory.all()[0]!)).toBe("begun\n");
  expect(memory.all()[0]?.output.problem).toBe("no answer from the engine: socket hang up");
});

test("jobs 1.4: 200 logs that hang hold nothing up for more than 2 s", async () => {
  const names = Array.from({ length: 200 }, (_, index) => `job${index}`);
  const { engine, clock, memory } = await staged(Object.fromEntries(names.map((name) => [name, "OFF/ALWAYS"])));
  engine.takes.logs = 3600;
  for (const service of names) engine.exit(engine.run({ service }), 0);
  await clock.pass(settle + 2.1);
  expect(engine.all()).toEqual([]);
  expect(memory.all()).toHaveLength(200);
  for (const { output } of memory.all()) expect(output.problem).toBe("the engine did not give the output in time");
});

test("jobs 1.4: a full disk holds nothing up, and the log says whose run is not kept", async () => {
  const { engine, clock, memory, said } = await staged();
  memory.files.full = new Error("ENOSPC: no space left on device, write");
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(settle + 0.1);
  expect(engine.has(id)).toBe(false);
  expect(said("run not kept")).toEqual([
    {
      level: "warning",
      event: "run not kept",
      container: id,
      name: "shop-job-1",
      service: "job",
      reason: "its run is not kept: ENOSPC: no space left on device, write",
    },
  ]);
});

test("jobs 1.4: a disk that does not answer holds nothing up", async () => {
  const { engine, clock, memory, said } = await staged();
  memory.files.hanging = new Promise(() => {});
  const ids = [engine.run(), engine.run()];
  for (const id of ids) engine.exit(id, 0);
  await clock.pass(settle + 0.1);
  expect(ids.filter((id) => engine.has(id))).toEqual([]);
  expect(said("run not kept").map(({ reason }) => reason)).toContain(
    "its run is not kept: it took more than 2 s to look for the run",
  );
});

test("jobs 1.4: with the shortest settle time, a log and a disk that hang cost 4 s together", async () => {
  const memory = new MemoryRuns();
  const config = { ...configOf({ job: "OFF/ALWAYS" }), settleSeconds: 2 };
  const { engine, clock } = await play(stage(config, { runs: memory.store }));
  engine.takes.logs = 3600;
  memory.files.create = () => new Promise(() => {});
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(6.1);
  expect(engine.has(id)).toBe(false);
});

test("jobs 1.5: one call for each end, and none without a store or in a dry run", async () => {
  const { engine, clock } = await staged();
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(200);
  expect(engine.asked("logs")).toBe(1);
  const without = await play(stage());
  without.engine.exit(without.engine.run(), 0);
  await without.clock.pass(200);
  expect(without.engine.asked("logs")).toBe(0);
  const trial = await staged(undefined, { dryRun: true });
  trial.engine.exit(trial.engine.run(), 0);
  await trial.clock.pass(200);
  expect(trial.engine.asked("logs")).toBe(0);
  expect(trial.memory.all()).toEqual([]);
});

test("with `once`, the runs are in the store when it ends", async () => {
  const memory = new MemoryRuns();
  const on = stage(undefined, { runs: memory.store, once: true });
  const id = on.engine.run();
  on.engine.exit(id, 0);
  await play(on);
  await on.clock.pass(settle + 1);
  expect(on.ended).toEqual({ removed: 1, failed: 0 });
  expect(memory.all()).toMatchObject([{ done: "removed" }]);
});

test("a sidecar that is told to end begins no run, and ends in time", async () => {
  const on = await staged();
  on.engine.takes.logs = 3600;
  on.engine.exit(on.engine.run(), 0);
  await on.clock.pass(1);
  on.stop.abort();
  await on.clock.pass(0.1);
  expect(on.ended).toEqual({ removed: 0, failed: 0 });
  expect(on.memory.all()).toEqual([]);
});
