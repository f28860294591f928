import { beforeEach, describe, expect, test } from "vitest";
import { runsFolder } from "../../src/platform/runs.ts";
import { projectFolder } from "../../src/platform/state.ts";
import { runFileName } from "../../src/sidecar/runs/file-name.ts";
import { printRun, type Run } from "../../src/sidecar/runs/run.ts";
import { runOf } from "../sidecar/runs/world.ts";
import { LiveWorld } from "../platform/live-world.ts";

const stack = `web:
  image: nginx
job:
  image: busybox
  autodestroy: ON_SUCCESS
`;

let world: LiveWorld;

const sidecar = "shop-autodestroy-1";
const first = runOf({ done: undefined });
const second = runOf({ container: "b".repeat(64), exitCode: 3, finished: "2026-11-27T10:00:02Z" });
const write = (run: Run): void =>
  world.engine.writeFile(world.id(sidecar), `/runs/shop/${runFileName(run)}`, printRun(run));
const codes = async (): Promise<readonly unknown[]> => {
  const runs = JSON.parse((await world.run("service runs --output json job")).stdout) as { exit_code: unknown }[];
  return runs.map(({ exit_code: code }) => code);
};
beforeEach(async () => {
  world = new LiveWorld(stack);
  await world.run("up");
  for (const run of [first, second, runOf({ container: "d".repeat(64), project: "other", exitCode: 9 })]) write(run);
});

describe("jobs 2.2: runs in the container of a sidecar", () => {
  test("are read while it runs and after it has stopped, and merged with those of the state folder", async () => {
    expect(await codes()).toEqual([3, 0]);
    world.engine.fake.stop(world.id(sidecar), 0);
    const folder = runsFolder(projectFolder("/home/me/.local/state/tutum-stack", world.engine.identity.id, "shop"));
    const more = runOf({ container: "c".repeat(64), exitCode: 5, finished: "2026-11-27T10:00:03Z" });
    for (const run of [more, runOf()]) world.files.create(`${folder}/${runFileName(run)}`, printRun(run), 0o600);
    expect(await codes()).toEqual([5, 3, 0]);
    const { stdout } = await world.run("service runs job");
    expect(stdout.match(/removed/g)).toHaveLength(3);
  });

  test("do not hide the others when they cannot be read, or not in time", async () => {
    world.engine.fake.stop(world.id("shop-job-1"), 7);
    world.engine.fake.fail("archive", "forbidden");
    const refused = await world.run("service runs job");
    expect(refused.stdout).toContain("shop-job-1  7 ");
    expect(refused.stderr).toMatch(/^tutum-stack: the runs of the sidecar shop-autodestroy-1 cannot be read: .+\n$/);
    world.engine.fake.takes.archive = 60;
    const late = world.run("service runs job");
    await world.clock.pass(11);
    expect((await late).stderr).toContain("cannot be read: it took more than 10 s\n");
  });

  test("`up --runs none` leaves them out, and later commands keep that", async () => {
    const volumes = (): boolean => world.files.texts()["/shop/docker-compose.yml"]!.includes("autodestroy-runs");
    expect(volumes()).toBe(true);
    const before = world.id(sidecar);
    expect(await world.run("up --runs none")).toMatchObject({ code: 0 });
    expect(world.id(sidecar)).not.toBe(before);
    await world.run("service set --autodestroy ALWAYS job");
    expect(volumes()).toBe(false);
    await world.run("up --runs volume");
    await world.run("service set --autodestroy ON_SUCCESS job");
    expect(volumes()).toBe(true);
  });
});

describe("live 6: a sidecar that is removed because no service has autodestroy any more", () => {
  test("leaves its runs in the state folder", async () => {
    await world.run("service set --autodestroy OFF job");
    expect(world.containers).toEqual(["shop-job-1 running no", "shop-web-1 running no"]);
    expect(await codes()).toEqual([3, 0]);
  });

  test("is removed although they cannot be read; its volume stays", async () => {
    world.engine.fake.fail("archive", "forbidden");
    expect(await world.run("service set --autodestroy OFF job")).toMatchObject({ code: 0 });
    expect(world.containers).toEqual(["shop-job-1 running no", "shop-web-1 running no"]);
    expect(world.engine.fake.volumes).toContain("shop_autodestroy-runs");
  });
});
