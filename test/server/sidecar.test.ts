import { expect, test } from "vitest";
import { EngineError } from "../../src/docker/engine.ts";
import type { LiveWorld } from "../platform/live-world.ts";
import { ServerWorld } from "./server-world.ts";

const job = "job:\n  image: busybox:local\n  autodestroy: ALWAYS\n";

/** How long a container settles before it is removed, in seconds, with the time until the server looks at it. */
const settled = 13;

async function worldWith(stacks: Readonly<Record<string, string>>): Promise<ServerWorld> {
  return new ServerWorld(stacks).start();
}

/** A world in which the job of the stack `shop` runs, and its address. */
async function running(text = job): Promise<{ readonly world: ServerWorld; readonly uri: string }> {
  const world = await worldWith({ shop: text });
  const uri = (await world.service("job")).resource_uri as string;
  expect(await world.act("POST", `${uri}start/`)).toMatchObject({ state: "Success" });
  return { world, uri };
}

const exit = ({ machine }: ServerWorld, code: number, name = "shop-job-1"): void =>
  machine.engine.fake.exit(machine.id(name), code);

/** Commands of this machine, for the stacks of the server. */
const command = (world: ServerWorld, line: string): ReturnType<LiveWorld["run"]> =>
  world.finish(world.machine.run(`${line} --stacks /stacks`));

/** Writes a file of this machine. */
function write(world: ServerWorld, path: string, text: string): void {
  world.machine.files.contents.set(path, { bytes: Buffer.from(text), mode: 0o600 });
}

/** The path of a file of the state of the stack `shop`. */
function stateFile(world: ServerWorld, name: string): string {
  const [applied = ""] = Object.keys(world.machine.files.texts()).filter((path) => path.endsWith("/shop/applied.json"));
  return applied.replace("applied.json", name);
}

test("live 6: the server is the sidecar: none runs in a container, and the compiled file still has one", async () => {
  const { world, uri } = await running();
  expect(world.machine.containers).toEqual(["shop-job-1 running no"]);
  expect(world.machine.files.texts()["/stacks/shop/docker-compose.yml"]).toContain("AUTODESTROY_CONFIG");
  expect(world.machine.sidecarImages).toEqual([]);
  exit(world, 3);
  await world.machine.clock.pass(settled);
  expect(world.machine.containers).toEqual([]);
  expect(await world.service("job")).toMatchObject({ status: "Cleaned up" });
  const { json } = await world.ask("GET", `${uri}runs/`);
  expect(json).toMatchObject({ objects: [{ exitCode: 3, done: "removed" }], settle_seconds: 10 });
  expect(world.logged).toContainEqual(expect.objectContaining({ project: "shop", event: "removed", exitCode: 3 }));
});

test("live 3: autodestroy of a running service is changed at once, and off again", async () => {
  const { world, uri } = await running("job:\n  image: busybox:local\n");
  expect((await world.ask("PATCH", uri, { autodestroy: "ON_FAILURE" })).json.synchronized).toBe(true);
  expect((await world.ask("PATCH", uri, { autodestroy: "OFF" })).json.synchronized).toBe(true);
  exit(world, 1);
  await world.machine.clock.pass(200);
  expect(world.machine.containers).toEqual(["shop-job-1 exited no"]);
  // It would remove what is there, so it is only written.
  expect((await world.ask("PATCH", uri, { autodestroy: "ALWAYS" })).json.synchronized).toBe(false);
  await world.machine.clock.pass(200);
  expect(world.machine.containers).toEqual(["shop-job-1 exited no"]);
  expect((await world.ask("PATCH", `${uri}?apply=true`, { autodestroy: "ALWAYS" })).json.synchronized).toBe(true);
  await world.machine.clock.pass(settled);
  expect(world.machine.containers).toEqual([]);
});

test("live 3.6: a pair that cannot be combined is refused, and ALWAYS with OFF ends autodestroy first", async () => {
  const { world, uri } = await running();
  expect(await world.ask("PATCH", uri, { autorestart: "ALWAYS" })).toMatchObject({ status: 400 });
  const both = { autorestart: "ALWAYS", autodestroy: "OFF" };
  expect((await world.ask("PATCH", uri, both)).json).toMatchObject({ ...both, synchronized: true });
  expect(world.machine.containers).toEqual(["shop-job-1 running always"]);
  await world.machine.clock.pass(settled);
  expect(world.logged.filter(({ event }) => event === "removed")).toEqual([]);
});

