import { existsSync, rmSync } from "node:fs";
import type { Clock } from "../../time/clock.ts";
import { readBeginning } from "../../files/plain-file.ts";
import { replaceFile } from "./replace-file.ts";

/** A metrics file that is written regularly. */
export interface MetricsFile {
  /** Stops writing. Then removes the file, or leaves it with the numbers of this moment. Never throws. */
  close(end: "leave" | "remove"): void;
}

/** How often the file is written, in seconds. */
export const fileSeconds = 15;

/**
 * Writes metrics to a file for the textfile collector of Prometheus' node_exporter, now and at regular intervals.
 * Throws when the path has a file that no sidecar wrote, and Node's error when the file cannot be written now. `warn`
 * is called when a later attempt fails, and not again before one has succeeded.
 */
export function keepMetricsFile(
  path: string,
  text: () => string,
  clock: Clock,
  warn: (problem: string) => void,
): MetricsFile {
  let isReported = false;
  const attempt = (action: () => void): void => {
    try {
      action();
      isReported = false;
    } catch (error) {
      if (!isReported) warn((error as Error).message);
      isReported = true;
    }
  };
  const rewrite = (): void => {
    attempt(() => replaceFile(path, text()));
    cancel = clock.after(fileSeconds * 1000, rewrite);
  };
  if (existsSync(path) && !isOurs(path))
    throw new Error("a file exists there that no sidecar wrote; move it away, or choose another path");
  replaceFile(path, text());
  let cancel = clock.after(fileSeconds * 1000, rewrite);
  return {
    close(end) {
      cancel();
      attempt(() => (end === "leave" ? replaceFile(path, text()) : rmSync(path, { force: true })));
    },
  };
}

/** Whether a sidecar wrote the file, by its beginning. Throws for anything else than a file. */
function isOurs(path: string): boolean {
  const { bytes } = readBeginning(path, 64, "plain");
  return /^(# HELP tutum_stack_|$)/.test(new TextDecoder().decode(bytes));
}
