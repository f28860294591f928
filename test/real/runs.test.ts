import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi, type TestContext } from "vitest";
import { parseRun, type Run } from "../../src/sidecar/runs/run.ts";
import { execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { newFolder, program, type StackFolder } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("runs of a sidecar on the host", needsEngine);

const once = ["sidecar", "--config", "autodestroy.json", "--once", "--log", "json"];

/** A folder with jobs that have ended, without a sidecar. Nobody can read the output of the service `unread`. */
async function ended(
  onTestFinished: TestContext["onTestFinished"],
  stack: string,
  settleSeconds = "2",
): Promise<StackFolder> {
  const folder = newFolder(onTestFinished);
  await folder.compile(stack, "--settle", settleSeconds, "--sidecar", "none");
  const version = /^version: .*$/m.exec(readFileSync(join(folder.path, "docker-compose.yml"), "utf8"))?.[0] ?? "";
  const override = `${version}\nservices: {unread: {logging: {driver: none}}}\n`;
  if (stack.includes("unread:")) writeFileSync(join(folder.path, "docker-compose.override.yml"), override);
  await folder.compose(["up", "-d"]);
  const ids = (await folder.containers()).map(({ id }) => id);
  await folder.docker("wait", ...ids);
  return folder;
}

function job(command: string, more: Readonly<Record<string, string>> = {}): string {
  const lines = { image: "busybox:local", autodestroy: "ALWAYS", ...more, command };
  return Object.entries(lines)
    .map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`)
    .join("");
}

/** The runs in a folder, by service. */
function runsIn(folder: string): Readonly<Record<string, Run>> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const runs = names.map((name) => parseRun(readFileSync(join(folder, name), "utf8"))!);
  return Object.fromEntries(runs.map((run) => [run.service, run]));
}

const textOf = ({ output }: Run): string => output.pieces.map(({ text }) => text).join("");

describe.skipIf(isLeftOut)(title, { timeout: 300_000 }, () => {
  test("jobs 1.1, 1.3: what a removed job leaves, in the user's state folder, as `service runs` shows it", async ({
    onTestFinished,
  }) => {
    const speaks = "sh -c 'echo begun; sleep 0.2; echo oh no >&2; exit 3'";
    const folder = await ended(onTestFinished, `migrate:\n${job(speaks, { autodestroy: "ON_FAILURE" })}`);
    const [container] = await folder.containers();
    const format = '{{index .Config.Labels "com.docker.compose.config-hash"}} {{.Image}} {{.Name}}';
    const { stdout: known } = await folder.docker("inspect", "--format", format, container!.id);
    const network = await folder.docker("network", "inspect", "--format", "{{.Id}}", `${folder.project}_default`);
    const state = join(folder.path, "state");
    const inState = { env: { ...process.env, XDG_STATE_HOME: state }, cwd: folder.path };
    const run = (...args: readonly string[]) => execute([process.execPath, program, ...args], inState);
    expect(await run(...once)).toMatchObject({ code: 0 });
    expect(await folder.containers()).toEqual([]);
    const { stdout } = await run("service", "runs", "migrate", "--output", "json");
    expect(JSON.parse(stdout)).toMatchObject([
      {
        service: "migrate",
        image_name: "busybox:local",
        exit_code: 3,
        afterwards: "removed",
        output: [
          { stream: "stdout", text: "begun\n" },
          { stream: "stderr", text: "oh no\n" },
        ],
        output_is_cut: false,
        output_problem: "",
      },
    ]);
    const found = execFileSync("find", [state, "-name", "runs"], { encoding: "utf8" }).trim();
    const stored = runsIn(found)["migrate"]!;
    const { configHash, imageId, containerName, networkIds } = stored;
    expect(`${configHash} ${imageId} /${containerName}`).toBe(known.trim());
    expect(networkIds).toEqual([network.stdout.trim()]);
    expect(stored.composeVersion).toMatch(/^\d+\./);
    expect(statSync(found).mode & 0o777).toBe(0o700);
    expect(readdirSync(found)).toHaveLength(1);
  });

  test("jobs 1.1, 1.4: every kind of output, and none where the log driver has none", async ({ onTestFinished }) => {
    const services = {
      many: job("sh -c 'seq 100000'"),
      endless: job("sh -c 'head -c 30000000 /dev/zero | tr \"\\\\0\" x; printf end'"),
      binary: job("sh -c 'head -c 200000 /dev/urandom'"),
      escapes: job("sh -c 'printf \"\\\\033[2J\\\\033]0;title\\\\007\"'"),
      mute: job("true"),
      unread: job("echo hello"),
    };
    const stack = Object.entries(services).map(([name, text]) => `${name}:\n${text}`);
    const folder = await ended(onTestFinished, stack.join(""));
    mkdirSync(join(folder.path, "kept"));
    const { code, stdout } = await folder.run(...once, "--runs", "kept");
    expect(code, stdout).toBe(0);
    expect(await folder.containers()).toEqual([]);
    const runs = runsIn(join(folder.path, "kept", folder.project));
    expect(Object.keys(runs).toSorted()).toEqual(Object.keys(services).toSorted());
    for (const run of Object.values(runs)) {
      expect(run).toMatchObject({ exitCode: 0, done: "removed" });
      expect(Buffer.byteLength(textOf(run))).toBeLessThanOrEqual(65_536);
    }
    expect(textOf(runs["many"]!).split("\n").slice(-2)).toEqual(["100000", ""]);
    expect(runs["many"]?.output.isCut).toBe(true);
    expect(textOf(runs["endless"]!)).toMatch(/^x+end$/);
    expect(textOf(runs["binary"]!).length).toBeGreaterThan(1000);
    expect(textOf(runs["escapes"]!)).toBe("\u001b[2J\u001b]0;title\u0007");
    expect(runs["mute"]?.output).toEqual({ pieces: [], isCut: false, problem: "" });
    expect(runs["unread"]?.output).toMatchObject({
      pieces: [],
      problem: expect.stringContaining("logging driver") as unknown,
    });
  });

  test("jobs 1.4: a folder that cannot be written, or is full, holds no removal up", async ({ onTestFinished }) => {
    const root = process.getuid?.() === 0;
    for (const place of ["/proc/runs", ...(root ? ["full"] : [])]) {
      const folder = await ended(onTestFinished, `job:\n${job("echo hello")}`);
      const mounted = join(folder.path, "full");
      if (place === "full") {
        mkdirSync(mounted);
        expect(await execute(["mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=2", "tmpfs", mounted])).toMatchObject({
          code: 0,
        });
        onTestFinished(async () => void (await execute(["umount", mounted])));
      }
      const { code, stdout } = await folder.run(...once, "--runs", place);
      expect(code, stdout).toBe(0);
      expect(await folder.containers()).toEqual([]);
      expect(stdout).toContain('"event":"run not kept"');
      expect(stdout).toContain(place === "full" ? "ENOSPC" : "ENOENT");
    }
  });

  test("jobs 1.1: a sidecar that is killed between record and removal leaves one run", async ({ onTestFinished }) => {
    const folder = await ended(onTestFinished, `job:\n${job("echo hello")}`, "5");
    const kept = join(folder.path, "kept", folder.project);
    const { child } = folder.start("sidecar", "--config", "autodestroy.json", "--log", "json", "--runs", "kept");
    const closed = new Promise((resolve) => child.on("close", resolve));
    await vi.waitFor(() => expect(runsIn(kept)).toMatchObject({ job: { exitCode: 0 } }), { timeout: 30_000 });
    child.kill("SIGKILL");
    await closed;
    expect(await folder.containers()).toHaveLength(1);
    const before = runsIn(kept)["job"]!;
    expect(before.done).toBeUndefined();
    expect(await folder.run(...once, "--runs", "kept")).toMatchObject({ code: 0 });
    expect(await folder.containers()).toEqual([]);
    expect(readdirSync(kept)).toHaveLength(1);
    expect(runsIn(kept)["job"]).toEqual({ ...before, done: "removed" });
  });

  test("`--runs none` keeps nothing", async ({ onTestFinished }) => {
    const folder = await ended(onTestFinished, `job:\n${job("echo hello")}`);
    const state = join(folder.path, "state");
    const inState = { env: { ...process.env, XDG_STATE_HOME: state }, cwd: folder.path };
    expect(await execute([process.execPath, program, ...once, "--runs", "none"], inState)).toMatchObject({ code: 0 });
    expect(await folder.containers()).toEqual([]);
    expect(readdirSync(folder.path)).not.toContain("state");
  });
});
