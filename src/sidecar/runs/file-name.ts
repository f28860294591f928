import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { endOf, type RunKey } from "./run.ts";

/**
 * The name of a run's file, without a folder: the finish time, so that names sort by it, the end of the container, and
 * the service. The same end always has the same name, so it never has two files.
 */
export function runFileName(key: RunKey): string {
  const time = [key.finished, key.started].map((text) => Date.parse(text)).find((one) => one > 0) ?? 0;
  return `${String(time).padStart(14, "0")}-${digits(endOf(key))}-${safeName(key.service)}.json`;
}

/** The part of a run's file name that stands for the service; undefined for a file that is none. */
export function serviceInName(name: string): string | undefined {
  return /^\d{14,}-[0-9a-f]{16}-([\w%~-]+)\.json$/.exec(name)?.[1];
}

/**
 * A name that stays within its folder, whatever a service or project is called. Two different names never become the
 * same one.
 */
export function safeName(name: string): string {
  const safe = Buffer.from(name)
    .toString("latin1")
    .replace(/[^\w-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return safe.length > 0 && safe.length <= longest ? safe : `${safe.slice(0, longest - 17)}~${digits(name)}`;
}

/** A file name may have 255 bytes. */
const longest = 100;

function digits(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
