import { expect, test } from "vitest";
import { runFileName, safeName, serviceInName } from "../../../src/sidecar/runs/file-name.ts";
import { mergeRuns, readRuns } from "../../../src/sidecar/runs/read.ts";
import { parseRun, printRun, type Run } from "../../../src/sidecar/runs/run.ts";
import { largestRun } from "../../../src/sidecar/runs/store.ts";
import { runOf } from "./world.ts";

test("a run is read back as it was written", () => {
  for (const run of [
    runOf(),
    runOf({ exitCode: undefined, done: undefined, networkIds: [] }),
    runOf({ service: "__proto__", output: { pieces: [], isCut: true, problem: "the engine answers 501" } }),
  ])
    expect(parseRun(printRun(run))).toEqual(run);
});

test("terminal escapes stay data: a run's file has no character that a terminal acts on", () => {
  const text = "\u001b[31m\u0007\u009b2J\u202e\u2066\u007f\r##[error]\u0000\ud800";
  const run = runOf({
    containerName: text,
    output: { pieces: [{ stream: "stderr", text }], isCut: false, problem: text },
  });
  const printed = printRun(run);
  expect(printed).toMatch(/^[\u0020-\u007e]+\n$/);
  expect(printed).not.toContain("##[");
  expect(parseRun(printed)).toEqual(run);
});

test("the largest output fits into the largest file", () => {
  const pieces = Array.from({ length: 1000 }, () => ({ stream: "stdout", text: "\u0001".repeat(65) }) as const);
  expect(printRun(runOf({ output: { pieces, isCut: true, problem: "" } })).length).toBeLessThan(largestRun);
});

test.each<[string, (run: Record<string, unknown>) => unknown]>([
  ["another version", (run) => ({ ...run, version: 2 })],
  ["no version", (run) => ({ ...run, version: undefined })],
  ["a list", (run) => [run]],
  ["no container", (run) => ({ ...run, container: undefined })],
  ["an ID that is none", (run) => ({ ...run, container: "../../etc/passwd" })],
  ["an exit code that is text", (run) => ({ ...run, exitCode: "0" })],
  [
    "another stream",
    (run) => ({ ...run, output: { pieces: [{ stream: "stdin", text: "" }], isCut: false, problem: "" } }),
  ],
  ["no output", (run) => ({ ...run, output: null })],
  ["networks that are none", (run) => ({ ...run, networkIds: [1] })],
  ["another decision", (run) => ({ ...run, decided: { action: "explode", policy: {}, reason: "" } })],
  ["something else done", (run) => ({ ...run, done: "exploded" })],
])("jobs 1.2: a broken file is no run: %s", (_, change) => {
  const run = JSON.parse(printRun(runOf())) as Record<string, unknown>;
  expect(parseRun(JSON.stringify(run))).toBeDefined();
  expect(parseRun(JSON.stringify(change(run)))).toBeUndefined();
});

test("jobs 1.2: no text makes the reader throw, and half a file is no run", () => {
  const text = printRun(runOf());
  for (const broken of ["", "null", "1", "{", "[]", '"run"', text.slice(0, -10), text.slice(5)])
    expect(parseRun(broken)).toBeUndefined();
});

test("members that this version does not know are dropped", () => {
  const run = JSON.parse(printRun(runOf())) as object;
  expect(parseRun(JSON.stringify({ ...run, color: "red" }))).toEqual(runOf());
});

test.each([
  "job",
  "a.b-c_1",
  "../../etc/passwd",
  "..",
  ".",
  "",
  "/",
  "a/b",
  "a\\b",
  "nul\u0000l",
  "\u001b[31m",
  "J\u00f6b",
  "\ud800",
  "x".repeat(5000),
  "\u20ac".repeat(5000),
  "job.json",
  "-rf",
])("jobs 1.2: a service cannot leave the folder, whatever it is called: %j", (service) => {
  const name = runFileName(runOf({ service }));
  expect(name).toMatch(/^\d{14}-[0-9a-f]{16}-[\w%~-]+\.json$/);
  expect(name.length).toBeLessThan(200);
  expect(serviceInName(name)).toBe(safeName(service));
});

test("two services never share a name", () => {
  const services = ["a.b", "a%2eb", "a_b", "a/b", "A.b", "x".repeat(200), `${"x".repeat(200)}y`, ""];
  expect(new Set(services.map(safeName)).size).toBe(services.length);
});

test("names sort by the finish time, and one end always has the same name", () => {
  const [early, late] = [
    runOf({ finished: "2026-11-27T09:00:00+01:00" }),
    runOf({ finished: "2026-11-27T08:00:00.5Z" }),
  ];
  expect(runFileName(early) < runFileName(late)).toBe(true);
  expect(runFileName(runOf({ exitCode: 7, done: undefined }))).toBe(runFileName(runOf()));
  expect(runFileName(runOf({ container: "b".repeat(64) }))).not.toBe(runFileName(runOf()));
});

test("runs are read from texts: a broken one is named, and other files are left out", () => {
  const run = runOf();
  const name = runFileName(run);
  const moved = runFileName(runOf({ service: "other" }));
  const texts = [
    { name, text: printRun(run) },
    { name: moved, text: printRun(run) },
    { name: name.replace("-job", "-broken"), text: "{" },
    { name: "notes.txt", text: "hello" },
    { name: `${name}.123-abc.new`, text: "{" },
  ];
  expect(readRuns(texts)).toEqual({ runs: [run], broken: [moved, name.replace("-job", "-broken")] });
});

test("jobs 2.2: runs of several places are merged by container and finish time, the newest first", () => {
  const pending: Run = runOf({ done: undefined });
  const older = runOf({ finished: "2026-11-27T09:00:00Z", container: "b".repeat(64) });
  const again = runOf({ finished: "2026-11-27T11:00:00Z" });
  expect(mergeRuns([pending, older], [again, runOf()])).toEqual([again, runOf(), older]);
  expect(mergeRuns([runOf()], [pending])).toEqual([runOf()]);
  expect(mergeRuns()).toEqual([]);
});
