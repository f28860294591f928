import { expect, test } from "vitest";
import type { ProjectSource } from "../../src/sidecar/project.ts";
import { composeLabels } from "../support/compose-labels.ts";
import { configOf, play, settle, stage, type Stage } from "./stage.ts";

const config = configOf({ job: "OFF/ALWAYS" });
const builtByCompose = { "com.docker.compose.project": "shop", "com.docker.compose.service": "autodestroy" };
const startedIn = (folder: string) => ({ "com.docker.compose.project.working_dir": folder });
const ofFolder: ProjectSource = { kind: "folder", folder: "/srv/shop", isFolder: (path) => path === "/srv/shop" };
const ofOwnContainer: ProjectSource = { kind: "own-container", config: "{}" };
const environment = ["PATH=/bin", "AUTODESTROY_CONFIG={}"];

/** Runs a container of a project that was started in a folder, to its end. */
function ended({ engine }: Stage, project: string, folder: string): string {
  const id = engine.run({ project, labels: startedIn(folder) });
  engine.exit(id, 0);
  return id;
}

test("on the host it is the project that was started in the config's folder", async () => {
  const on = stage(config, { source: ofFolder });
  const [ours, others] = [ended(on, "front", "/srv/shop"), ended(on, "shop", "/srv/shop2")];
  await play(on);
  await on.clock.pass(settle + 1);
  expect([on.engine.has(ours), on.engine.has(others)]).toEqual([false, true]);
  expect(on.said("connected")[0]?.reason).toContain("Compose project front");
});

test("without one nothing is removed; the candidates are listed once, and it is found when it comes up", async () => {
  const on = stage(config, { source: ofFolder });
  const [first, second] = [ended(on, "blog", "/srv/blog"), ended(on, "shop", "")];
  await play(on);
  await on.clock.pass(200);
  expect([first, second].map((id) => on.engine.has(id))).toEqual([true, true]);
  expect(on.logged.map(({ event, reason }) => [event, reason])).toEqual([
    ["no project", "no Compose project was started in /srv/shop; name one with --project"],
    ["candidate", "blog, started in /srv/blog"],
    ["candidate", "shop, started in "],
  ]);
  expect(on.health.at(-1)).toContain("no Compose project was started in /srv/shop");
  const ours = ended(on, "front", "/srv/shop");
  await on.clock.pass(60);
  expect(on.engine.has(ours)).toBe(false);
  expect(on.health.at(-1)).toBeUndefined();
});

test("with several nothing is removed, even if the second appears later; the last one left is used", async () => {
  const on = stage(config, { source: ofFolder });
  const kept = on.engine.run({ project: "front", labels: startedIn("/srv/shop") });
  await play(on);
  expect(on.said("connected")).toHaveLength(1);
  const second = on.engine.run({ project: "back", labels: startedIn("/srv/shop") });
  await on.clock.pass(70);
  expect(on.said("no project")).toMatchObject([
    { level: "warning", reason: "several Compose projects were started in /srv/shop; name one with --project" },
  ]);
  expect(on.said("candidate").map(({ reason }) => reason)).toEqual([
    "back, started in /srv/shop",
    "front, started in /srv/shop",
  ]);
  for (const id of [kept, second]) on.engine.exit(id, 0);
  await on.clock.pass(200);
  expect([kept, second].map((id) => on.engine.has(id))).toEqual([true, true]);
  on.engine.delete(second);
  await on.clock.pass(60);
  expect(on.engine.has(kept)).toBe(false);
});

test("the project stays known when its last container is gone", async () => {
  const on = stage(config, { source: ofFolder });
  ended(on, "front", "/srv/shop");
  await play(on);
  await on.clock.pass(200);
  expect(on.said("no project")).toEqual([]);
  const next = ended(on, "front", "/srv/shop");
  await on.clock.pass(settle + 1);
  expect(on.engine.has(next)).toBe(false);
});

test("containers of the project that were started in another folder are kept", async () => {
  const on = stage(config, { source: ofFolder });
  const [ours, others] = [ended(on, "shop", "/srv/shop"), ended(on, "shop", "/home/me/shop")];
  await play(on);
  await on.clock.pass(settle + 1);
  expect([on.engine.has(ours), on.engine.has(others)]).toEqual([false, true]);
  expect(on.said("keeping")).toMatchObject([{ reason: "it was started from another folder than the stack's" }]);
});

test("a Swarm stack is never guessed from a folder", async () => {
  const on = stage({ ...config, swarm: true }, { source: ofFolder });
  const labels = { ...startedIn("/srv/shop"), "com.docker.stack.namespace": "shop" };
  const task = on.engine.run({ project: "", labels: { ...labels, "com.docker.swarm.task.id": "t1" } });
  on.engine.exit(task, 0);
  await play(on);
  await on.clock.pass(200);
  expect(on.engine.has(task)).toBe(true);
  expect(on.said("no project")[0]?.reason).toContain("name it with --project");
  expect(on.said("candidate")).toHaveLength(1);
});

