import { expect, test } from "vitest";
import { configOf, play, settle, stage } from "./stage.ts";

test("scenario 4: `docker restart` twenty times never fails, and the container lives", async () => {
  const { engine, clock } = await play(stage());
  const id = engine.run();
  for (let time = 0; time < 20; time++) {
    const done = engine.restart(id, 2.5);
    await clock.pass(3);
    expect(await done).toBe("restarted");
  }
  await clock.pass(100);
  expect(engine.get(id).status).toBe("running");
  expect(engine.asked("remove")).toBe(0);
});

test("scenario 6: a container that is started within the settle time is kept", async () => {
  const { engine, clock } = await play(stage());
  const id = engine.run();
  engine.stop(id);
  await clock.pass(settle - 1);
  engine.start(id);
  await clock.pass(200);
  expect(engine.get(id).status).toBe("running");
  expect(engine.asked("remove")).toBe(0);
});

test("a container that is started and ends again within the settle time gets a new one", async () => {
  const { engine, clock } = await play(stage());
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(settle - 2);
  engine.start(id);
  engine.exit(id, 0);
  await clock.pass(settle - 1);
  expect(engine.has(id)).toBe(true);
  await clock.pass(2);
  expect(engine.has(id)).toBe(false);
});

test("another restart count or exit code alone is another exit", async () => {
  for (const change of [
    { restartCount: 1 },
    { exitCode: 3 },
    { startedAt: "2026-11-22T01:00:00Z" },
    { finishedAt: "2026-11-22T01:00:00Z" },
  ]) {
    const { engine, clock } = await play(stage());
    const id = engine.run();
    engine.exit(id, 0);
    await clock.pass(settle - 1);
    engine.set(id, change);
    await clock.pass(2);
    expect(engine.has(id)).toBe(true);
    await clock.pass(settle);
    expect(engine.has(id)).toBe(false);
  }
});

test("scenario 8: a container that is stopped while it waits for its restart", async () => {
  const { engine, clock } = await play(stage(configOf({ job: "ON_FAILURE/ALWAYS" })));
  const id = engine.run({ restart: "on-failure" });
  engine.exit(id, 1);
  engine.stop(id);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
});

test("scenario 9: a restart that fails without an event is found within 5 s and the settle time", async () => {
  const { engine, clock, said } = await play(stage(configOf({ job: "ON_FAILURE/ALWAYS" })));
  const id = engine.run({ restart: "on-failure" });
  engine.breakRestart(id);
  engine.exit(id, 1);
  await clock.pass(5 + settle + 0.5);
  expect(engine.has(id)).toBe(false);
  expect(said("removed")[0]?.reason).toBe("failed; could not be restarted: no such file");
});

test("a container that Podman must still clean up is checked again, and removed when that is done", async () => {
  const { engine, clock, logged } = await play(stage());
  const id = engine.run();
  engine.exit(id, 0);
  engine.set(id, { status: "stopped" });
  await clock.pass(4);
  engine.set(id, { status: "exited" });
  await clock.pass(settle);
  expect(engine.has(id)).toBe(true);
  expect(logged.filter(({ level }) => level !== "info")).toEqual([]);
  await clock.pass(2);
  expect(engine.has(id)).toBe(false);
});

test("scenario 10: a container that could not be started is kept", async () => {
  const { engine, clock, said } = await play(stage());
  const id = engine.create();
  engine.set(id, { exitCode: 127, error: "no such program" });
  engine.tell(id);
  const never = engine.create();
  engine.set(never, { status: "exited", exitCode: 128 });
  engine.tell(never);
  await clock.pass(200);
  expect([engine.has(id), engine.has(never)]).toEqual([true, true]);
  expect(said("keeping")).toEqual([]);
});

test("scenario 13: a container whose restart policy a signal has cancelled counts as stopped", async () => {
  const { engine, clock } = await play(stage(configOf({ job: "ON_FAILURE/ON_FAILURE" })));
  const id = engine.run({ restart: "on-failure" });
  engine.stop(id, 5);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
});

test.each(["always", "unless-stopped"])(
  "scenario 14: a container that is restarted %s is never removed, with one warning",
  async (restart) => {
    const { engine, clock, logged } = await play(stage());
    const id = engine.run({ restart });
    for (let crash = 0; crash < 5; crash++) {
      engine.exit(id, 1);
      await clock.pass(70);
    }
    engine.stop(id);
    await clock.pass(200);
    expect(engine.has(id)).toBe(true);
    expect(logged.filter(({ level }) => level === "warning").map(({ event, reason }) => [event, reason])).toEqual([
      ["keeping", "its restart policy always restarts it, which cannot be combined with autodestroy"],
    ]);
  },
);

test("scenario 30: a container that runs again at the last moment is kept, and nothing is forced", async () => {
  const { engine, clock, said } = await play(stage());
  const id = engine.run();
  engine.exit(id, 0);
  engine.takes.remove = 1;
  await clock.pass(settle + 0.5);
  expect(engine.asked("remove")).toBe(1);
  engine.start(id);
  await clock.pass(30);
  expect(engine.get(id).status).toBe("running");
  expect(said("not removed")).toHaveLength(1);
  expect(said("failed")).toHaveLength(0);
  expect(engine.asked("remove")).toBe(1);
});

test("scenario 30: while another removal is under way, the container is checked until it is gone", async () => {
  const { engine, clock } = await play(stage());
  const id = engine.run();
  engine.exit(id, 0);
  engine.set(id, { status: "removing" });
  await clock.pass(30);
  expect(engine.asked("remove")).toBe(0);
  expect(engine.asked("inspect", id)).toBeGreaterThan(4);
  engine.set(id, { status: "dead" });
  await clock.pass(5 + settle + 1);
  expect(engine.has(id)).toBe(false);
});

test("scenario 43: a new container of the same name has a settle time of its own", async () => {
  const { engine, clock } = await play(stage());
  const old = engine.run({ name: "shop-job-1" });
  engine.exit(old, 0);
  await clock.pass(settle - 1);
  engine.delete(old);
  const next = engine.run({ name: "shop-job-1" });
  engine.exit(next, 0);
  await clock.pass(settle - 1);
  expect(engine.has(next)).toBe(true);
  expect(engine.asked("remove")).toBe(0);
  await clock.pass(2);
  expect(engine.has(next)).toBe(false);
});

test("scenario 45: no clock but the monotonic one counts", async () => {
  const { engine, clock } = await play(stage());
  const [early, late] = [engine.run(), engine.run()];
  engine.clockError = -3600;
  engine.exit(early, 0);
  engine.clockError = 3600;
  engine.exit(late, 0);
  expect(Date.parse(engine.get(early).finishedAt)).toBeLessThan(Date.parse(engine.get(early).startedAt));
  await clock.pass(settle - 1);
  expect([engine.has(early), engine.has(late)]).toEqual([true, true]);
  await clock.pass(2);
  expect([engine.has(early), engine.has(late)]).toEqual([false, false]);
});

test("scenario 47: a restart policy that is changed during the back-off is followed", async () => {
  const { engine, clock } = await play(stage(configOf({ job: "ON_FAILURE/ALWAYS" })));
  const id = engine.run({ restart: "on-failure" });
  engine.exit(id, 1);
  engine.set(id, { restartPolicy: "no" });
  engine.stop(id);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
});
