import { expect, test } from "vitest";
import { LiveWorld } from "../platform/live-world.ts";
import type { Run } from "../support/memory-io.ts";
import { ServerWorld } from "../server/server-world.ts";

const migrate = "migrate:\n  image: busybox:local\n  command: rake db:migrate\n  autodestroy: ALWAYS\n";
const web = "web:\n  image: nginx\n";

/** How long a container settles before it is removed, in seconds, with the time until the server looks at it. */
const settled = 13;

/** A machine with the stack `shop`, whose job was started. A server is the sidecar, and keeps runs. */
async function started(text = migrate): Promise<ServerWorld> {
  const world = await new ServerWorld({ shop: text }).start();
  expect(await up(world)).toMatchObject({ code: 0 });
  return world;
}

const command = (world: ServerWorld, line: string): Promise<Run> => {
  const [verb, ...words] = line.split(" ");
  return world.finish(world.machine.runWords([verb!, "--stacks", "/stacks", ...words]));
};

const up = (world: ServerWorld, flags = ""): Promise<Run> => command(world, `up ${flags}/stacks/shop/stack.yml`);

/** Lets the job end, with an output, and be removed. */
async function end(world: ServerWorld, code: number, output = "done\n"): Promise<void> {
  const { machine } = world;
  const id = machine.id("shop-migrate-1");
  machine.engine.fake.write(id, output);
  machine.engine.fake.exit(id, code);
  await machine.clock.pass(settled);
  expect(machine.containers).not.toContainEqual(expect.stringContaining("migrate"));
}

test("jobs 2.1: what was removed is listed, with its output", async () => {
  const world = await started();
  expect((await command(world, "jobs")).stdout).toMatch(/^migrate +runs now +0 +shop$/m);
  await end(world, 3, "one\n\u001b[31mtwo\n");
  const { stdout } = await command(world, "jobs");
  expect(stdout).toMatch(/^JOB +LAST END +EXIT CODE +TOOK +CONTAINER +RUNS +STACK$/m);
  expect(stdout).toMatch(/^migrate +\d+ seconds ago +3 +\d.* +removed +1 +shop$/m);
  expect((await command(world, "jobs migrate")).stdout).toMatch(/^1 +\S+ \S+ +3 .*removed +shop-migrate-1$/m);
  const log = await command(world, "jobs migrate --log");
  expect(log).toMatchObject({ code: 0, stdout: "one\n\\u{1b}[31mtwo\n", stderr: "" });
  const json = await command(world, "jobs migrate --log --output json");
  expect(JSON.parse(json.stdout)).toMatchObject({ exit_code: 3, afterwards: "removed" });
});

test("jobs 2.1: a job that never ran says so, and what is no job is refused", async () => {
  const world = await new ServerWorld({ shop: `${migrate}${web}` }).start();
  expect((await command(world, "jobs")).stdout).toMatch(/^migrate +never ran +0 +shop$/m);
  expect((await command(world, "jobs /stacks/shop/stack.yml")).stdout).toMatch(/^migrate +never ran/m);
  expect((await command(world, "jobs")).stdout).not.toContain("web");
  for (const [line, sentence] of [
    ["jobs web", "service web is no job, because it has no autodestroy"],
    ["jobs nothing", 'there is no job "nothing"'],
    ["jobs migrate --log", "job migrate never ran"],
    ["jobs --log", "name the job whose output you want"],
    ["wait web", "service web is no job, because it has no autodestroy"],
  ] as const)
    expect(await command(world, line), line).toMatchObject({ code: 2, stderr: `tutum-stack: ${sentence}\n` });
  expect((await command(world, "jobs migrate --run 0")).stderr).toContain("It must be 1 or more.");
});

test("jobs 4.1: a second `up` leaves a job out that ended well, and says so", async () => {
  const world = await started(`${migrate}${web}`);
  await end(world, 0);
  const again = await up(world);
  expect(again.stderr).toMatch(/^migrate: unchanged; it ran \d+ seconds ago, exit code 0$/m);
  expect(world.machine.containers).toEqual(["shop-web-1 running no"]);
  const rerun = await up(world, "--rerun migrate ");
  expect(rerun.stderr).toMatch(/^migrate: created containers \(--rerun\)/m);
  await end(world, 0);
  expect((await up(world, "--rerun all ")).stderr).toMatch(/^migrate: created containers \(--rerun\)/m);
  expect((await command(world, "jobs migrate")).stdout.split("\n")).toHaveLength(4);
});

