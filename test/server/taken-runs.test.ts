import { expect, test } from "vitest";
import { runFileName } from "../../src/sidecar/runs/file-name.ts";
import { printRun, type Run } from "../../src/sidecar/runs/run.ts";
import { runOf } from "../sidecar/runs/world.ts";
import { ServerWorld } from "./server-world.ts";

const job = "job:\n  image: busybox:local\n  autodestroy: ALWAYS\n";
const sidecar = "shop-autodestroy-1";

/** A world in which a sidecar in a container keeps these runs. Its server has not been started. */
async function worldWith(runs: readonly Run[]): Promise<ServerWorld> {
  const world = new ServerWorld({ shop: job });
  await world.finish(world.machine.run("stack start shop --stacks /stacks"));
  const { engine } = world.machine;
  for (const run of runs) engine.writeFile(world.machine.id(sidecar), `/runs/shop/${runFileName(run)}`, printRun(run));
  return world;
}

async function codes(world: ServerWorld): Promise<readonly unknown[]> {
  const { resource_uri: uri } = await world.service("job");
  const { json } = await world.ask("GET", `${uri}runs/`);
  return json.objects.map(({ exitCode }: Run) => exitCode);
}

const run = (digit: string, exitCode: number, more: Partial<Run> = {}): Run =>
  runOf({ container: digit.repeat(64), exitCode, finished: `2026-11-27T10:00:0${digit}Z`, ...more });

test("live 6: the runs of a sidecar in a container are there after it was taken over, the last 20", async () => {
  const old = Array.from({ length: 20 }, (_, index) =>
    runOf({ container: index.toString(16).padStart(64, "e"), finished: `2026-11-26T10:00:${10 + index}Z` }),
  );
  const world = await worldWith([run("1", 1), run("2", 2), ...old, run("3", 9, { project: "blog" })]);
  await world.start();
  await world.machine.clock.pass(1);
  expect(world.machine.containers).toEqual(["shop-job-1 running no"]);
  expect(await codes(world)).toEqual([2, 1, ...Array.from({ length: 18 }, () => 0)]);
});

test("live 6: what the state folder knows of the same end stays, unless the sidecar knows more", async () => {
  const [known, other] = [run("1", 1), run("2", 2, { done: undefined })];
  const world = await worldWith([
    { ...known, done: undefined },
    { ...other, done: "removed" },
  ]);
  const [applied = ""] = Object.keys(world.machine.files.texts()).filter((path) => path.endsWith("/shop/applied.json"));
  for (const one of [known, other])
    world.machine.files.create(applied.replace("applied.json", `runs/${runFileName(one)}`), printRun(one), 0o600);
  await world.start();
  await world.machine.clock.pass(1);
  const { resource_uri: uri } = await world.service("job");
  const { json } = await world.ask("GET", `${uri}runs/`);
  expect(json.objects).toMatchObject([
    { exitCode: 2, done: "removed" },
    { exitCode: 1, done: "removed" },
  ]);
});

test("live 6: a sidecar whose runs cannot be copied is stopped and stays until they can be", async () => {
  const world = await worldWith([run("1", 1)]);
  world.machine.files.beforeChange = (_, path) => {
    if (path.includes("/runs")) throw Object.assign(new Error("full"), { code: "ENOSPC" });
  };
  await world.start();
  await world.machine.clock.pass(100);
  expect(world.machine.containers).toEqual([`${sidecar} exited no`, "shop-job-1 running no"]);
  expect(world.logged.filter(({ event }) => event === "problem")).toMatchObject([
    { project: "shop", reason: `cannot copy the runs of ${sidecar}: no space left on the disk` },
  ]);
  expect(await codes(world)).toEqual([1]);
  world.machine.files.beforeChange = () => {};
  await world.machine.clock.pass(40);
  expect(world.machine.containers).toEqual(["shop-job-1 running no"]);
  expect(await codes(world)).toEqual([1]);
});
