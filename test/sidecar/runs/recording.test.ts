import { expect, test } from "vitest";
import type { SidecarEngine, TailOptions } from "../../../src/docker/engine.ts";
import { configOf, play, settle, stage } from "../stage.ts";
import { MemoryRuns, staged, textOf } from "./world.ts";

test("jobs 1.1: a run says all about an end, and what was decided and done", async () => {
  const { engine, clock, memory } = await staged({ job: "OFF/ON_SUCCESS" });
  const labels = { "com.docker.compose.version": "2.40.3", "com.docker.compose.config-hash": "cafe" };
  const networks = [
    { id: "e".repeat(64), name: "shop_default" },
    { id: "f".repeat(64), name: "bridge" },
    { id: "podman_says_so", name: "podman_says_so" },
  ];
  const id = engine.run({ labels, networks, name: "shop-job-7" });
  engine.write(id, "hello\n");
  engine.write(id, "oh\n", "stderr");
  engine.write(id, "bye\n");
  engine.exit(id, 0);
  engine.set(id, { isOutOfMemory: true });
  const { startedAt: started, finishedAt: finished } = engine.get(id);
  await clock.pass(1);
  const run = {
    project: "shop",
    service: "job",
    container: id,
    containerName: "shop-job-7",
    image: "busybox:local",
    imageId: `sha256:${id}`,
    networkIds: ["e".repeat(64)],
    composeVersion: "2.40.3",
    configHash: "cafe",
    started,
    finished,
    exitCode: 0,
    isOutOfMemory: true,
    error: "",
    decided: { action: "remove", policy: { autorestart: "OFF", autodestroy: "ON_SUCCESS" }, reason: "" },
    done: undefined,
    output: {
      pieces: [
        { stream: "stdout", text: "hello\n" },
        { stream: "stderr", text: "oh\n" },
        { stream: "stdout", text: "bye\n" },
      ],
      isCut: false,
      problem: "",
    },
  };
  expect(memory.all()).toEqual([run]);
  await clock.pass(settle);
  expect(engine.has(id)).toBe(false);
  expect(memory.all()).toEqual([{ ...run, done: "removed" }]);
});

test("jobs 1.1: a container that is kept has its run, too", async () => {
  const { engine, clock, memory } = await staged({ job: "OFF/ON_SUCCESS" });
  const [failed, hidden] = [engine.run(), engine.run()];
  engine.exit(failed, 3);
  engine.exit(hidden, 0);
  engine.set(hidden, { error: "no such file", exitCode: 128 });
  engine.tell(hidden);
  await clock.pass(100);
  expect(memory.all().map(({ exitCode, decided, done, error }) => [exitCode, decided.action, done, error])).toEqual([
    [128, "keep", undefined, "no such file"],
    [3, "keep", undefined, ""],
  ]);
  expect(memory.all()[1]?.decided.reason).toBe("its policy keeps containers with this exit code");
});

test("jobs 1.1: an end that the engine follows by a restart is no run; the last one is", async () => {
  const { engine, clock, memory } = await staged({ job: "ON_FAILURE/ALWAYS" });
  const id = engine.run({ restart: "on-failure:2" });
  for (const code of [1, 2]) {
    engine.exit(id, code);
    await clock.pass(5);
    expect(memory.all()).toEqual([]);
  }
  engine.exit(id, 3);
  await clock.pass(1);
  expect(memory.all().map(({ exitCode }) => exitCode)).toEqual([3]);
});

test("jobs 1.1: `docker restart` is no end, but a start later on is", async () => {
  const { engine, clock, memory } = await staged();
  const [restarted, again] = [engine.run(), engine.run()];
  void engine.restart(restarted, 1);
  engine.stop(again, 143);
  await clock.pass(0.5);
  expect(memory.all()).toHaveLength(2);
  await clock.pass(4);
  engine.start(again);
  await clock.pass(1);
  expect(memory.all().map(({ container, exitCode, done }) => [container, exitCode, done])).toEqual([
    [again, 143, "started"],
  ]);
  engine.exit(again, 0);
  await clock.pass(settle + 1);
  expect(memory.all().map(({ exitCode, done }) => [exitCode, done])).toEqual([
    [0, "removed"],
    [143, "started"],
  ]);
});