test("a command of the same machine makes no sidecar, and the server follows what it applied", async () => {
  const { world } = await running("job:\n  image: busybox:local\n");
  const set = await command(world, "service set --autodestroy ALWAYS job");
  expect(set).toMatchObject({ code: 0 });
  expect(set.stdout + set.stderr).toContain("the server does what the sidecar does");
  expect(world.machine.containers).toEqual(["shop-job-1 running no"]);
  await world.machine.clock.pass(2);
  exit(world, 0);
  await world.machine.clock.pass(settled);
  expect(world.machine.containers).toEqual([]);
  const made = await command(world, "service run --stack new --autodestroy ON_SUCCESS --name once busybox:local");
  expect(made).toMatchObject({ code: 0 });
  expect(world.machine.containers).toEqual(["new-once-1 running no"]);
});

test("`up` with a file of the stacks folder is about the stack of that folder", async () => {
  const world = await worldWith({ shop: job });
  const other = await command(world, "up --name other /stacks/shop/stack.yml");
  expect(other.code).toBe(2);
  expect(other.stderr).toContain("a stack in /stacks has the name of its folder, shop; leave out --name");
  expect(await command(world, "up --name shop /stacks/shop/stack.yml")).toMatchObject({ code: 0 });
  expect(world.machine.containers).toEqual(["shop-job-1 running no"]);
});

test("`up` with a file of the server's stacks folder makes no sidecar, whatever the stacks folder of the command is", async () => {
  const world = await new ServerWorld({ shop: job }).start();
  const { machine } = world;
  const up = ["up", "--stacks", "/elsewhere", "/stacks/shop/stack.yml"];
  expect(await world.finish(machine.runWords(up))).toMatchObject({ code: 0 });
  expect(machine.containers).toEqual(["shop-job-1 running no"]);
});

test("a sidecar in a container is taken over with its config, and removed", async () => {
  const world = new ServerWorld({ shop: job });
  expect(await command(world, "stack start shop")).toMatchObject({ code: 0 });
  expect(world.machine.containers).toContain("shop-autodestroy-1 running always");
  exit(world, 1);
  await world.start();
  await world.machine.clock.pass(1);
  expect(world.machine.containers).toEqual(["shop-job-1 exited no"]);
  expect(world.logged).toContainEqual(
    expect.objectContaining({ project: "shop", event: "took over", name: "shop-autodestroy-1" }),
  );
  await world.machine.clock.pass(settled);
  expect(world.machine.containers).toEqual([]);
});

test("a sidecar that was stopped by hand stays stopped, and nothing is removed until the stack is applied", async () => {
  const world = new ServerWorld({ shop: job });
  await command(world, "stack start shop");
  await world.machine.engine.stop(world.machine.id("shop-autodestroy-1"), {}, new AbortController().signal);
  exit(world, 1);
  await world.start();
  await world.machine.clock.pass(200);
  expect(world.machine.containers).toEqual(["shop-autodestroy-1 exited always", "shop-job-1 exited no"]);
  expect(await command(world, "stack start shop")).toMatchObject({ code: 1 });
  expect(await command(world, "stack start --yes shop")).toMatchObject({ code: 0 });
  expect(world.machine.containers).not.toContain("shop-autodestroy-1 exited always");
});

test("a sidecar that was stopped by hand counts, although an earlier server did its work", async () => {
  const { world } = await running();
  await world.end();
  const { machine } = world;
  const config = JSON.stringify({ version: 1, stack: "shop", settleSeconds: 10, removeVolumes: true, services: {} });
  const environment = [`AUTODESTROY_CONFIG=${config}`];
  const common = { service: "autodestroy", restart: "always", environment };
  const sidecar = machine.engine.create({ name: "shop-autodestroy-1", ...common });
  machine.engine.fake.start(sidecar);
  machine.engine.fake.stop(sidecar, 0);
  exit(world, 0);
  const other = await new ServerWorld({}, {}, { files: machine.files, stacks: "/stacks" }, machine).start();
  await machine.clock.pass(200);
  expect(machine.containers).toEqual(["shop-autodestroy-1 exited always", "shop-job-1 exited no"]);
  const reason = "the sidecar shop-autodestroy-1 was stopped; nothing of this stack is removed until you";
  expect(other.logged.filter(({ event }) => event === "problem")).toMatchObject([
    { project: "shop", reason: `${reason} start or apply the stack` },
  ]);
});

test("a sidecar whose removal fails is removed later, and the server does its work meanwhile", async () => {
  const world = new ServerWorld({ shop: job });
  await command(world, "stack start shop");
  world.machine.engine.fake.failures.remove = [new EngineError("failed", "the disk is slow")];
  await world.start();
  await world.machine.clock.pass(1);
  expect(world.machine.containers).toEqual(["shop-autodestroy-1 exited no", "shop-job-1 running no"]);
  exit(world, 1);
  await world.machine.clock.pass(45);
  expect(world.machine.containers).toEqual([]);
});

