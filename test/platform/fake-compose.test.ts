import { beforeEach, expect, test } from "vitest";
import { FakeClock } from "../engine/fake-clock.ts";
import { FakeEngine } from "../engine/fake-engine.ts";
import { FakePlatformEngine } from "../engine/fake-platform-engine.ts";
import { MemoryFiles } from "../support/memory-io.ts";
import { FakeCompose, ProgramKilled } from "./fake-compose.ts";

let engine: FakePlatformEngine;
let files: MemoryFiles;
let compose: FakeCompose;

beforeEach(() => {
  engine = new FakePlatformEngine(new FakeEngine(new FakeClock()));
  files = new MemoryFiles();
  compose = new FakeCompose(engine, files);
  write({ web: { image: "nginx", volumes: ["/data", "kept:/kept"], restart: "always" }, job: { image: "busybox" } });
});

function write(services: object): void {
  files.remove("/shop/docker-compose.yml");
  files.create("/shop/docker-compose.yml", JSON.stringify({ services }), 0o644);
}

function call(...args: readonly string[]) {
  const given = { project: "shop", folder: "/shop", files: ["/shop/docker-compose.yml"], args, variables: {} };
  return compose.run(given, { log: "", onStart: () => {} });
}

const containers = () => engine.fake.all().map(({ id, name, status }) => ({ id, name, status }));
const states = () => engine.fake.all().map(({ name, status }) => `${name} ${status}`);
const idOf = (name: string): string => engine.fake.all().find((container) => container.name === name)?.id ?? "";

test("up makes what is missing, and leaves what is as it should be", async () => {
  expect(await call("up", "-d", "--no-deps", "web")).toEqual({ exitCode: 0, output: "" });
  expect(states()).toEqual(["shop-web-1 running"]);
  const before = containers();
  await call("up", "-d", "--no-deps", "web");
  expect(containers()).toEqual(before);
});

test("up makes anew what has changed, with its unnamed volumes, and starts what has ended", async () => {
  await call("up", "-d", "--no-deps", "web", "job");
  const [volume] = engine.mounts(idOf("shop-web-1"));
  const job = idOf("shop-job-1");
  engine.fake.exit(job, 0);
  write({ web: { image: "nginx", volumes: ["/data"], restart: "no" }, job: { image: "busybox" } });
  await call("up", "-d", "--no-deps", "web", "job");
  expect(engine.mounts(idOf("shop-web-1"))).toEqual([volume]);
  expect(states()).toEqual(["shop-job-1 running", "shop-web-1 running"]);
  expect(idOf("shop-job-1")).toBe(job);
  await call("up", "-d", "--no-deps", "--force-recreate", "--renew-anon-volumes", "web");
  expect(engine.mounts(idOf("shop-web-1"))).not.toEqual([volume]);
});

test("up --no-recreate --no-start --scale only adds and removes", async () => {
  const scale = (count: number) =>
    call("up", "--no-start", "--no-deps", "--no-recreate", "--scale", `web=${count}`, "web");
  await call("up", "-d", "--no-deps", "web");
  const [first] = containers();
  write({ web: { image: "nginx:2" } });
  await scale(3);
  expect(states()).toEqual(["shop-web-1 running", "shop-web-2 created", "shop-web-3 created"]);
  await scale(2);
  await scale(1);
  expect(containers()).toEqual([first]);
});

test("rm removes with unnamed volumes, down with all", async () => {
  await call("up", "-d", "--no-deps", "web");
  expect(engine.fake.volumes.size).toBe(2);
  await call("rm", "--stop", "--force", "-v");
  expect([...engine.fake.volumes]).toEqual(["shop_kept"]);
  await call("down", "--volumes");
  expect([containers(), [...engine.fake.volumes]]).toEqual([[], []]);
});

test("config --hash says what up compares", async () => {
  await call("up", "-d", "--no-deps", "web");
  const hash = engine.fake.get(idOf("shop-web-1")).labels.get("com.docker.compose.config-hash");
  expect((await call("config", "--hash", "*")).output).toContain(`web ${hash}\n`);
});

test.each([
  { kind: "fails", ends: { exitCode: 1, output: "it failed" } },
  { kind: "is killed", ends: { exitCode: 1, output: "ended by SIGKILL" } },
] as const)("Compose $kind half way", async ({ kind, ends }) => {
  compose.troubles.push({ after: 2, kind });
  expect(await call("up", "-d", "--no-deps", "web", "job")).toEqual(ends);
  expect(states()).toEqual(["shop-web-1 created", "shop-job-1 created"]);
  expect(await call("up", "-d", "--no-deps", "web", "job")).toMatchObject({ exitCode: 0 });
  expect(states()).toEqual(["shop-web-1 running", "shop-job-1 running"]);
});

test("the program is killed, with Compose or without", async () => {
  compose.troubles.push({ after: 1, kind: "program and Compose are killed" }, { after: 1, kind: "program is killed" });
  await expect(call("up", "-d", "--no-deps", "web", "job")).rejects.toThrow(ProgramKilled);
  expect(states()).toEqual(["shop-web-1 created"]);
  await expect(call("up", "-d", "--no-deps", "web", "job")).rejects.toThrow(ProgramKilled);
  expect(states()).toEqual(["shop-web-1 running", "shop-job-1 running"]);
});

test("what Compose refuses", async () => {
  compose.missingImages.add("nginx");
  expect(await call("up", "-d", "web")).toEqual({ exitCode: 1, output: "pull access denied for nginx" });
  compose.unstartable.set("job", "no such program");
  expect(await call("up", "-d", "job")).toMatchObject({ exitCode: 1 });
  expect(await call("up", "-d", "other")).toEqual({ exitCode: 1, output: "no such service: other" });
  expect(await call("up", "--quick", "job")).toEqual({ exitCode: 1, output: "unknown flag: --quick" });
  files.remove("/shop/docker-compose.yml");
  expect(await call("down")).toMatchObject({ exitCode: 1 });
});
