import { describe, expect, test } from "vitest";
import { actionAfterExit, actionAfterStop, autodestroyValues } from "../../src/lifecycle/policy.ts";
import { configOf, play, policy, settle, stage } from "./stage.ts";

const policies = (["OFF", "ON_FAILURE"] as const).flatMap((autorestart) =>
  autodestroyValues
    .filter((autodestroy) => autodestroy !== "OFF")
    .map((autodestroy) => `${autorestart}/${autodestroy}`),
);
const rows = policies.flatMap((text) => [0, 1, 137, 255].map((exitCode) => [text, exitCode] as const));
const restartOf = (text: string): string => (text.startsWith("OFF") ? "no" : "on-failure");

describe("scenario 1: what becomes of a container that ends by itself", () => {
  test.each(rows)("%s, exit code %i", async (text, exitCode) => {
    const { engine, clock, said } = await play(stage(configOf({ job: text })));
    const id = engine.run({ restart: restartOf(text) });
    const action = actionAfterExit(policy(text), exitCode === 0 ? "success" : "failure");
    engine.exit(id, exitCode);
    await clock.pass(settle - 1);
    expect(engine.has(id)).toBe(true);
    expect(engine.asked("remove")).toBe(0);
    await clock.pass(2);
    expect(engine.has(id)).toBe(action !== "remove");
    expect(engine.asked("remove")).toBe(action === "remove" ? 1 : 0);
    expect(said("removed").map(({ service, exitCode }) => [service, exitCode])).toEqual(
      action === "remove" ? [["job", exitCode]] : [],
    );
    if (action === "restart") expect(engine.get(id).status).toBe("running");
  });
});

describe("scenario 7: what becomes of a container that is stopped by hand", () => {
  test.each(rows)("%s, exit code %i", async (text, exitCode) => {
    const { engine, clock } = await play(stage(configOf({ job: text })));
    const id = engine.run({ restart: restartOf(text) });
    engine.stop(id, exitCode);
    await clock.pass(settle + 1);
    expect(engine.has(id)).toBe(actionAfterStop(policy(text), exitCode === 0 ? "success" : "failure") !== "remove");
  });
});

test("scenario 2: a container whose retries are used up counts as stopped, and not before", async () => {
  const { engine, clock } = await play(stage(configOf({ job: "ON_FAILURE/ALWAYS" })));
  const id = engine.run({ restart: "on-failure:2" });
  for (const restarts of [0, 1]) {
    await clock.pass(15);
    expect(engine.get(id)).toMatchObject({ status: "running", restartCount: restarts });
    engine.exit(id, 1);
  }
  await clock.pass(15);
  expect(engine.get(id)).toMatchObject({ status: "running", restartCount: 2 });
  engine.exit(id, 1);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
  expect(engine.asked("remove")).toBe(1);
});

test("scenario 3: a container that is restarted for ever is never removed", async () => {
  const { engine, clock } = await play(stage(configOf({ job: "ON_FAILURE/ALWAYS" })));
  const id = engine.run({ restart: "on-failure" });
  for (let crash = 0; crash < 30; crash++) {
    if (engine.get(id).status === "running") engine.exit(id, 1);
    await clock.pass(20);
  }
  expect(engine.has(id)).toBe(true);
  expect(engine.get(id).restartCount).toBeGreaterThan(10);
  expect(engine.asked("remove")).toBe(0);
});

test("scenario 18: exit code 255 is logged as unknown", async () => {
  const { engine, clock, said } = await play(stage(configOf({ job: "OFF/ON_FAILURE" })));
  engine.exit(engine.run(), 255);
  await clock.pass(settle + 1);
  expect(said("removed")[0]).toMatchObject({ exitCode: 255, reason: "exit code unknown, treated as a failure" });
});

test("scenario 12: a process that ran out of memory does not make a success a failure", async () => {
  const { engine, clock, said } = await play(stage(configOf({ job: "OFF/ON_SUCCESS" })));
  const id = engine.run();
  engine.set(id, { isOutOfMemory: true });
  engine.exit(id, 0);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
  expect(said("removed")[0]?.reason).toBe("succeeded; a process in it ran out of memory");
});

test("scenario 49: volumes without a name go only when the config says so, named ones never", async () => {
  for (const removeVolumes of [false, true]) {
    const { engine, clock } = await play(stage({ ...configOf({ job: "OFF/ALWAYS" }), removeVolumes }));
    engine.exit(engine.run({ volumes: { anonymous: ["3f2a"], named: ["data"] } }), 0);
    await clock.pass(settle + 1);
    expect([...engine.volumes]).toEqual(removeVolumes ? ["data"] : ["3f2a", "data"]);
  }
});
