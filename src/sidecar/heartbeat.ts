import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { readPlainFile } from "../files/plain-file.ts";
import { replaceFile } from "./metrics/replace-file.ts";
import { mostSecondsWithoutReconcile } from "./schedule.ts";

/**
 * The path of a sidecar's heartbeat file, in the folder for temporary files. That folder must be writable; a tmpfs at
 * /tmp is enough. `config` is the absolute path of the config, or the name of the variable that contains it.
 */
export function heartbeatPath(config: string, folder: string = tmpdir()): string {
  return join(folder, `tutum-stack-sidecar-${createHash("sha256").update(config).digest("hex").slice(0, 16)}.json`);
}

/** Records that a reconcile has succeeded, or what is wrong. Throws Node's error when the file cannot be written. */
export function writeHeartbeat(path: string, problem: string | undefined, seconds: number = secondsSinceBoot()): void {
  replaceFile(path, JSON.stringify({ seconds, problem }));
}

/** Removes the heartbeat of a sidecar that ends. If that fails, the heartbeat becomes too old after a while. */
export function removeHeartbeat(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

/** What is wrong with the sidecar that writes a heartbeat; undefined when it is healthy. Never throws. */
export function checkHeartbeat(path: string, now: number = secondsSinceBoot()): string | undefined {
  const heartbeat = readHeartbeat(path);
  if (!heartbeat) return "no sidecar with this config has completed a check yet";
  if (heartbeat.problem !== undefined) return heartbeat.problem;
  const age = Math.round(now - heartbeat.seconds);
  return age >= 0 && age <= mostSecondsWithoutReconcile
    ? undefined
    : `the sidecar has not checked its containers for ${age} s`;
}

/** A time that is the same in all processes of the machine. With Bun, `hrtime` starts with the process. */
function secondsSinceBoot(): number {
  return uptime();
}

function readHeartbeat(path: string): { readonly seconds: number; readonly problem?: string } | undefined {
  try {
    const text = new TextDecoder().decode(readPlainFile(path, 1024 ** 2));
    const value = JSON.parse(text) as { readonly seconds: number; readonly problem?: string };
    return typeof value.seconds === "number" ? value : undefined;
  } catch {
    return undefined;
  }
}