test("jobs 1.1: the output of a container that was started again is that of the last start", async () => {
  const { engine, clock, memory } = await staged({ job: "OFF/ON_SUCCESS" });
  const id = engine.run();
  engine.write(id, "first\n");
  engine.exit(id, 3);
  await clock.pass(60);
  engine.start(id);
  engine.write(id, "second\n");
  engine.exit(id, 4);
  await clock.pass(60);
  const texts = memory.all().map(({ exitCode, output }) => [exitCode, output.pieces.map(({ text }) => text).join("")]);
  expect(texts).toEqual([
    [4, "second\n"],
    [3, "first\n"],
  ]);
});

test("jobs 1.1: only containers of services in the config that Compose made", async () => {
  const { engine, clock, memory } = await staged();
  const labels = { "com.docker.compose.project": "shop", "com.docker.compose.service": "job" };
  const marked = { ...labels, "com.docker.compose.container-number": "1" };
  for (const id of [
    engine.run({ service: "web" }),
    engine.run({ project: "other" }),
    engine.run({ project: "", labels }),
    engine.run({ labels: { "com.docker.compose.oneoff": "True" } }),
    engine.run({ imageLabels: marked }),
  ])
    engine.exit(id, 0);
  engine.create();
  engine.pause(engine.run());
  await clock.pass(100);
  expect(memory.all()).toEqual([]);
  expect(engine.asked("logs")).toBe(0);
});

test("jobs 1.1: what an image made of a container runs is no run, even where the policy keeps it", async () => {
  const { engine, clock, memory } = await staged({ job: "OFF/ON_SUCCESS" });
  const id = engine.run({ imageLabels: { "com.docker.compose.container-number": "1" } });
  engine.exit(id, 1);
  await clock.pass(100);
  expect(memory.all()).toEqual([]);
});

test("jobs 1.1: once per container and finish time, also after a restart of the sidecar", async () => {
  const first = await staged({ job: "OFF/ON_SUCCESS" });
  const { engine, clock, memory } = first;
  const id = engine.run();
  engine.write(id, "once\n");
  engine.exit(id, 1);
  await clock.pass(200);
  first.stop.abort();
  await clock.pass(1);
  const [before] = memory.files.texts.keys();
  await staged({ job: "OFF/ALWAYS" }, { engine, clock, memory });
  await clock.pass(1);
  expect(engine.asked("logs", id)).toBe(1);
  expect([...memory.files.texts.keys()]).toEqual([before]);
  expect(memory.all()[0]).toMatchObject({ decided: { action: "remove" }, done: undefined });
  await clock.pass(settle);
  expect(
    memory.all().map(({ done, exitCode, ...run }) => [done, exitCode, textOf({ done, exitCode, ...run })]),
  ).toEqual([["removed", 1, "once\n"]]);
});

test("jobs 1.1: an end without a finish time (Podman, after a power loss) is one run for each start", async () => {
  const { engine, clock, memory } = await staged({ job: "OFF/ON_SUCCESS" });
  const id = engine.run();
  engine.set(id, { status: "exited", isAlive: false });
  engine.tell(id);
  await clock.pass(1);
  expect(memory.all().map(({ exitCode }) => exitCode)).toEqual([255]);
  engine.start(id);
  engine.set(id, { status: "exited", isAlive: false });
  engine.tell(id);
  await clock.pass(1);
  expect(memory.all()).toHaveLength(2);
});

test("jobs 1.1: somebody else removes the container", async () => {
  const { engine, clock, memory } = await staged();
  const [seen, overtaken] = [engine.run(), engine.run()];
  for (const id of [seen, overtaken]) engine.exit(id, 0);
  await clock.pass(1);
  engine.delete(seen);
  await clock.pass(settle - 1.5);
  engine.failures.remove = [undefined];
  engine.takes.remove = 1;
  await clock.pass(1);
  engine.delete(overtaken);
  await clock.pass(2);
  expect(memory.all().map(({ done }) => done)).toEqual(["gone", "gone"]);
});

test("jobs 1.1: a changed policy changes what the run says", async () => {
  const { engine, clock, memory, sidecar } = await staged({ job: "OFF/ON_SUCCESS" });
  const id = engine.run();
  engine.exit(id, 1);
  await clock.pass(5);
  sidecar.reconfigure(configOf({ job: "OFF/ON_FAILURE" }));
  await clock.pass(1);
  expect(memory.all()[0]).toMatchObject({ decided: { action: "remove", policy: { autodestroy: "ON_FAILURE" } } });
  sidecar.reconfigure(configOf({ job: "OFF/ON_SUCCESS" }));
  await clock.pass(100);
  expect(memory.all()[0]).toMatchObject({ decided: { action: "keep" }, done: undefined });
  expect(engine.has(id)).toBe(true);
});

