import { describe, expect, test } from "vitest";
import type { SidecarConfig } from "../../src/lifecycle/config.ts";
import { actionAfterExit, autodestroyValues, autorestartValues, isCompatible } from "../../src/lifecycle/policy.ts";
import { configOf, play, settle, stage } from "./stage.ts";

const task = { "com.docker.swarm.task.id": "t1", "com.docker.stack.namespace": "shop" };
const forSwarm = (policies: Readonly<Record<string, string>>): SidecarConfig => ({
  ...configOf(policies),
  swarm: true,
});

describe("the container of a task is removed where the table says so; what Swarm replaces counts as restarted, and is kept", () => {
  const policies = autorestartValues
    .flatMap((autorestart) => autodestroyValues.map((autodestroy) => ({ autorestart, autodestroy })))
    .filter((policy) => isCompatible(policy) && policy.autodestroy !== "OFF");
  const rows = policies.flatMap((policy) => [0, 1, 137, 143, 255].map((exitCode) => ({ ...policy, exitCode })));

  test.each(rows)("$autorestart, $autodestroy, exit code $exitCode", async ({ autorestart, autodestroy, exitCode }) => {
    const { engine, clock } = await play(stage(forSwarm({ job: `${autorestart}/${autodestroy}` })));
    const id = engine.run({ labels: task });
    engine.exit(id, exitCode);
    await clock.pass(settle + 1);
    const action = actionAfterExit({ autorestart, autodestroy }, exitCode === 0 ? "success" : "failure");
    expect(engine.has(id)).toBe(action !== "remove");
  });
});

test("the log says why a container that was replaced is kept", async () => {
  const { engine, clock, said } = await play(stage(forSwarm({ job: "ON_FAILURE/ALWAYS" })));
  engine.exit(engine.run({ labels: task }), 1);
  await clock.pass(1);
  expect(said("keeping")).toMatchObject([
    { level: "info", reason: "Swarm replaces it by a new task, which counts as a restart" },
  ]);
});

test("a config for Swarm removes tasks only, any other config none", async () => {
  for (const swarm of [true, false]) {
    const { engine, clock, said } = await play(stage({ ...configOf({ job: "OFF/ALWAYS" }), swarm }));
    const ids = { task: engine.run({ labels: task }), other: engine.run({}) };
    for (const id of Object.values(ids)) engine.exit(id, 0);
    await clock.pass(settle + 1);
    expect([engine.has(ids.task), engine.has(ids.other)]).toEqual([!swarm, swarm]);
    expect(said("keeping")).toHaveLength(1);
  }
});

test("a task that waits for its start is kept", async () => {
  const { engine, clock } = await play(stage(forSwarm({ job: "OFF/ALWAYS" })));
  const id = engine.create({ labels: task });
  await clock.pass(200);
  expect(engine.has(id)).toBe(true);
});

test("tasks of another Swarm stack than the sidecar's own are not touched", async () => {
  const on = stage(forSwarm({ job: "OFF/ALWAYS" }));
  const { engine, clock } = on;
  const own = engine.run({ stack: "", labels: task });
  const ours = engine.run({ labels: task });
  const others = [{ "com.docker.stack.namespace": "shop2" }, { "com.docker.stack.namespace": "" }].map((labels) =>
    engine.run({ labels: { ...task, ...labels } }),
  );
  for (const id of [ours, ...others]) engine.exit(id, 0);
  const { said } = await play(stage(forSwarm({ job: "OFF/ALWAYS" }), { engine, clock, ownId: own }));
  await clock.pass(settle + 1);
  expect(engine.has(ours)).toBe(false);
  expect(others.filter((id) => !engine.has(id))).toEqual([]);
  expect(said("connected")[0]?.reason).toContain("Swarm stack shop; tasks of Swarm only");
});

test("a Compose label that an image brings does not make a task one of another service", async () => {
  const { engine, clock, said } = await play(stage(forSwarm({ job: "OFF/ALWAYS" })));
  const compose = { "com.docker.compose.service": "job" };
  const other = engine.run({ labels: { ...task, ...compose, "com.docker.swarm.service.name": "shop_archive" } });
  const ours = engine.run({
    labels: { ...task, "com.docker.compose.service": "archive", "com.docker.swarm.service.name": "shop_job" },
  });
  for (const id of [other, ours]) engine.exit(id, 0);
  await clock.pass(200);
  expect([engine.has(other), engine.has(ours)]).toEqual([true, false]);
  expect(said("keeping")).toMatchObject([{ container: other, reason: "it was made for another service" }]);
});
