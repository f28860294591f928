import { describe, expect, test } from "vitest";
import type { SidecarConfig } from "../../src/lifecycle/config.ts";
import { actionAfterExit, autodestroyValues, autorestartValues, isCompatible } from "../../src/lifecycle/policy.ts";
import type { FakeEngine } from "../engine/fake-engine.ts";
import { configOf, play, settle, stage } from "./stage.ts";

const task = {
  "com.docker.swarm.task.id": "t1",
  "com.docker.stack.namespace": "shop",
  "com.docker.swarm.service.name": "shop_job",
};
const runTask = (engine: FakeEngine, labels: Readonly<Record<string, string>> = {}): string =>
  engine.run({ project: "", labels: { ...task, ...labels } });
const forSwarm = (policies: Readonly<Record<string, string>>): SidecarConfig => ({
  ...configOf(policies),
  swarm: true,
});

describe("the container of a task is removed as the table says; one that Swarm replaces counts as restarted", () => {
  const policies = autorestartValues
    .flatMap((autorestart) => autodestroyValues.map((autodestroy) => ({ autorestart, autodestroy })))
    .filter((policy) => isCompatible(policy) && policy.autodestroy !== "OFF");
  const rows = policies.flatMap((policy) => [0, 1, 137, 143, 255].map((exitCode) => ({ ...policy, exitCode })));

  test.each(rows)("$autorestart, $autodestroy, exit code $exitCode", async ({ autorestart, autodestroy, exitCode }) => {
    const { engine, clock } = await play(stage(forSwarm({ job: `${autorestart}/${autodestroy}` })));
    const id = runTask(engine);
    engine.exit(id, exitCode);
    await clock.pass(settle + 1);
    const action = actionAfterExit({ autorestart, autodestroy }, exitCode === 0 ? "success" : "failure");
    expect(engine.has(id)).toBe(action !== "remove");
  });
});

test("the log says why a container that was replaced is kept", async () => {
  const { engine, clock, said } = await play(stage(forSwarm({ job: "ON_FAILURE/ALWAYS" })));
  engine.exit(runTask(engine), 1);
  await clock.pass(1);
  expect(said("keeping")).toMatchObject([
    { level: "info", reason: "Swarm replaces it with a new task, which counts as a restart" },
  ]);
});

test("a config for Swarm removes tasks only, any other config none", async () => {
  for (const swarm of [true, false]) {
    const { engine, clock, said } = await play(stage({ ...configOf({ job: "OFF/ALWAYS" }), swarm }));
    const both = engine.run({ labels: task });
    const { "com.docker.swarm.task.id": _, ...withoutTask } = task;
    const neither = engine.run({ labels: withoutTask });
    for (const id of [both, neither]) engine.exit(id, 0);
    await clock.pass(settle + 1);
    expect([engine.has(both), engine.has(neither)]).toEqual([!swarm, swarm]);
    expect(said("keeping").map(({ reason }) => reason)).toEqual([
      swarm
        ? "it is not a Swarm task, and the config is for Swarm"
        : "it is a Swarm task, and Swarm itself removes old tasks",
    ]);
  }
});

test("a task that waits for its start is kept", async () => {
  const { engine, clock } = await play(stage(forSwarm({ job: "OFF/ALWAYS" })));
  const id = engine.create({ project: "", labels: task });
  await clock.pass(200);
  expect(engine.has(id)).toBe(true);
});

test("the sidecar cleans up the Swarm stack of its own task, and no other", async () => {
  const on = stage(forSwarm({ job: "OFF/ALWAYS" }));
  const { engine, clock } = on;
  const own = engine.run({
    project: "",
    labels: { ...task, "com.docker.swarm.service.name": "shop_autodestroy" },
    environment: ["AUTODESTROY_CONFIG={}"],
  });
  const ours = runTask(engine);
  const others = ["shop2", ""].map((namespace) =>
    runTask(engine, { "com.docker.stack.namespace": namespace, "com.docker.swarm.service.name": `${namespace}_job` }),
  );
  for (const id of [ours, ...others]) engine.exit(id, 0);
  const source = { kind: "own-container", config: "{}" } as const;
  const { said } = await play(stage(forSwarm({ job: "OFF/ALWAYS" }), { engine, clock, ownId: own, source }));
  await clock.pass(settle + 1);
  expect(engine.has(ours)).toBe(false);
  expect(others.filter((id) => !engine.has(id))).toEqual([]);
  expect(said("connected")[0]?.reason).toContain("Swarm stack shop");
});

test("a Compose label that an image brings does not make a task one of another service", async () => {
  const { engine, clock } = await play(stage(forSwarm({ job: "OFF/ALWAYS" })));
  const compose = (service: string) => ({ "com.docker.compose.service": service });
  const other = runTask(engine, { ...compose("job"), "com.docker.swarm.service.name": "shop_archive" });
  const ours = runTask(engine, compose("archive"));
  const strange = runTask(engine, { "com.docker.swarm.service.name": "job" });
  for (const id of [other, ours, strange]) engine.exit(id, 0);
  await clock.pass(200);
  expect([other, ours, strange].map((id) => engine.has(id))).toEqual([true, false, true]);
});

test("what is run by hand from an image that was made of a task's container is kept", async () => {
  const { engine, clock, said } = await play(stage(forSwarm({ job: "OFF/ALWAYS" })));
  const id = engine.run({ project: "", imageLabels: task });
  engine.exit(id, 0);
  await clock.pass(200);
  expect(engine.has(id)).toBe(true);
  expect(said("keeping")).toHaveLength(1);
});
