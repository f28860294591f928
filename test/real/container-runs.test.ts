import { closeSync, constants, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi, type TestContext } from "vitest";
import { call } from "../../src/docker/http.ts";
import { createPlatformEngine } from "../../src/docker/platform-client.ts";
import { archivedRuns } from "../../src/platform/archived-runs.ts";
import type { Run } from "../../src/sidecar/runs/run.ts";
import { composeLabels } from "../support/compose-labels.ts";
import { socket } from "../engine/worlds.ts";
import { execute, suiteThatNeeds, works } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { buildSidecarImage, newFolder, type StackFolder } from "./stack-folder.ts";

const needsImages = {
  isHere: needsEngine.isHere && works(["docker", "image", "inspect", "node:local"]),
  how: `${needsEngine.how} (which also makes node:local)`,
};
const { title, isLeftOut } = suiteThatNeeds("runs of a sidecar in a container", needsImages);

const image = `tutum-stack-test-runs:${process.pid}`;
const engine = createPlatformEngine({ kind: "socket", path: socket }, () => {});
const { signal } = new AbortController();
const eventually = { timeout: 200_000, interval: 500 };

/** The program of a job, as a shell runs it. */
function job(program: string): string {
  return `  image: busybox:local\n  autodestroy: ALWAYS\n  command: ["sh", "-c", ${JSON.stringify(program)}]\n`;
}

function stackOf(jobs: Readonly<Record<string, string>>): string {
  return Object.entries(jobs)
    .map(([name, program]) => `${name}:\n${job(program)}`)
    .join("");
}

/** A compiled stack, which Compose starts together with the services of an override. */
async function started(
  onTestFinished: TestContext["onTestFinished"],
  jobs: Readonly<Record<string, string>>,
  override = "",
): Promise<StackFolder> {
  const folder = newFolder(onTestFinished);
  await folder.compile(stackOf(jobs), "--settle", "2", "--sidecar-image", image);
  if (override !== "") writeFileSync(join(folder.path, "docker-compose.override.yml"), override);
  await folder.compose(["up", "-d"]);
  return folder;
}

/** Waits until only the sidecar is left. */
async function allRemoved(folder: StackFolder): Promise<void> {
  const services = async (): Promise<readonly string[]> => (await folder.containers()).map(({ service }) => service);
  await vi.waitFor(async () => expect(await services()).toEqual(["autodestroy"]), eventually);
}

/** The runs in the volume of the sidecar. */
async function runsIn(folder: StackFolder): Promise<readonly Run[]> {
  await engine.connect(signal);
  const { id } = await folder.container("autodestroy");
  const { runs, broken } = await archivedRuns(engine, id, folder.project, signal);
  expect(broken).toEqual([]);
  return runs;
}

const textOf = ({ output }: Run): string => output.pieces.map(({ text }) => text).join("");

/** Makes a container and starts it: Compose would take minutes for 200. */
async function runContainer(body: unknown): Promise<void> {
  const post = async (path: string, content = ""): Promise<string> => {
    const request = { method: "POST", path, body: { type: "application/json", content } };
    const { status, body: answer } = await call({ kind: "socket", path: socket }, request, signal, 120_000);
    expect(status, answer).toBeLessThan(300);
    return answer;
  };
  const { Id } = JSON.parse(await post("/containers/create", JSON.stringify(body))) as { readonly Id: string };
  await post(`/containers/${Id}/start`);
}

/** Lets all go on that wait for a pipe, also those that begin to wait while this goes on. */
function open(pipe: string): void {
  try {
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
  }
}