test("jobs 1.1: a task of a Swarm that is not replaced has its run", async () => {
  const memory = new MemoryRuns();
  const config = { ...configOf({ job: "OFF/ALWAYS" }), swarm: true };
  const { engine, clock } = await play(stage(config, { runs: memory.store }));
  const labels = {
    "com.docker.stack.namespace": "shop",
    "com.docker.swarm.service.name": "shop_job",
    "com.docker.swarm.task.id": "k3x",
  };
  engine.exit(engine.run({ project: "", labels }), 4);
  await clock.pass(settle + 1);
  expect(memory.all()).toMatchObject([{ service: "job", exitCode: 4, done: "removed" }]);
});

test("jobs 1.1: the record comes before the removal; a sidecar killed in between leaves one run", async () => {
  const memory = new MemoryRuns();
  const killed = stage();
  const { engine, clock } = killed;
  const dying: SidecarEngine = Object.assign(Object.create(engine) as SidecarEngine, bound(engine), {
    remove: () => new Promise<never>(() => {}),
  });
  await staged(undefined, { engine: dying as never, clock, memory });
  const id = engine.run();
  engine.write(id, "all done\n");
  engine.exit(id, 5);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(true);
  expect(memory.all()).toMatchObject([{ exitCode: 5, done: undefined }]);
  await staged(undefined, { engine, clock, memory });
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
  expect(memory.all()).toMatchObject([{ exitCode: 5, done: "removed" }]);
  expect(textOf(memory.all()[0]!)).toBe("all done\n");
});

test("jobs 1.1: a sidecar killed while it writes leaves no half run, and the next one writes it", async () => {
  const memory = new MemoryRuns();
  memory.files.rename = () => new Promise<never>(() => {});
  const first = await staged(undefined, { memory });
  const id = first.engine.run();
  first.engine.exit(id, 0);
  await first.clock.pass(1);
  expect(memory.all()).toEqual([]);
  first.stop.abort();
  await first.clock.pass(6);
  Reflect.deleteProperty(memory.files, "rename");
  await staged(undefined, { engine: first.engine, clock: first.clock, memory });
  await first.clock.pass(settle + 1);
  expect(memory.all()).toMatchObject([{ exitCode: 0, done: "removed" }]);
});

test("jobs 1.1: two sidecars of one stack keep one run", async () => {
  const first = await staged();
  const { engine, clock, memory } = first;
  await staged(undefined, { engine, clock, memory });
  engine.exit(engine.run(), 0);
  await clock.pass(settle + 1);
  expect(memory.all()).toHaveLength(1);
  expect(memory.all()[0]?.done).toMatch(/^(removed|gone)$/);
});

test("200 jobs that end at once have 200 runs, and none is removed later than without runs", async () => {
  const names = Array.from({ length: 200 }, (_, index) => `job${index}`);
  const services = Object.fromEntries(names.map((name) => [name, "OFF/ALWAYS"]));
  const { engine, clock, memory } = await staged(services);
  engine.takes.logs = 0.02;
  let [reading, most] = [0, 0];
  const logs = engine.logs.bind(engine);
  engine.logs = async (id, options: TailOptions, signal) => {
    most = Math.max(most, ++reading);
    return logs(id, options, signal).finally(() => reading--);
  };
  for (const [code, service] of names.entries()) {
    const id = engine.run({ service });
    for (let line = 0; line < 1000; line += 100) engine.write(id, `${service} ${line}\n`.repeat(100));
    engine.exit(id, code % 100);
  }
  await clock.pass(settle + 0.1);
  expect(engine.all()).toEqual([]);
  const runs = memory.all();
  expect(runs).toHaveLength(200);
  expect(most).toBeLessThanOrEqual(4);
  for (const run of runs) {
    expect(run.exitCode).toBe(Number(run.service.slice(3)) % 100);
    expect(textOf(run).endsWith(`${run.service} 900\n`)).toBe(true);
    expect(run.output.isCut).toBe(true);
    expect(run.done).toBe("removed");
  }
});

/** The calls of an engine as functions of their own. */
function bound(engine: SidecarEngine): SidecarEngine {
  return {
    connect: (signal) => engine.connect(signal),
    list: (label, signal) => engine.list(label, signal),
    inspect: (id, signal) => engine.inspect(id, signal),
    imageLabels: (image, signal) => engine.imageLabels(image, signal),
    remove: (id, options, signal) => engine.remove(id, options, signal),
    changes: (label, since, signal) => engine.changes(label, since, signal),
    logs: engine.logs.bind(engine),
  };
}
