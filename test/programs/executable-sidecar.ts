import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { LogEntry } from "../../src/sidecar/log.ts";
import { configOf } from "../sidecar/stage.ts";
import { executable } from "../support/program.ts";

/** A sidecar of the executable. */
export interface Running {
  readonly child: ChildProcess;
  readonly config: string;
  readonly logged: () => readonly LogEntry[];
  readonly ended: Promise<{
    readonly code: number | null;
    readonly logged: readonly LogEntry[];
    readonly said: string;
  }>;
}

/** Starts the sidecar of a stack whose service `job` destroys itself. */
export function start(env: NodeJS.ProcessEnv, stack: string, ...flags: readonly string[]): Running {
  const folder = mkdtempSync(join(tmpdir(), "executable-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = join(folder, "autodestroy.json");
  writeFileSync(config, JSON.stringify({ ...configOf({ job: "OFF/ALWAYS" }, stack), settleSeconds: 2 }));
  const child = spawn(executable, ["sidecar", "--config", config, "--project", stack, "--log", "json", ...flags], {
    env: { TMPDIR: folder, ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  const logged = () => texts.stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as LogEntry]));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve)).then((code) => ({
    code,
    logged: logged(),
    said: texts.stderr,
  }));
  return { child, config, logged, ended };
}
