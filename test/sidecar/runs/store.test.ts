import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runFileName } from "../../../src/sidecar/runs/file-name.ts";
import type { Run } from "../../../src/sidecar/runs/run.ts";
import { runLimits } from "../../../src/sidecar/runs/index-of-runs.ts";
import { createRunStore, type RunStore } from "../../../src/sidecar/runs/store.ts";
import { MemoryRuns, runOf } from "./world.ts";

interface OnDisk {
  readonly store: RunStore;
  readonly folder: string;
  readonly warnings: string[];
}

function onDisk(below = "state/shop/runs"): OnDisk {
  const root = mkdtempSync(join(tmpdir(), "runs-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, below);
  const warnings: string[] = [];
  return {
    store: createRunStore({ folderOf: () => folder, warn: (problem) => warnings.push(problem) }),
    folder,
    warnings,
  };
}

/** The run that ended at a minute. */
function at(minute: number, given: Partial<Run> = {}): Run {
  return runOf({ finished: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(), ...given });
}

test("jobs 1.2: one file per run, for its owner alone", async () => {
  const { store, folder, warnings } = onDisk();
  await store.put(runOf({ done: undefined }));
  await store.put(runOf());
  expect(await store.find(runOf())).toEqual(runOf());
  expect(readdirSync(folder)).toEqual([runFileName(runOf())]);
  expect(statSync(join(folder, runFileName(runOf()))).mode & 0o777).toBe(0o600);
  for (const one of [folder, join(folder, ".."), join(folder, "../..")]) expect(statSync(one).mode & 0o777).toBe(0o700);
  await store.remove(runOf());
  await store.remove(runOf());
  expect(await store.find(runOf())).toBeUndefined();
  expect(warnings).toEqual([]);
});

test("jobs 1.2: written under a temporary name, and renamed", async () => {
  const { store, files } = new MemoryRuns();
  const changes: string[] = [];
  files.onChange = (what, path) => changes.push(`${what} ${path.replace(/\.\d+-[a-z0-9]+\.new$/, " TEMPORARY")}`);
  await store.put(runOf());
  const path = `/runs/shop/${runFileName(runOf())}`;
  expect(changes).toEqual([`create ${path} TEMPORARY`, `rename ${path} TEMPORARY`]);
});

test("jobs 1.2: a write that fails leaves the old run, and nothing else", async () => {
  const memory = new MemoryRuns();
  const { store, files } = memory;
  await store.put(runOf({ done: undefined }));
  files.onChange = (what) => {
    if (what === "rename") throw new Error("ENOSPC");
  };
  await expect(store.put(runOf())).rejects.toThrow("ENOSPC");
  expect(files.texts.size).toBe(1);
  expect(memory.all()).toEqual([runOf({ done: undefined })]);
});

test("jobs 1.2: the last 20 of a service, the oldest go first", async () => {
  const memory = new MemoryRuns();
  for (let minute = 0; minute < 25; minute++) {
    await memory.store.put(at((minute * 7) % 25));
    await memory.store.put(at((minute * 7) % 25, { service: "jo", container: "b".repeat(64) }));
  }
  for (const service of ["job", "jo"]) {
    const runs = memory.all().filter((run) => run.service === service);
    expect(runs.map(({ finished }) => new Date(finished).getUTCMinutes())).toEqual(
      Array.from({ length: runLimits.perService }, (_, index) => 24 - index),
    );
  }
});

test("jobs 1.2: 4 MiB of a stack, the oldest of all services go first", async () => {
  const memory = new MemoryRuns();
  const output = { pieces: [{ stream: "stdout", text: "x".repeat(65_000) } as const], isCut: false, problem: "" };
  await memory.store.put(at(500, { service: "small" }));
  for (let minute = 0; minute < 100; minute++) await memory.store.put(at(minute, { service: `job${minute}`, output }));
  const sizes = [...memory.files.texts.values()].map((text) => Buffer.byteLength(text));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeLessThanOrEqual(runLimits.bytes);
  expect(total).toBeGreaterThan(runLimits.bytes - 70_000);
  const kept = memory.all().map(({ service }) => service);
  expect(kept).toEqual(["small", ...Array.from({ length: kept.length - 1 }, (_, index) => `job${99 - index}`)]);
});

test("jobs 1.2: the stacks of one store do not push each other out", async () => {
  const memory = new MemoryRuns();
  for (let minute = 0; minute < 20; minute++)
    for (const project of ["one", "two"])
      await memory.store.put(at(minute, { project, container: (project === "one" ? "1" : "2").repeat(64) }));
  expect(memory.all()).toHaveLength(40);
});

test("jobs 1.2: many runs at once are all kept, and the folder is not read after each", async () => {
  const memory = new MemoryRuns();
  let lists = 0;
  const list = memory.files.list.bind(memory.files);
  memory.files.list = (folder) => {
    lists++;
    return list(folder);
  };
  await Promise.all(Array.from({ length: 200 }, (_, index) => memory.store.put(at(index, { service: `job${index}` }))));
  expect(memory.all()).toHaveLength(200);
  expect(lists).toBeLessThan(20);
});

test("jobs 1.2: a broken file is skipped and named in the log, and the next record takes its place", async () => {
  const { store, folder, warnings } = onDisk();
  await store.put(runOf());
  writeFileSync(join(folder, runFileName(runOf())), '{"version": 1, "service": "jo');
  expect(await store.find(runOf())).toBeUndefined();
  expect(warnings).toEqual([`${join(folder, runFileName(runOf()))} is no run, and is skipped`]);
  await store.put(runOf());
  expect(await store.find(runOf())).toEqual(runOf());
});

test("what is no plain file, or too large, is not read, and never waited for", async () => {
  const { store, folder } = onDisk();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, runFileName(runOf()));
  execFileSync("mkfifo", [path]);
  expect(await store.find(runOf())).toBeUndefined();
  rmSync(path);
  mkdirSync(path);
  expect(await store.find(runOf())).toBeUndefined();
  rmSync(path, { recursive: true });
  writeFileSync(path, "x".repeat(600_000));
  expect(await store.find(runOf())).toBeUndefined();
  rmSync(path);
  symlinkSync("/dev/zero", path);
  expect(await store.find(runOf())).toBeUndefined();
});

test("other files in the folder stay; what a killed process has left goes after a minute", async () => {
  const { store, folder } = onDisk();
  mkdirSync(folder, { recursive: true });
  const [old, young] = [`${runFileName(at(1))}.1-a.new`, `${runFileName(at(2))}.1-b.new`];
  for (const name of ["notes.txt", old, young]) writeFileSync(join(folder, name), "hello");
  utimesSync(join(folder, old), 1, 1);
  await store.put(runOf());
  expect(readdirSync(folder).toSorted()).toEqual(["notes.txt", young, runFileName(runOf())].toSorted());
});

test("jobs 1.4: a folder that cannot be made is an error of every call, and never ends in a loop", async () => {
  for (const folder of ["/proc/runs/shop", "/dev/null/shop"]) {
    const store = createRunStore({ folderOf: () => folder, warn: () => {} });
    await expect(store.put(runOf())).rejects.toThrow(/ENOENT|ENOTDIR/);
  }
});

test("jobs 1.4: old runs that cannot be removed are named, and the new one is kept", async () => {
  const memory = new MemoryRuns();
  memory.files.list = () => Promise.reject(new Error("EIO"));
  await memory.store.put(runOf());
  expect(memory.warnings).toEqual(["old runs in /runs/shop cannot be removed: EIO"]);
  expect(memory.all()).toHaveLength(1);
});
