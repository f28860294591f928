import { pid } from "node:process";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { ServerWorld } from "./server-world.ts";

const shop = "# ours\nweb:\n  image: nginx\n";

async function running(): Promise<{ readonly world: ServerWorld; readonly uri: string }> {
  const world = await new ServerWorld({ shop, other: "db:\n  image: mysql\n" }).start();
  const uri = (await world.service("web")).resource_uri as string;
  await world.act("POST", `${uri}start/`);
  return { world, uri };
}

test("an engine that was away is asked anew when it is back", async () => {
  const { world } = await running();
  const id = world.machine.id("shop-web-1");
  world.machine.engine.fake.die();
  await world.quiet();
  expect(await world.ask("GET", "/api/v1/service/")).toMatchObject({ status: 503 });
  world.machine.engine.fake.revive();
  world.machine.engine.fake.exit(id, 7);
  await world.machine.clock.pass(10);
  expect(await world.service("web")).toMatchObject({ state: "Stopped", status: "Failed (7)" });
});

test("a change while the engine is away changes nothing, and is not accepted", async () => {
  const { world, uri } = await running();
  world.machine.engine.fake.die();
  await world.quiet();
  expect(await world.ask("PATCH", uri, { autorestart: "ALWAYS" })).toMatchObject({ status: 503 });
  expect(world.text("shop")).toBe(shop);
});

test("changes without an event are found after a while", async () => {
  const { world } = await running();
  world.machine.engine.fake.set(world.machine.id("shop-web-1"), { status: "exited", isAlive: false, exitCode: 0 });
  await world.quiet();
  await world.machine.clock.pass(31);
  expect(await world.service("web")).toMatchObject({ state: "Stopped" });
});

test("without Compose everything is shown, and what needs it says so", async () => {
  const { world, uri } = await running();
  world.machine.hasCompose = false;
  expect(await world.act("POST", `${uri}redeploy/`)).toMatchObject({
    state: "Failed",
    error: expect.stringContaining("Docker Compose is not installed"),
  });
  expect(await world.ask("PATCH", uri, { autorestart: "ALWAYS" })).toMatchObject({ status: 200 });
  expect(await world.service("web")).toMatchObject({ state: "Running", autorestart: "ALWAYS" });
});

test("on a full disk nothing is changed, and it is said", async () => {
  const { world, uri } = await running();
  const before = world.machine.files.texts();
  world.machine.files.beforeChange = (operation, path) => {
    if (operation === "create" && path.startsWith("/stacks/"))
      throw Object.assign(new Error("full"), { code: "ENOSPC" });
  };
  const { status, json } = await world.ask("PATCH", uri, { autorestart: "ALWAYS" });
  expect({ status, error: json.error }).toEqual({ status: 500, error: expect.stringContaining("no space left") });
  expect(world.machine.containers).toEqual(["shop-web-1 running no"]);
  const stacks = (texts: Readonly<Record<string, string>>) =>
    Object.entries(texts).filter(([path]) => path.startsWith("/stacks/"));
  expect(stacks(world.machine.files.texts())).toEqual(stacks(before));
  world.machine.files.beforeChange = () => {};
  expect(await world.ask("PATCH", uri, { autorestart: "ALWAYS" })).toMatchObject({ status: 200 });
});

test("a stack whose folder vanishes is gone, and the others stay", async () => {
  const { world, uri } = await running();
  for (const path of Object.keys(world.machine.files.texts()))
    if (path.startsWith("/stacks/shop/")) world.machine.files.contents.delete(path);
  expect(await world.ask("PATCH", uri, { autorestart: "ALWAYS" })).toMatchObject({ status: 404 });
  const { json } = await world.ask("GET", "/api/v1/service/");
  expect(json.objects.map(({ name }: { name: string }) => name)).toEqual(["db"]);
  expect(world.bugs).toEqual([]);
});

test("a file with errors is told, and what runs is still shown", async () => {
  const { world, uri } = await running();
  world.machine.files.contents.set("/stacks/shop/stack.yml", { bytes: Buffer.from("web:\n  imag: x\n"), mode: 0o644 });
  expect(await world.service("web")).toMatchObject({ state: "Running", image_name: "nginx:latest" });
  const { status, json } = await world.ask("PATCH", uri, { autorestart: "ALWAYS" });
  expect({ status, error: json.error }).toEqual({ status: 400, error: expect.stringContaining("imag") });
  expect(await world.ask("POST", `${uri}stop/`)).toMatchObject({ status: 409 });
  expect(await world.service("db")).toMatchObject({ state: "Not running" });
});

test("a stack with two files, and one that is not UTF-8, hide no other", async () => {
  const { world } = await running();
  const { contents } = world.machine.files;
  contents.set("/stacks/shop/tutum.yml", { bytes: Buffer.from(shop), mode: 0o644 });
  contents.set("/stacks/bytes/stack.yml", { bytes: Buffer.from([0xff, 0xfe, 0x41]), mode: 0o644 });
  expect(await world.service("db")).toMatchObject({ state: "Not running" });
  const { json } = await world.ask("GET", "/api/v1/stack/");
  expect(json.objects.map(({ name }: { name: string }) => name)).toEqual(["bytes", "other"]);
  expect(json.problems).toEqual(["stack shop has more than one stack file: stack.yml, tutum.yml"]);
});

test("two requests at once change the same file one after the other, and none is lost", async () => {
  const { world, uri } = await running();
  world.machine.files.running.add(pid);
  const bodies = [
    { autorestart: "ALWAYS" },
    { container_envvars: [{ key: "A", value: "b" }] },
    { tags: ["front"] },
    { target_num_containers: 2 },
    { run_command: "sleep 9" },
  ];
  const answers = await Promise.all(bodies.map((body) => world.ask("PATCH", uri, body)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(parse(world.text("shop")!)).toEqual({
    web: {
      image: "nginx",
      autorestart: "ALWAYS",
      environment: { A: "b" },
      tags: ["front"],
      target_num_containers: 2,
      command: "sleep 9",
    },
  });
  expect(world.text("shop")).toMatch(/^# ours\n/);
});

test("what a person writes into the file by hand is there at the next request", async () => {
  const { world } = await running();
  world.machine.files.contents.set("/stacks/shop/stack.yml", {
    bytes: Buffer.from(`${shop}  autorestart: ALWAYS\nnext:\n  image: redis\n`),
    mode: 0o644,
  });
  expect(await world.service("web")).toMatchObject({ autorestart: "ALWAYS" });
  expect(await world.service("next")).toMatchObject({ state: "Not running" });
});

test("a stack that another process changes for too long is 409, and is not changed", async () => {
  const { world, uri } = await running();
  world.machine.files.running.add(12_345);
  const lock = Object.keys(world.machine.files.texts()).find((path) => path.endsWith("/shop/applied.json"))!;
  const holder = { bytes: Buffer.from('{"pid":12345,"what":"stack up"}'), mode: 0o600 };
  world.machine.files.contents.set(lock.replace("applied.json", "lock"), holder);
  const { status, json } = await world.ask("PATCH", uri, { autorestart: "ALWAYS" });
  expect({ status, error: json.error }).toEqual({ status: 409, error: expect.stringContaining("stack up") });
  expect(world.text("shop")).toBe(shop);
});