test("jobs 4.1: `up` runs a job again that failed, that was changed, or whose image is newer", async () => {
  const world = await started();
  await end(world, 1);
  expect((await up(world)).stderr).toMatch(/created containers \(its last run ended with 1\)/);
  await end(world, 0);
  world.machine.engine.addImage("busybox:local", { id: `sha256:${"9".repeat(64)}` });
  expect((await up(world)).stderr).toMatch(/created containers \(its image is a newer one\)/);
  await end(world, 0);
  const text = migrate.replace("rake db:migrate", "rake db:seed");
  world.machine.files.contents.set("/stacks/shop/stack.yml", { bytes: Buffer.from(text), mode: 0o600 });
  expect((await up(world)).stderr).toMatch(/created containers \(changed: command\)/);
  await end(world, 0);
  expect((await up(world)).stderr).toMatch(/unchanged/);
});

test("jobs 4.1: after `down` a job runs again, because the data may be gone", async () => {
  const world = await started(`${migrate}${web}`);
  await end(world, 0);
  expect(await command(world, "down /stacks/shop/stack.yml")).toMatchObject({ code: 0 });
  expect((await up(world)).stderr).toMatch(/^migrate: created containers \(/m);
});

test("jobs 4.1: without the state, Compose's own hash tells whether a job was changed", async () => {
  const world = await started(`${migrate}${web}`);
  await end(world, 0);
  for (const path of Object.keys(world.machine.files.texts()))
    if (path.endsWith("/shop/applied.json")) world.machine.files.remove(path);
  expect((await up(world)).stderr).toMatch(/^migrate: unchanged; it ran \d+ seconds ago, exit code 0$/m);
});

test("jobs 4.1: only what is a job can be run again", async () => {
  const world = await started(`${migrate}${web}`);
  expect((await up(world, "--rerun web ")).stderr).toContain("service web is no job, because it has no autodestroy");
  expect((await up(world, "--rerun nothing ")).stderr).toContain('there is no job "nothing" to run again');
});

test("jobs 3.1: `wait` prints the output and ends with the exit code, whether the container is there or not", async () => {
  const world = await started();
  const id = world.machine.id("shop-migrate-1");
  world.machine.engine.fake.write(id, "before\n");
  const waiting = command(world, "wait migrate");
  await world.machine.clock.pass(5);
  world.machine.engine.fake.write(id, "after\n");
  world.machine.engine.fake.exit(id, 4);
  expect(await waiting).toMatchObject({ code: 4, stdout: "before\nafter\n" });
  await world.machine.clock.pass(settled);
  expect(world.machine.containers).toEqual([]);
  expect(await command(world, "wait migrate")).toMatchObject({ code: 4, stdout: "before\nafter\n" });
});

test("jobs 3.1: `wait` prints the output of the last start of a container, not that of earlier ones", async () => {
  const world = await started(migrate.replace("ALWAYS", "ON_SUCCESS"));
  const { fake } = world.machine.engine;
  const id = world.machine.id("shop-migrate-1");
  fake.write(id, "first\n");
  fake.exit(id, 4);
  await world.machine.clock.pass(60);
  expect(await command(world, "wait migrate")).toMatchObject({ code: 4, stdout: "first\n" });
  fake.start(id);
  fake.write(id, "second\n");
  const waiting = command(world, "wait migrate");
  await world.machine.clock.pass(5);
  fake.exit(id, 5);
  expect(await waiting).toMatchObject({ code: 5, stdout: "second\n" });
  expect(await command(world, "wait migrate")).toMatchObject({ code: 5, stdout: "second\n" });
  expect((await command(world, "jobs migrate --log")).stdout).toBe("second\n");
});

test("jobs 3.1: `wait` prints the output of a container that is removed while `wait` looks at it", async () => {
  const world = await started();
  const { engine } = world.machine;
  const id = world.machine.id("shop-migrate-1");
  engine.fake.write(id, "done\n");
  engine.fake.exit(id, 0);
  const logs = engine.logs.bind(engine);
  engine.logs = async (...given) => {
    while (world.machine.containers.some((container) => container.includes("migrate")))
      await new Promise((resolve) => setImmediate(resolve));
    return logs(...given);
  };
  expect(await command(world, "wait migrate")).toMatchObject({ code: 0, stdout: "done\n" });
});

test("jobs 3.1: a time-out is 124, and a job that never started is 2", async () => {
  const world = await started();
  expect(await command(world, "wait --timeout 5 migrate")).toMatchObject({
    code: 124,
    stderr: "tutum-stack: it took more than 5 s\n",
  });
  const other = await new ServerWorld({ shop: migrate }).start();
  expect(await command(other, "wait migrate")).toMatchObject({
    code: 2,
    stderr: "tutum-stack: job migrate never started\n",
  });
});

test("jobs 3.1: of several jobs, the first code that is not 0 counts", async () => {
  const world = await started(`${migrate}seed:\n  image: busybox:local\n  autodestroy: ON_SUCCESS\n`);
  const { fake } = world.machine.engine;
  fake.write(world.machine.id("shop-seed-1"), "seeded\n");
  fake.exit(world.machine.id("shop-seed-1"), 5);
  fake.exit(world.machine.id("shop-migrate-1"), 0);
  expect(await command(world, "wait migrate seed")).toMatchObject({ code: 5, stdout: "seed | seeded\n" });
});

test("jobs 3.2: `up --wait` ends with 0 when all services run and all jobs ended with 0", async () => {
  const world = await new ServerWorld({ shop: `${migrate}${web}` }).start();
  const waiting = up(world, "--wait ");
  await world.machine.clock.pass(3);
  world.machine.engine.fake.write(world.machine.id("shop-migrate-1"), "migrated\n");
  world.machine.engine.fake.exit(world.machine.id("shop-migrate-1"), 0);
  expect(await waiting).toMatchObject({ code: 0, stdout: "migrate | migrated\n" });
  await world.machine.clock.pass(settled);
  expect(await up(world, "--wait ")).toMatchObject({ code: 0, stdout: "" });
});

test("jobs 3.2: `up --wait` ends with the code of a job that failed", async () => {
  const world = await new ServerWorld({ shop: `${migrate}${web}` }).start();
  const waiting = up(world, "--wait ");
  await world.machine.clock.pass(3);
  world.machine.engine.fake.exit(world.machine.id("shop-migrate-1"), 3);
  const { code, stderr } = await waiting;
  expect(code).toBe(3);
  expect(stderr).toContain("tutum-stack: job migrate ended with 3\n");
});

test.each([
  { file: `${migrate}${web}`, code: 3 },
  { file: `${web}${migrate}`, code: 1 },
])("jobs 3.2: of several services that failed, the first one of the file decides: $code", async ({ file, code }) => {
  const world = await new ServerWorld({ shop: file }).start();
  const waiting = up(world, "--wait ");
  await world.machine.clock.pass(0.2);
  world.machine.engine.fake.exit(world.machine.id("shop-web-1"), 7);
  world.machine.engine.fake.exit(world.machine.id("shop-migrate-1"), 3);
  await world.machine.clock.pass(3);
  expect((await waiting).code).toBe(code);
});

test("jobs 2.2: after `down` the runs in the volume are read by way of a container that is not started", async () => {
  const world = new LiveWorld(migrate);
  await world.run("up");
  await world.run("down");
  expect(world.engine.fake.volumes).toContain("shop_autodestroy-runs");
  expect(await world.run("jobs migrate")).toMatchObject({ code: 0 });
  expect(world.containers).toEqual(["shop-autodestroy-1 created always"]);
  expect((await world.run("up")).stderr).toContain("autodestroy: started the sidecar");
});

test("a stack that runs on a Swarm is refused with a sentence", async () => {
  const world = await new ServerWorld({ shop: migrate }).start();
  world.machine.engine.create({ labels: { "com.docker.stack.namespace": "shop" } });
  for (const line of ["jobs", "jobs migrate", "wait migrate"])
    expect((await command(world, line)).stderr, line).toContain("the stack shop runs on a Swarm");
});

test("--timeout is only for --wait", async () => {
  const world = await new ServerWorld({ shop: web }).start();
  expect(await up(world, "--timeout 3 ")).toMatchObject({ code: 2 });
});