describe.skipIf(isLeftOut)(title, { concurrent: true, timeout: 300_000 }, () => {
  beforeAll(() => buildSidecarImage(image), 180_000);
  afterAll(async () => void (await execute(["docker", "rmi", image])), 60_000);

  test("jobs 1.1, 1.4: every kind of output, and none where the log driver has none", async ({ onTestFinished }) => {
    const jobs = {
      speaks: "echo begun; echo oh no >&2; exit 3",
      endless: 'head -c 30000000 /dev/zero | tr "\\\\0" x; printf end',
      binary: "head -c 200000 /dev/urandom",
      escapes: 'printf "\\\\033[2J\\\\033]0;title\\\\007"',
      gigabyte: 'awk \'BEGIN { s = sprintf("%16000s", "x"); for (i = 0; i < 62500; i++) print s; print "end" }\'',
      unread: "echo hello",
    };
    const folder = await started(onTestFinished, jobs, "services: {unread: {logging: {driver: none}}}\n");
    await allRemoved(folder);
    const runs = Object.fromEntries((await runsIn(folder)).map((run) => [run.service, run]));
    expect(Object.keys(runs).toSorted()).toEqual(Object.keys(jobs).toSorted());
    for (const run of Object.values(runs)) {
      expect(run).toMatchObject({ exitCode: run.service === "speaks" ? 3 : 0, done: "removed" });
      expect(Buffer.byteLength(textOf(run))).toBeLessThanOrEqual(65_536);
    }
    // The engine may give the two streams in another order.
    expect(textOf(runs["speaks"]!).split("\n").toSorted()).toEqual(["", "begun", "oh no"]);
    expect(textOf(runs["endless"]!)).toMatch(/^x+end$/);
    expect(textOf(runs["binary"]!).length).toBeGreaterThan(1000);
    expect(textOf(runs["gigabyte"]!)).toMatch(/ x\nend\n$/);
    expect(runs["gigabyte"]?.output.isCut).toBe(true);
    expect(runs["unread"]?.output.problem).toContain("logging driver");
    for (const output of ["text", "json"]) {
      const { stdout } = await folder.run("service", "runs", "escapes", "--output", output);
      expect(stdout).toMatch(/^[\u0020-\u007e\n]+$/);
    }
    expect(textOf(runs["escapes"]!)).toBe("\u001b[2J\u001b]0;title\u0007");
  });

  test("jobs 2.2: the command reads them while the sidecar runs, and after it has stopped", async ({
    onTestFinished,
  }) => {
    const folder = await started(onTestFinished, { migrate: "echo done; exit 4" });
    await allRemoved(folder);
    const read = async (): Promise<unknown> =>
      JSON.parse((await folder.run("service", "runs", "migrate", "--output", "json")).stdout);
    const expected = [{ exit_code: 4, afterwards: "removed", output: [{ stream: "stdout", text: "done\n" }] }];
    expect(await read()).toMatchObject(expected);
    await folder.compose(["stop", "-t", "0", "autodestroy"]);
    expect(await read()).toMatchObject(expected);
    await folder.compose(["down"]);
    await folder.compose(["up", "-d", "--no-deps", "autodestroy"]);
    expect(await read()).toMatchObject(expected);
    await folder.compose(["down", "-v"]);
    await folder.compose(["up", "-d", "--no-deps", "autodestroy"]);
    expect(await read()).toEqual([]);
  });

  test("jobs 1.4: a volume that is full or read-only holds no removal up", async ({ onTestFinished }) => {
    const full = "volumes: {autodestroy-runs: {driver_opts: {type: tmpfs, device: tmpfs, o: 'size=4k,nr_inodes=2'}}}\n";
    const readOnly = "services: {autodestroy: {volumes: ['autodestroy-runs:/runs:ro']}}\n";
    await Promise.all(
      [full, readOnly].map(async (override) => {
        const folder = await started(onTestFinished, { job: "echo hello" }, override);
        await allRemoved(folder);
        const said = await folder.log("autodestroy");
        expect(said).toContain('"event":"run not kept"');
        expect(said).toContain(override === full ? "ENOSPC" : "EROFS");
      }),
    );
  });

  test("jobs 1.1: a sidecar that is killed between record and removal leaves one run", async ({ onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    await folder.compile(stackOf({ job: "echo hello" }), "--settle", "8", "--sidecar-image", image);
    await folder.compose(["up", "-d"]);
    await vi.waitFor(async () => expect(await runsIn(folder)).toHaveLength(1), eventually);
    const sidecar = await folder.container("autodestroy");
    await folder.docker("kill", sidecar.id);
    expect((await folder.container("job")).isRunning).toBe(false);
    const [before] = await runsIn(folder);
    expect(before).toMatchObject({ exitCode: 0, done: undefined });
    await folder.docker("start", sidecar.id);
    await allRemoved(folder);
    expect(await runsIn(folder)).toEqual([{ ...before, done: "removed" }]);
  });

  test("jobs 1: 200 jobs that end at once leave 200 runs, and 100 MiB are enough for that", async ({
    onTestFinished,
  }) => {
    const jobs = Array.from({ length: 200 }, (_, index) => ({ name: `job${index}`, code: index % 100 }));
    const folder = newFolder(onTestFinished);
    const stack = stackOf(Object.fromEntries(jobs.map(({ name }) => [name, "true"])));
    await folder.compile(stack, "--settle", "2", "--sidecar-image", image);
    await folder.compose(["up", "-d", "--no-deps", "autodestroy"]);
    const pipe = join(folder.path, "pipe");
    expect(await execute(["mkfifo", pipe])).toMatchObject({ code: 0 });
    const host = { NetworkMode: "none", Binds: [`${folder.path}:/folder`] };
    const left = [...jobs];
    const work = async (): Promise<void> => {
      for (let job = left.pop(); job; job = left.pop()) {
        const program = `read x < /folder/pipe; seq 1000 | sed "s/^/${job.name} /"; exit ${job.code}`;
        const labels = composeLabels(folder.project, job.name);
        await runContainer({
          Image: "busybox:local",
          Cmd: ["sh", "-c", program],
          Labels: labels,
          HostConfig: host,
        });
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    const opening = setInterval(() => open(pipe), 100);
    onTestFinished(() => clearInterval(opening));
    await allRemoved(folder);
    const runs = await runsIn(folder);
    expect(runs).toHaveLength(jobs.length);
    for (const { name, code } of jobs) {
      const run = runs.find(({ service }) => service === name)!;
      expect(run).toMatchObject({ exitCode: code, done: "removed", output: { isCut: true, problem: "" } });
      expect(textOf(run)).toMatch(new RegExp(`\n${name} 1000\n$`));
    }
    const { id } = await folder.container("autodestroy");
    const pid = (await folder.docker("inspect", "--format", "{{.State.Pid}}", id)).stdout.trim();
    const peak = Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
    expect(peak / 1024).toBeLessThan(100);
  });
});
