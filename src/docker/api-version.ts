import type { EngineGreeting } from "./engine.ts";

/** The newest version of the API that was tested on an engine. */
export const newestApiVersion = "1.45";

/**
 * Requests a path without a version. Resolves with the status and the headers `Api-Version` and `Date` of the answer.
 */
export type AskPing = (
  method: "HEAD" | "GET",
  path: string,
) => Promise<{ readonly status: number; readonly apiVersion: string; readonly date: string }>;

/**
 * Chooses a version of the API. No version fits all engines: 20.10 accepts at most 1.41, 29.0 at least 1.44. If an
 * engine no longer accepts ours, its own version is used. `now`, in milliseconds, replaces the time of an engine that
 * does not send one.
 */
export async function negotiate(ask: AskPing, now: number): Promise<EngineGreeting> {
  const head = await ask("HEAD", "/_ping");
  const { apiVersion, date } = head.status === 200 ? head : await ask("GET", "/_ping");
  const seconds = Date.parse(date) / 1000;
  const time = Number.isNaN(seconds) ? now / 1000 : seconds;
  if (!/^\d+\.\d+$/.test(apiVersion)) return { apiVersion: "", time };
  if (compareVersions(apiVersion, newestApiVersion) <= 0) return { apiVersion, time };
  const { status } = await ask("HEAD", `/v${newestApiVersion}/_ping`);
  return { apiVersion: status === 400 ? apiVersion : newestApiVersion, time };
}

/** A path with the version of the API in front; the path itself for the empty version. */
export function versioned(path: string, version: string): string {
  return version === "" ? path : `/v${version}${path}`;
}

function compareVersions(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split(".").map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split(".").map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
}
