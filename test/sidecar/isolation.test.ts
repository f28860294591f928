import { expect, test } from "vitest";
import { configOf, play, settle, stage } from "./stage.ts";

const project = (name: string): Record<string, string> => ({ "com.docker.compose.project": name });

test("scenario 11: a label named `exitCode` does not matter", async () => {
  const { engine, clock } = await play(stage(configOf({ job: "OFF/ON_SUCCESS" })));
  const id = engine.run({ labels: { exitCode: "0" } });
  engine.exit(id, 7);
  await clock.pass(200);
  expect(engine.has(id)).toBe(true);
});

test("scenario 38, 39: other stacks are not touched, whatever the filters let through", async () => {
  const { engine, clock, facts } = await play(stage(configOf({ job: "OFF/ALWAYS" }, "app")));
  engine.ignoresFilters = true;
  engine.drop();
  await clock.pass(1);
  const ours = engine.run({ stack: "app" });
  const others = ["app2", "App", "ap", "app ", ""].map((stack) => engine.run({ stack }));
  for (const id of [ours, ...others]) engine.exit(id, 0);
  await clock.pass(200);
  expect(engine.has(ours)).toBe(false);
  expect(others.filter((id) => !engine.has(id))).toEqual([]);
  expect(facts.filter(({ container }) => container !== undefined && others.includes(container))).toEqual([]);
});

test("scenario 38: containers of another Compose project than the sidecar's own are not touched", async () => {
  const on = stage(configOf({ job: "OFF/ALWAYS" }));
  const { engine, clock } = on;
  const own = engine.run({ stack: "", labels: project("shop") });
  const ours = engine.run({ labels: project("shop") });
  const others = [project("shop2"), {}].map((labels) => engine.run({ labels }));
  for (const id of [ours, ...others]) engine.exit(id, 0);
  await play({ ...on, sidecar: stage(configOf({ job: "OFF/ALWAYS" }), { engine, clock, ownId: own }).sidecar });
  await clock.pass(200);
  expect(engine.has(ours)).toBe(false);
  expect(others.filter((id) => !engine.has(id))).toEqual([]);
});

test("the sidecar's own ID may be a short one, and one that the engine does not know", async () => {
  for (const known of [true, false]) {
    const first = stage();
    const { engine, clock } = first;
    const own = engine.run({ stack: "", labels: project("mine") });
    const id = engine.run({ labels: project("shop") });
    engine.exit(id, 0);
    await play(stage(undefined, { engine, clock, ownId: known ? own.slice(0, 12) : "0123456789ab" }));
    await clock.pass(settle + 1);
    expect(engine.has(id)).toBe(known);
  }
});

test("scenario 40: labels that an image brings do not make a service one of the config", async () => {
  const { engine, clock, said } = await play(stage());
  const ids = ["web", "constructor", "__proto__", "toString", "Job", ""].map((service) => engine.run({ service }));
  const odd = engine.run({
    labels: JSON.parse('{"__proto__": "x", "constructor": "y", "io.tutum-stack.autodestroy": "ALWAYS"}') as Record<string, string>,
    service: "web",
  });
  for (const id of [...ids, odd]) engine.exit(id, 0);
  await clock.pass(200);
  expect([...ids, odd].filter((id) => !engine.has(id))).toEqual([]);
  expect(said("keeping")).toHaveLength(7);
});

test("a service may be called `constructor`", async () => {
  const { engine, clock } = await play(stage(configOf({ constructor: "OFF/ALWAYS" })));
  const id = engine.run({ service: "constructor" });
  engine.exit(id, 0);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
});

test("scenario 40: an image made of a container brings its labels into other services, whose containers are kept", async () => {
  const { engine, clock, said } = await play(stage());
  const ids = ["web", "Job", ""].map((service) => engine.run({ labels: { "com.docker.compose.service": service } }));
  const ours = engine.run({ labels: { "com.docker.compose.service": "job" } });
  for (const id of [ours, ...ids]) engine.exit(id, 0);
  await clock.pass(200);
  expect(engine.has(ours)).toBe(false);
  expect(ids.filter((id) => !engine.has(id))).toEqual([]);
  expect(said("keeping").map(({ reason }) => reason)).toEqual(ids.map(() => "it was made for another service"));
});

test("scenario 41, 42: one-offs, tasks of Swarm and containers that the engine removes itself are kept", async () => {
  const { engine, clock, said } = await play(stage());
  const ids = [
    engine.run({ labels: { "com.docker.compose.oneoff": "True" } }),
    engine.run({ labels: { "com.docker.swarm.task.id": "k3x" } }),
    engine.run({ labels: { "com.docker.compose.oneoff": "False" } }),
  ];
  for (const id of ids) engine.exit(id, 0);
  const automatic = engine.run();
  engine.set(automatic, { isRemovedByEngine: true, status: "exited", isAlive: false });
  engine.tell(automatic);
  await clock.pass(200);
  expect([...ids, automatic].map((id) => engine.has(id))).toEqual([true, true, false, true]);
  expect(said("keeping").map(({ reason }) => reason)).toEqual([
    "it is a one-off of `compose run`",
    "Swarm keeps the history of its tasks itself",
    "the engine removes it itself",
  ]);
});

test("scenario 50: the sidecar never removes itself", async () => {
  const first = stage();
  const { engine, clock } = first;
  const own = engine.run();
  engine.set(own, { status: "exited", isAlive: false });
  await play(stage(undefined, { engine, clock, ownId: own.slice(0, 12) }));
  await clock.pass(200);
  expect(engine.has(own)).toBe(true);
  expect(engine.asked("remove")).toBe(0);
});

test("a container that is paused, alive by a flag, or in a state that nobody knows is kept", async () => {
  for (const state of [{ status: "paused" }, { status: "exited", isAlive: true }, { status: "stopping", isAlive: false }, { status: "" }]) {
    const { engine, clock } = await play(stage());
    const id = engine.run();
    engine.set(id, state);
    engine.tell(id);
    await clock.pass(200);
    expect(engine.has(id)).toBe(true);
    expect(engine.asked("remove")).toBe(0);
  }
});

test("a container whose end the engine does not tell is kept", async () => {
  for (const state of [{ exitCode: undefined }, { startedAt: "" }, { startedAt: "0001-01-01T00:00:00Z" }, { startedAt: "yesterday" }]) {
    const { engine, clock } = await play(stage());
    const id = engine.run();
    engine.exit(id, 0);
    engine.set(id, state);
    await clock.pass(200);
    expect(engine.has(id)).toBe(true);
  }
});
