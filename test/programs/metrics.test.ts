import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { monotonicClock } from "../../src/time/clock.ts";
import { dockerAnswers, serve } from "../engine/docker-server.ts";
import { FakeEngine } from "../engine/fake-engine.ts";
import { configOf } from "../sidecar/stage.ts";
import { readMetrics } from "../support/read-metrics.ts";

const program = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
const removed = 'tutum_stack_removals_total{policy="ON_SUCCESS",result="removed",stack="shop"}';
const wouldBeRemoved = removed.replace("removed", "dry-run");

/** A folder with a config, and an engine in this process with one container that has ended. */
async function world(): Promise<{
  readonly folder: string;
  readonly engine: FakeEngine;
  readonly run: (...args: readonly string[]) => Sidecar;
}> {
  const folder = mkdtempSync(join(tmpdir(), "metrics-"));
  const engine = new FakeEngine(monotonicClock);
  const server = await serve(dockerAnswers(engine));
  writeFileSync(
    join(folder, "autodestroy.json"),
    JSON.stringify({ ...configOf({ job: "OFF/ON_SUCCESS" }), settleSeconds: 2 }),
  );
  engine.exit(engine.run(), 0);
  onTestFinished(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  const run = (...args: readonly string[]): Sidecar =>
    start(folder, { DOCKER_HOST: `unix://${server.endpoint.path}`, TMPDIR: folder }, args);
  return { folder, engine, run };
}

interface Sidecar {
  readonly child: ChildProcess;
  readonly out: { stdout: string; stderr: string };
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>;
}

function start(cwd: string, env: NodeJS.ProcessEnv, args: readonly string[]): Sidecar {
  const child = spawn(
    process.execPath,
    [
      program,
      "sidecar",
      "--config",
      "autodestroy.json",
      "--project",
      "shop",
      "--runs",
      "none",
      "--log",
      "json",
      ...args,
    ],
    { cwd, env },
  );
  const out = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (text: Buffer) => (out[name] += text.toString()));
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, out, ended: new Promise((resolve) => child.on("close", resolve)) };
}

function addressIn({ out }: Sidecar): Promise<string> {
  return vi.waitFor(() => /"event":"metrics","reason":"at (http:[^"]+)"/.exec(out.stdout)![1]!, 10_000);
}

test("an address: the log says which port it is, and the numbers are there until TERM", async () => {
  const { engine, run } = await world();
  const before = Date.now() / 1000;
  const sidecar = run("--metrics", "0");
  const url = await addressIn(sidecar);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/metrics$/);
  const read = async (): Promise<ReadonlyMap<string, number>> => readMetrics(await (await fetch(url)).text());
  await vi.waitFor(async () => expect((await read()).get(removed)).toBe(1), { timeout: 10_000, interval: 100 });
  const series = await read();
  expect(engine.asked("remove")).toBe(1);
  expect(series.get(`tutum_stack_build_info{stack="shop",version="${packageJson.version}"}`)).toBe(1);
  const [start, reconcile] = ["start_time", "last_reconcile_timestamp"].map(
    (name) => series.get(`tutum_stack_${name}_seconds{stack="shop"}`) ?? 0,
  );
  const inOrder = [before, start!, reconcile!, Date.now() / 1000];
  expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
  const idle = connect(Number(new URL(url).port), "127.0.0.1");
  await new Promise((resolve) => idle.on("connect", resolve));
  sidecar.child.kill("SIGTERM");
  expect(await sidecar.ended).toBe(0);
  expect(sidecar.out.stderr).toBe("");
}, 30_000);

test("a file: there while the sidecar runs, gone after TERM", async () => {
  const { folder, run } = await world();
  const path = join(folder, "shop.prom");
  const sidecar = run("--metrics", "shop.prom");
  await vi.waitFor(() => expect(sidecar.out.stdout).toContain('"connected"'), 10_000);
  expect(sidecar.out.stdout).toContain(`"event":"metrics","reason":"in ${path} every 15 s"`);
  expect(readMetrics(readFileSync(path, "utf8")).get(removed)).toBe(0);
  sidecar.child.kill("SIGTERM");
  expect(await sidecar.ended).toBe(0);
  expect(existsSync(path)).toBe(false);
}, 30_000);

test("a file with --once: left, with all that was done", async () => {
  const { folder, run } = await world();
  expect(await run("--once", "--metrics", "shop.prom").ended).toBe(0);
  const series = readMetrics(readFileSync(join(folder, "shop.prom"), "utf8"));
  expect([series.get(removed), series.get(wouldBeRemoved)]).toEqual([1, 0]);
}, 30_000);

test("a dry run counts what it would remove", async () => {
  const { folder, engine, run } = await world();
  expect(await run("--once", "--dry-run", "--metrics", "shop.prom").ended).toBe(0);
  const series = readMetrics(readFileSync(join(folder, "shop.prom"), "utf8"));
  expect([series.get(removed), series.get(wouldBeRemoved), engine.asked("remove")]).toEqual([0, 1, 0]);
}, 30_000);

test("without the option nothing listens and nothing is written", async () => {
  const { out, ended } = (await world()).run("--once");
  expect(await ended).toBe(0);
  expect(out.stdout).not.toContain('"metrics"');
}, 30_000);

test("a port in use ends the sidecar before it has begun", async () => {
  const { engine, run } = await world();
  const other = createServer();
  onTestFinished(() => void other.close());
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const { out, ended } = run("--metrics", `localhost:${port}`);
  expect(await ended).toBe(2);
  expect(out).toEqual({ stdout: "", stderr: `tutum-stack: cannot listen on 127.0.0.1:${port}: the port is in use\n` });
  expect(engine.calls).toEqual([]);
}, 30_000);

test.each([
  ["nowhere/shop.prom", "cannot write nowhere/shop.prom: no such file or folder"],
  ["192.0.2.1:9100", "cannot listen on 192.0.2.1:9100: this machine has no such address"],
  ["[::ffff:192.0.2.1]:9100", "cannot listen on [::ffff:192.0.2.1]:9100: this machine has no such address"],
  [
    "shop.txt",
    '"shop.txt" is neither a file that ends in .prom nor an address such as 9100, localhost:9100, 0.0.0.0:9100 or [::1]:9100',
  ],
])(
  "%s is refused before the sidecar has begun",
  async (where, problem) => {
    const { engine, run } = await world();
    const { out, ended } = run("--metrics", where);
    expect(await ended).toBe(2);
    expect(out).toEqual({ stdout: "", stderr: `tutum-stack: ${problem}\n` });
    expect(engine.calls).toEqual([]);
  },
  30_000,
);
