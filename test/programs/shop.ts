import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { program } from "../support/program.ts";

const [file = "", ...first] = program;
export const plainStack = "web:\n  image: nginx\n";
export const jobStack = "job:\n  image: busybox\n  autodestroy: ALWAYS\n";

/** The folder of the test that runs: the working directory of its programs. */
export let folder = "";

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "shop-")));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a file into the folder; returns its path. */
export function put(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** What a program left behind. */
export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end. */
export function tutumStack(
  args: readonly string[],
  options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Result {
  const { input = "", env = {}, cwd = folder } = options;
  const { status, stdout, stderr, error } = spawnSync(file, [...first, ...args], {
    cwd,
    input,
    env,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

/** Starts the program. */
export function startTutumStack(...args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(file, [...first, ...args], { cwd: folder });
}

/** Runs a command in which `"$@"` is the program. */
export function shell(command: string): Result {
  const env = { PATH: process.env["PATH"] };
  const { status, stdout, stderr } = spawnSync("/bin/bash", ["--norc", "-c", command, "bash", ...program], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}
