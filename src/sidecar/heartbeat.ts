import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { pid } from "node:process";
import { reconcileSeconds } from "./sidecar.ts";

/**
 * Where the sidecar of a config writes its heartbeat: in the folder for temporary files, which must be writable (a tmpfs at /tmp). The
 * config is an absolute path, or the name of the variable that holds it.
 */
export function heartbeatPath(config: string, folder: string = tmpdir()): string {
  return join(folder, `tutum-stack-sidecar-${createHash("sha256").update(config).digest("hex").slice(0, 16)}.json`);
}

/** Says that a reconcile has succeeded, or what is wrong. Throws Node's error when it cannot be written. */
export function writeHeartbeat(path: string, problem: string | undefined, seconds: number = secondsSinceBoot()): void {
  const temporary = `${path}.${pid}`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, JSON.stringify({ seconds, problem }), { flag: "wx" });
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Says that the sidecar has ended. What it may not remove gets old by itself. */
export function removeHeartbeat(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

/** What is wrong with the sidecar that writes this heartbeat; undefined when it is healthy. Never throws. */
export function checkHeartbeat(path: string, now: number = secondsSinceBoot()): string | undefined {
  const heartbeat = readHeartbeat(path);
  if (!heartbeat) return "no sidecar with this config has looked at its containers yet";
  if (heartbeat.problem !== undefined) return heartbeat.problem;
  const age = Math.round(now - heartbeat.seconds);
  return age >= 0 && age <= 3 * reconcileSeconds
    ? undefined
    : `the sidecar has not looked at its containers for ${age} s`;
}

/** A time that is the same for all processes of the machine. Not `hrtime`: with Bun that counts from the start of the process. */
function secondsSinceBoot(): number {
  return uptime();
}

function readHeartbeat(path: string): { readonly seconds: number; readonly problem?: string } | undefined {
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as { readonly seconds: number; readonly problem?: string };
    return typeof value.seconds === "number" ? value : undefined;
  } catch {
    return undefined;
  }
}
