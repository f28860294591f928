import type { EngineGreeting } from "./engine.ts";

/** The newest version of the API that was tried on an engine. */
export const newestApiVersion = "1.45";

/** Asks for the status, and the headers `Api-Version` and `Date`, of a path without a version. */
export type AskPing = (
  method: "HEAD" | "GET",
  path: string,
) => Promise<{ readonly status: number; readonly apiVersion: string; readonly date: string }>;

/**
 * Agrees on a version of the API: no version fits all engines, 20.10 speaks at most 1.41 and 29.0 at least 1.44. An engine that has left
 * ours behind is spoken to in its own. `now` is the time to take for the engine's, in milliseconds, if it does not say its time.
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

function compareVersions(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split(".").map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split(".").map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
}
