import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { realFiles } from "../../src/files/files.ts";
import { readBeginning, readPlainFile } from "../../src/files/plain-file.ts";
import { mostBytes } from "../../src/files/stack-file.ts";
import { realMachine } from "../../src/docker/machine.ts";
import { checkHeartbeat } from "../../src/sidecar/heartbeat.ts";
import { keepMetricsFile } from "../../src/sidecar/metrics/file.ts";
import { watchConfigFile } from "../../src/sidecar/config-file.ts";
import { limits } from "../../src/yaml/read.ts";
import { FakeClock } from "../engine/fake-clock.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "plain-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Makes something at a path that is no plain file. */
type Make = (path: string) => void | Promise<void>;

const pipe: Make = (path) => void spawnSync("mkfifo", [path]);
const socket: Make = (path) =>
  new Promise((resolve) => {
    const server = createServer().listen(path, () => resolve());
    onTestFinished(() => void server.close());
  });
const linkTo =
  (make: Make): Make =>
  async (path) => {
    await make(`${path}.target`);
    symlinkSync(`${path}.target`, path);
  };
const linkToDevice =
  (device: string): Make =>
  (path) =>
    symlinkSync(device, path);

const kinds: readonly (readonly [kind: string, make: Make])[] = [
  ["a pipe", pipe],
  ["a socket", socket],
  ["a folder", (path) => mkdirSync(path)],
  ["a link to a pipe", linkTo(pipe)],
  ["a link to a socket", linkTo(socket)],
  ["a link to a folder", linkTo((path) => mkdirSync(path))],
  ["a link to /dev/zero", linkToDevice("/dev/zero")],
  ["a link to /dev/full", linkToDevice("/dev/full")],
  ["a link to a terminal", linkToDevice("/dev/tty")],
];

test.each(kinds)("%s is refused at once, wherever a file is read", async (_, make) => {
  const path = join(folder(), "file.prom");
  await make(path);
  const refusal = /^it is (?:not a plain file|a folder)$/;
  expect(() => readPlainFile(path, 10)).toThrow(refusal);
  expect(() => readBeginning(path, 10, "plain")).toThrow(refusal);
  expect(() => realFiles.read(path, 10, "plain")).toThrow(refusal);
  expect(() =>
    keepMetricsFile(
      path,
      () => "",
      new FakeClock(),
      () => {},
    ),
  ).toThrow(refusal);
  expect(checkHeartbeat(path)).toBe("no sidecar with this config has completed a check yet");
  expect(realMachine({}).readText(path)).toBeUndefined();
});

test.each(kinds)("%s in the place of a config is told once, and the file is read when it is back", async (_, make) => {
  const path = join(folder(), "autodestroy.json");
  writeFileSync(path, "1");
  const [clock, stop, heard] = [new FakeClock(), new AbortController(), [] as string[]];
  onTestFinished(() => stop.abort());
  const listener = {
    onText: (text: string) => heard.push(text),
    onProblem: (problem: string) => heard.push(problem),
  };
  watchConfigFile(path, "1", listener, clock, stop.signal);
  rmSync(path);
  await make(path);
  await clock.pass(5);
  await clock.pass(5);
  expect(heard.splice(0)).toEqual([expect.stringMatching(/^it is (?:not a plain file|a folder)$/)]);
  rmSync(path, { recursive: true });
  writeFileSync(path, "2");
  await clock.pass(5);
  expect(heard).toEqual(["2"]);
});

test("a config that grows too large is told once, and not kept", async () => {
  const path = join(folder(), "autodestroy.json");
  writeFileSync(path, "1");
  const [clock, stop, heard] = [new FakeClock(), new AbortController(), [] as string[]];
  onTestFinished(() => stop.abort());
  const listener = { onText: (text: string) => heard.push(text), onProblem: (problem: string) => heard.push(problem) };
  watchConfigFile(path, "1", listener, clock, stop.signal);
  writeFileSync(path, " ".repeat(8 * 1024 ** 2 + 1));
  await clock.pass(5);
  await clock.pass(5);
  expect(heard).toEqual(["it is larger than 8 MiB"]);
});

test("no more is read than is wanted, of whatever it is", () => {
  expect(readBeginning("/dev/zero", 100_000, "any").bytes).toHaveLength(100_000);
  const path = join(folder(), "file");
  writeFileSync(path, "12345");
  expect(readBeginning(path, 3, "plain").bytes.toString()).toBe("123");
  expect(readPlainFile(path, 5).toString()).toBe("12345");
  expect(() => readPlainFile(path, 4)).toThrow(/^it is larger than /);
  expect(() => readPlainFile(`${path}.missing`, 4)).toThrow(/ENOENT/);
});

test("what is cut off from a stack file is more than the compiler takes, in any script", () => {
  for (const character of ["x", "é", "語", "🚀"]) {
    const text = `\uFEFF${character.repeat(mostBytes / Buffer.byteLength(character) + 1)}`;
    const read = new TextDecoder().decode(Buffer.from(text).subarray(0, mostBytes), { stream: true });
    expect(read.length).toBeGreaterThan(limits.characters);
  }
});

test("a link leads to its file, whether that exists or not", () => {
  const place = realFiles.resolve(folder());
  mkdirSync(join(place, "other"));
  symlinkSync("other/x", join(place, "link"));
  symlinkSync("link", join(place, "second"));
  symlinkSync("other", join(place, "through"));
  symlinkSync("missing/x", join(place, "nowhere"));
  const expected = {
    link: "other/x",
    second: "other/x",
    "through/y": "other/y",
    plain: "plain",
    nowhere: "missing/x",
    "no/such/folder": "no/such/folder",
  };
  for (const [path, target] of Object.entries(expected))
    expect(realFiles.resolve(join(place, path))).toBe(join(place, target));
  writeFileSync(join(place, "other/x"), "");
  expect(realFiles.resolve(join(place, "second"))).toBe(join(place, "other/x"));
});
