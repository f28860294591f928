import { expect, test } from "vitest";
import { composeLabels } from "../support/compose-labels.ts";
import { configOf, play, settle, stage } from "./stage.ts";

test("scenario 11: a label named `exitCode` does not matter", async () => {
  const { engine, clock } = await play(stage(configOf({ job: "OFF/ON_SUCCESS" })));
  const id = engine.run({ labels: { exitCode: "0" } });
  engine.exit(id, 7);
  await clock.pass(200);
  expect(engine.has(id)).toBe(true);
});

test("scenario 38, 39: other projects are not touched, whatever the filters let through", async () => {
  const { engine, clock, logged } = await play(stage(configOf({ job: "OFF/ALWAYS" }, "app")));
  engine.ignoresFilters = true;
  engine.drop();
  await clock.pass(1);
  const ours = engine.run({ project: "app" });
  const others = ["app2", "App", "ap", "app ", ""].map((project) => engine.run({ project }));
  for (const id of [ours, ...others]) engine.exit(id, 0);
  await clock.pass(200);
  expect(engine.has(ours)).toBe(false);
  expect(others.filter((id) => !engine.has(id))).toEqual([]);
  expect(logged.filter(({ container }) => container !== undefined && others.includes(container))).toEqual([]);
});

test("the name of the stack in the config does not matter", async () => {
  const { engine, clock } = await play(
    stage(configOf({ job: "OFF/ALWAYS" }), { source: { kind: "named", name: "other" } }),
  );
  const [stack, project] = [engine.run({ project: "shop" }), engine.run({ project: "other" })];
  for (const id of [stack, project]) engine.exit(id, 0);
  await clock.pass(settle + 1);
  expect([engine.has(stack), engine.has(project)]).toEqual([true, false]);
});

test("services that the config does not name are not touched, whatever their names and labels are", async () => {
  const { engine, clock, logged } = await play(stage());
  const ids = ["web", "constructor", "__proto__", "toString", "Job", ""].map((service) => engine.run({ service }));
  const labels = JSON.parse('{"__proto__": "x", "constructor": "y", "io.tutum-stack.service": "job"}') as Record<
    string,
    string
  >;
  const odd = engine.run({ labels, service: "web" });
  for (const id of [...ids, odd]) engine.exit(id, 0);
  await clock.pass(200);
  expect([...ids, odd].filter((id) => !engine.has(id))).toEqual([]);
  expect(logged.filter(({ container }) => container !== undefined)).toEqual([]);
});

test("a service may be called `constructor`", async () => {
  const { engine, clock } = await play(stage(configOf({ constructor: "OFF/ALWAYS" })));
  const id = engine.run({ service: "constructor" });
  engine.exit(id, 0);
  await clock.pass(settle + 1);
  expect(engine.has(id)).toBe(false);
});

test("scenario 40: what is run from an image that was made of a container is kept", async () => {
  const { engine, clock, said } = await play(stage());
  const kept = engine.run({ imageLabels: composeLabels("shop", "job") });
  const replaced = engine.run({ imageLabels: composeLabels("other", "job", 3), labels: composeLabels("shop", "job") });
  const { "com.docker.compose.project": project, "com.docker.compose.service": service } = composeLabels("shop", "job");
  const built = { "com.docker.compose.project": project!, "com.docker.compose.service": service! };
  const ours = engine.run({ imageLabels: { ...built, "com.docker.compose.version": "2.40.3" } });
  const imageless = engine.run();
  engine.images.delete(engine.get(imageless).image);
  for (const id of [kept, replaced, ours, imageless]) engine.exit(id, 0);
  await clock.pass(200);
  expect([kept, replaced, ours, imageless].map((id) => engine.has(id))).toEqual([true, true, false, true]);
  const reason = "its image was made from a container and carries the labels of that container";
  expect(said("keeping").map((entry) => entry.reason)).toEqual([
    reason,
    reason,
    "its image is gone, so nobody can tell whether the image carries these labels",
  ]);
  expect(engine.asked("imageLabels", engine.get(kept).image)).toBe(1);
});