test("a sidecar that Compose has made and not started yet is left to Compose", async () => {
  const { world } = await running();
  const config = JSON.stringify({ version: 1, stack: "shop", settleSeconds: 10, removeVolumes: true, services: {} });
  const environment = [`AUTODESTROY_CONFIG=${config}`];
  const sidecar = world.machine.engine.create({ name: "shop-autodestroy-1", service: "autodestroy", environment });
  await world.machine.clock.pass(10);
  expect(world.machine.containers).toContain("shop-autodestroy-1 created no");
  world.machine.engine.fake.start(sidecar);
  await world.machine.clock.pass(40);
  expect(world.machine.containers).toEqual(["shop-job-1 running no"]);
});

test.each(["stack.yml", "docker-compose.override.yml"])("a sidecar that %s defines is left alone", async (name) => {
  const config = JSON.stringify({ version: 1, stack: "shop", settleSeconds: 10, removeVolumes: true, services: {} });
  const own = `mine:\n  image: busybox:local\n  environment:\n    - AUTODESTROY_CONFIG=${config}\n`;
  const isSecond = name !== "stack.yml";
  const world = new ServerWorld({ shop: isSecond ? "web:\n  image: busybox:local\n" : own });
  if (isSecond) write(world, `/stacks/shop/${name}`, `services:\n${own.replaceAll(/^/gm, "  ")}`);
  await command(world, "stack start shop");
  const environment = [`AUTODESTROY_CONFIG=${config}`];
  if (isSecond)
    world.machine.engine.fake.start(world.machine.engine.create({ name: "shop-mine-1", service: "mine", environment }));
  await world.start();
  await world.machine.clock.pass(200);
  expect(world.machine.containers).toContain("shop-mine-1 running no");
  expect(await command(world, "stack redeploy shop")).toMatchObject({ code: 0 });
  expect(world.machine.containers).toContain("shop-mine-1 running no");
});

test("a service whose image brings a config is no sidecar, and decides nothing", async () => {
  const services = { job: { autorestart: "OFF", autodestroy: "ALWAYS" } };
  const config = JSON.stringify({ version: 1, stack: "shop", settleSeconds: 10, removeVolumes: true, services });
  const world = new ServerWorld({ shop: "web:\n  image: hostile\njob:\n  image: busybox:local\n" });
  world.machine.engine.addImage("hostile", { environment: [`AUTODESTROY_CONFIG=${config}`] });
  await command(world, "stack start shop");
  await world.start();
  exit(world, 0);
  await world.machine.clock.pass(200);
  expect(world.machine.containers).toEqual(["shop-job-1 exited no", "shop-web-1 running no"]);
  const stopped = world.machine.engine.fake.calls.filter(({ method }) => method === "stop");
  expect(await command(world, "service set --autodestroy ON_SUCCESS --yes job")).toMatchObject({ code: 0 });
  expect(world.machine.engine.fake.calls.filter(({ method }) => method === "stop")).toEqual(stopped);
});

test("live 3.6: while a command works on the stack, and after it was killed, nothing is removed", async () => {
  const { world } = await running();
  write(world, stateFile(world, "lock"), JSON.stringify({ pid: process.pid, what: "service set web" }));
  exit(world, 0);
  await world.machine.clock.pass(300);
  expect(world.machine.containers).toEqual(["shop-job-1 exited no"]);
  const path = stateFile(world, "applied.json");
  const pending = { what: "service set web", since: 0, making: {} };
  const applied = JSON.parse(world.machine.files.texts()[path]!) as object;
  write(world, path, JSON.stringify({ ...applied, pending }));
  world.machine.files.remove(stateFile(world, "lock"));
  await world.machine.clock.pass(300);
  expect(world.machine.containers).toEqual(["shop-job-1 exited no"]);
  const held = "nothing of this stack is removed until `tutum-stack up` finishes it";
  expect(world.logged.filter(({ event }) => event === "problem")).toMatchObject([
    { project: "shop", reason: `\`service set web\` was interrupted, so ${held}` },
  ]);
  expect(await command(world, "stack start --yes shop")).toMatchObject({ code: 0 });
});