test("as a service it is the project of its own container, for which it looks until it finds it", async () => {
  const on = stage(config, { source: ofOwnContainer, ownId: "f0".repeat(31) + "f2" });
  const ours = ended(on, "front", "/srv/shop");
  await play(on);
  await on.clock.pass(30);
  expect(on.engine.has(ours)).toBe(true);
  expect(on.said("no project")).toHaveLength(1);
  const own = on.engine.run({ project: "front", service: "autodestroy", environment });
  expect(own).toBe("f0".repeat(31) + "f2");
  await on.clock.pass(60);
  expect([on.engine.has(own), on.engine.has(ours)]).toEqual([true, false]);
});

test.each([
  ["outside of a container", undefined, {}],
  ["in one of another engine", "0123456789ab", {}],
  ["in one that Compose did not start", "own", { project: "", environment }],
  ["in one whose network it shares", "own", {}],
  ["beside another config", "own", { environment: ["AUTODESTROY_CONFIG={ }"] }],
  ["in one of an image that Compose built", "own", { project: "", environment, imageLabels: builtByCompose }],
  [
    "in one that was made of a container's image",
    "own",
    { project: "", environment, imageLabels: composeLabels("shop", "job") },
  ],
] as const)("a service that runs %s removes nothing", async (_, ownId, own) => {
  const first = stage(config);
  const id = first.engine.run(own);
  const on = stage(config, {
    engine: first.engine,
    clock: first.clock,
    source: ofOwnContainer,
    ownId: ownId === "own" ? id : ownId,
  });
  const job = ended(on, "shop", "/srv/shop");
  await play(on);
  await on.clock.pass(200);
  expect(on.engine.has(job)).toBe(true);
  expect(on.said("no project")).toHaveLength(1);
});

test("--once ends at once where the project is not known", async () => {
  const on = await play(stage(config, { source: ofFolder, once: true }));
  await on.clock.pass(1);
  expect(on.ended).toMatchObject({
    error: { message: "no Compose project was started in /srv/shop; name one with --project" },
  });
});

test("many candidates are not all listed", async () => {
  const on = stage(config, { source: ofFolder });
  for (let number = 0; number < 60; number++) on.engine.run({ project: `p${number}` });
  await play(on);
  expect(on.said("candidate")).toHaveLength(51);
  expect(on.said("candidate").at(-1)?.reason).toBe("and 10 more");
});

test("nothing is removed before every container was checked once and each removal was announced", async () => {
  const on = stage({ ...config, settleSeconds: 2 });
  const ids = Array.from({ length: 12 }, () => on.engine.run());
  for (const id of ids) on.engine.exit(id, 0);
  on.engine.takes.inspect = 1;
  await play(on);
  await on.clock.pass(60);
  expect(ids.filter((id) => on.engine.has(id))).toEqual([]);
  const events = on.logged.map(({ event }) => event);
  expect(events.filter((event) => event === "stopped")).toHaveLength(12);
  expect(events.lastIndexOf("stopped")).toBeLessThan(events.indexOf("removed"));
});

test("a project whose containers are all from another folder now is not known any more", async () => {
  let folder = "/srv/shop";
  const on = stage(config, { source: { ...ofFolder, isFolder: (path) => path === folder } });
  const id = on.engine.run({ project: "front", labels: startedIn("/srv/shop") });
  await play(on);
  expect(on.said("connected")).toHaveLength(1);
  folder = "/srv/shop2";
  on.engine.exit(id, 0);
  await on.clock.pass(200);
  expect(on.engine.has(id)).toBe(true);
  expect(on.health.at(-1)).toContain("no Compose project was started in /srv/shop");
});

test("a project that somebody named and that has no containers is mentioned", async () => {
  const on = await play(stage(config, { source: { kind: "named", name: "shpo" } }));
  expect(on.said("no containers")).toMatchObject([
    { level: "info", reason: "Compose project shpo has no containers here" },
  ]);
  const other = await play(stage(config, { engine: on.engine, clock: on.clock }));
  on.engine.run();
  expect(other.said("no containers")).toHaveLength(1);
});

test("a config that is gone suspends the sidecar; the same config again ends that", async () => {
  const on = await play(stage(config));
  const id = on.engine.run();
  on.engine.exit(id, 0);
  on.sidecar.suspend("the config is gone");
  await on.clock.pass(200);
  expect(on.engine.has(id)).toBe(true);
  expect(on.health.at(-1)).toBe("the config is gone");
  on.sidecar.reconfigure(config);
  await on.clock.pass(70);
  expect(on.engine.has(id)).toBe(false);
  expect(on.health.at(-1)).toBeUndefined();
});