test("scenario 40: nothing is removed while the engine does not say which labels an image brings", async () => {
  const { engine, clock } = await play(stage());
  const id = engine.run();
  engine.fail("imageLabels", "failed", 3);
  engine.exit(id, 0);
  await clock.pass(settle);
  expect(engine.has(id)).toBe(true);
  await clock.pass(settle);
  expect(engine.has(id)).toBe(false);
});

test("scenario 41: a one-off of podman-compose, which only its name tells, is kept", async () => {
  const { engine, clock } = await play(stage());
  const { "com.docker.compose.oneoff": _, ...labels } = composeLabels("shop", "job");
  const oneOff = engine.run({ project: "", name: "shop_job_tmp4711", labels });
  const others = [
    engine.run({ project: "", name: "shop_job_1", labels }),
    engine.run({ name: "shop_tmp1", labels: { "com.docker.compose.oneoff": "False" } }),
  ];
  for (const id of [oneOff, ...others]) engine.exit(id, 0);
  await clock.pass(settle + 1);
  expect([oneOff, ...others].map((id) => engine.has(id))).toEqual([true, false, false]);
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
    "it was started by `compose run`",
    "it is a Swarm task, and Swarm itself removes old tasks",
    "the engine removes it on its own",
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
  for (const state of [
    { status: "paused" },
    { status: "exited", isAlive: true },
    { status: "stopping", isAlive: false },
    { status: "" },
  ]) {
    const { engine, clock } = await play(stage());
    const id = engine.run();
    engine.set(id, state);
    engine.tell(id);
    await clock.pass(200);
    expect(engine.has(id)).toBe(true);
    expect(engine.asked("remove")).toBe(0);
  }
});

test("a failed `docker start` hides the exit code: only a policy that removes after every exit removes", async () => {
  const services = { failure: "OFF/ON_FAILURE", success: "OFF/ON_SUCCESS", always: "OFF/ALWAYS" };
  const { engine, clock, said } = await play(stage(configOf(services)));
  const ids = Object.keys(services).map((service) => engine.run({ service }));
  for (const id of ids) {
    engine.exit(id, 0);
    engine.set(id, { exitCode: 128, error: "no such device" });
    engine.tell(id);
  }
  await clock.pass(200);
  expect(ids.map((id) => engine.has(id))).toEqual([true, true, false]);
  expect(said("keeping").map(({ service, reason }) => [service, reason])).toEqual([
    ["failure", "a failed start has overwritten its exit code"],
    ["success", "its policy keeps containers with this exit code"],
  ]);
});

test("a container with a start but no end, as Podman reports after a power loss, counts as failed", async () => {
  const services = { failure: "OFF/ON_FAILURE", success: "OFF/ON_SUCCESS" };
  for (const status of ["exited", "created"]) {
    const { engine, clock, said } = await play(stage(configOf(services)));
    const [failure, success] = Object.keys(services).map((service) => engine.run({ service })) as [string, string];
    for (const id of [failure, success]) {
      engine.set(id, { status, isAlive: false });
      engine.tell(id);
    }
    await clock.pass(200);
    expect([engine.has(failure), engine.has(success)]).toEqual([false, true]);
    expect(said("removed")).toMatchObject([{ exitCode: 255, reason: "exit code unknown, treated as a failure" }]);
  }
});

test("a container whose end the engine does not tell is kept", async () => {
  for (const state of [
    { exitCode: undefined },
    { startedAt: "" },
    { startedAt: "0001-01-01T00:00:00Z" },
    { startedAt: "yesterday" },
  ]) {
    const { engine, clock } = await play(stage());
    const id = engine.run();
    engine.exit(id, 0);
    engine.set(id, state);
    await clock.pass(200);
    expect(engine.has(id)).toBe(true);
  }
});

test("a container with the labels of project and service that Compose did not create is kept", async () => {
  const { engine, clock, said } = await play(stage());
  const labels = { "com.docker.compose.project": "shop", "com.docker.compose.service": "job" };
  const ids = [engine.run({ project: "", labels }), engine.run({ project: "", imageLabels: labels })];
  for (const id of ids) engine.exit(id, 0);
  await clock.pass(200);
  expect(ids.map((id) => engine.has(id))).toEqual([true, true]);
  expect(said("keeping").map(({ reason }) => reason)).toEqual(
    ids.map(() => "Compose did not create it: it has no container number"),
  );
});