test("a change in progress is not shown as interrupted; after its process was killed, it is", async () => {
  const { world } = await running();
  const shown = async (): Promise<unknown> =>
    (await world.ask("GET", "/api/v1/stack/?name=shop")).json.objects[0].interrupted;
  const listed = async (): Promise<string> => (await command(world, "service ps")).stderr;
  const path = stateFile(world, "applied.json");
  const pending = { what: "service set web", since: 0, making: {} };
  const applied = JSON.parse(world.machine.files.texts()[path]!) as object;
  write(world, stateFile(world, "lock"), JSON.stringify({ pid: process.pid, what: "service set web" }));
  write(world, path, JSON.stringify({ ...applied, pending }));
  expect(await shown()).toBeNull();
  expect(await listed()).not.toContain("was interrupted");
  world.machine.files.remove(stateFile(world, "lock"));
  expect(await shown()).toBe("service set web");
  expect(await listed()).toContain("`service set web` was interrupted in shop");
});

test("two servers for one folder: one is the sidecar, and the other becomes it later", async () => {
  const { world } = await running();
  const other = await new ServerWorld({}, {}, { files: world.machine.files, stacks: "/stacks" }, world.machine).start();
  expect(other.logged).toMatchObject([{ reason: "another server is the sidecar of these stacks" }]);
  await world.end();
  await world.machine.clock.pass(3);
  exit(world, 0);
  await world.machine.clock.pass(settled);
  expect(world.machine.containers).toEqual([]);
  expect(other.logged).toContainEqual(expect.objectContaining({ project: "shop", event: "removed" }));
});

test("a server whose lock was damaged is no sidecar any more, and leaves the lock of another one alone", async () => {
  const { world } = await running();
  const { files } = world.machine;
  const path = Object.keys(files.texts()).find((one) => one.includes("/.serving/"))!;
  write(world, path, "{");
  files.ages.set(path, 60);
  const other = await new ServerWorld({}, {}, { files, stacks: "/stacks" }, world.machine).start();
  write(world, path, JSON.stringify({ pid: process.pid, what: "serve (the other one)" }));
  await world.machine.clock.pass(3);
  const reason = "another server is the sidecar of these stacks";
  expect(world.logged).toContainEqual(expect.objectContaining({ event: "problem", reason }));
  await world.end();
  expect(Object.keys(files.texts())).toContain(path);
  await other.end();
});

test("a folder that vanishes has no sidecar", async () => {
  const { world } = await running();
  for (const path of world.machine.paths) world.machine.files.remove(path);
  await world.machine.clock.pass(3);
  exit(world, 0);
  await world.machine.clock.pass(200);
  expect(world.machine.containers).toEqual(["shop-job-1 exited no"]);
});

test("a stack file with errors changes nothing about what was applied", async () => {
  const { world } = await running();
  write(world, "/stacks/shop/stack.yml", "job: [\n");
  exit(world, 0);
  await world.machine.clock.pass(settled);
  expect(world.machine.containers).toEqual([]);
});

test("an engine that is away for a while comes back to its sidecar", async () => {
  const { world } = await running();
  const { fake } = world.machine.engine;
  fake.die();
  await world.machine.clock.pass(300);
  fake.revive();
  exit(world, 0);
  await world.machine.clock.pass(100);
  expect(world.machine.containers).toEqual([]);
});

test("many jobs that end at once are all removed, and a change of the stack is not kept waiting", async () => {
  const many = Array.from(
    { length: 30 },
    (_, index) => `job${index}:\n  image: busybox:local\n  autodestroy: ALWAYS\n`,
  );
  const world = await worldWith({ shop: many.join("") });
  const [stack] = (await world.ask("GET", "/api/v1/stack/")).json.objects;
  expect(await world.act("POST", `${stack.resource_uri}start/`)).toMatchObject({ state: "Success" });
  world.machine.engine.fake.takes.remove = 0.3;
  for (let index = 0; index < 30; index++) exit(world, 0, `shop-job${index}-1`);
  await world.machine.clock.pass(settled - 2);
  const uri = (await world.service("job0")).resource_uri as string;
  expect(await world.ask("PATCH", uri, { tags: ["late"] })).toMatchObject({ status: 200 });
  await world.machine.clock.pass(60);
  expect(world.machine.containers).toEqual([]);
});

test("a container of the same project from another folder is kept, unless that folder is gone", async () => {
  const { world } = await running();
  write(world, "/other/shop/docker-compose.yml", "services: {}\n");
  const { fake } = world.machine.engine;
  for (const [name, folder] of [
    ["shop-theirs-1", "/other/shop"],
    ["shop-renamed-1", "/old/shop"],
  ] as const)
    fake.run({ name, labels: { "com.docker.compose.project.working_dir": folder } });
  for (const name of ["shop-job-1", "shop-theirs-1", "shop-renamed-1"]) exit(world, 0, name);
  await world.machine.clock.pass(settled);
  expect(world.machine.containers).toEqual(["shop-theirs-1 exited no"]);
});

test.each([
  ["has errors", "job: [\n"],
  ["has lost its autodestroy, which is not applied yet", "job:\n  image: busybox:local\n"],
])("live 4.4: a stop asks by what autodestroy does now, when the stack file %s", async (_, text) => {
  const { world } = await running();
  write(world, "/stacks/shop/stack.yml", text);
  const asked = "autodestroy will remove shop-job-1 with all data inside, once it is stopped";
  for (const line of ["service stop job", "container stop job-1"]) {
    const { code, stderr } = await command(world, line);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(asked) });
  }
  expect(world.machine.containers).toEqual(["shop-job-1 running no"]);
});

test("live 4.4: the API stops nothing that autodestroy would remove, though the stack file has it off", async () => {
  const { world, uri } = await running();
  write(world, "/stacks/shop/stack.yml", "job:\n  image: busybox:local\n");
  expect(await world.act("POST", `${uri}stop/`)).toMatchObject({
    state: "Failed",
    error: expect.stringContaining("autodestroy will remove shop-job-1"),
  });
  expect(world.machine.containers).toEqual(["shop-job-1 running no"]);
  expect(await world.act("POST", `${uri}stop/?apply=true`)).toMatchObject({ state: "Success" });
});

test("a state that cannot be read is logged once, and the other stacks keep their sidecars", async () => {
  const { world } = await running();
  const mine = stateFile(world, "applied.json");
  write(world, "/stacks/blog/stack.yml", job);
  const { files } = world.machine;
  const readable = files.read.bind(files);
  files.read = (path, most) => {
    if (path === mine.replace("/shop/", "/blog/")) throw Object.assign(new Error(), { code: "EISDIR" });
    return readable(path, most);
  };
  exit(world, 0);
  await world.machine.clock.pass(settled);
  expect(world.machine.containers).toEqual([]);
  await world.machine.clock.pass(200);
  expect(world.logged.filter(({ event }) => event === "problem")).toMatchObject([
    { project: "blog", reason: expect.stringContaining("applied.json: it is a folder") },
  ]);
});

test("nothing is removed while the state of a stack cannot be read", async () => {
  const { world } = await running();
  const mine = stateFile(world, "applied.json");
  const { files } = world.machine;
  const readable = files.read.bind(files);
  files.read = (path, most) => {
    if (path === mine) throw Object.assign(new Error(), { code: "EACCES" });
    return readable(path, most);
  };
  exit(world, 0);
  await world.machine.clock.pass(200);
  expect(world.machine.containers).toEqual(["shop-job-1 exited no"]);
  files.read = readable;
  await world.machine.clock.pass(settled + 2);
  expect(world.machine.containers).toEqual([]);
});

test("a sidecar that cannot be taken over is logged once", async () => {
  const world = await worldWith({ shop: job });
  write(world, "/other/shop/docker-compose.yml", "services: {}\n");
  const services = { job: { autorestart: "OFF", autodestroy: "ALWAYS" } };
  const config = JSON.stringify({ version: 1, stack: "shop", settleSeconds: 10, removeVolumes: true, services });
  world.machine.engine.create({
    name: "shop-autodestroy-1",
    service: "autodestroy",
    environment: [`AUTODESTROY_CONFIG=${config}`],
    labels: { "com.docker.compose.project.working_dir": "/other/shop" },
  });
  await world.machine.clock.pass(200);
  expect(world.logged.filter(({ event }) => event === "problem")).toMatchObject([
    { project: "shop", reason: expect.stringContaining("runs from another folder, /other/shop") },
  ]);
  expect(world.machine.containers).toEqual(["shop-autodestroy-1 created no"]);
});

test("a container that was started while another removal took long is judged anew", async () => {
  const two = ["slow", "quick"].map((name) => `${name}:\n  image: busybox:local\n  autodestroy: ON_SUCCESS\n`);
  const world = await worldWith({ shop: two.join("") });
  const [stack] = (await world.ask("GET", "/api/v1/stack/")).json.objects;
  expect(await world.act("POST", `${stack.resource_uri}start/`)).toMatchObject({ state: "Success" });
  const { machine } = world;
  machine.engine.fake.takes.remove = 30;
  await machine.clock.pass(3);
  exit(world, 0, "shop-slow-1");
  await machine.clock.pass(2);
  exit(world, 0, "shop-quick-1");
  await machine.clock.pass(settled);
  machine.engine.fake.start(machine.id("shop-quick-1"));
  exit(world, 1, "shop-quick-1");
  await machine.clock.pass(200);
  expect(machine.containers).toEqual(["shop-quick-1 exited no"]);
});
