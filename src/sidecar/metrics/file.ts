import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { pid } from "node:process";
import type { Clock } from "../../time/clock.ts";

/** A file that is written again and again. */
export interface MetricsFile {
  /** Writes the file no more, and removes it, or leaves it with what there is to say at the end. Never throws. */
  close(end: "leave" | "remove"): void;
}

/** How often the file is written, in seconds. */
export const fileSeconds = 15;

/**
 * Writes metrics into a file for the textfile collector of Prometheus' node_exporter, now and again and again. Readers see whole files
 * only. Throws when there is a file that no sidecar wrote, and Node's error when it cannot be written now; `warn` hears when it cannot be
 * written later, once until it can.
 */
export function keepMetricsFile(
  path: string,
  text: () => string,
  clock: Clock,
  warn: (problem: string) => void,
): MetricsFile {
  let isTold = false;
  const attempt = (action: () => void): void => {
    try {
      action();
      isTold = false;
    } catch (error) {
      if (!isTold) warn((error as Error).message);
      isTold = true;
    }
  };
  const again = (): void => {
    attempt(() => write(path, text()));
    cancel = clock.after(fileSeconds * 1000, again);
  };
  if (existsSync(path) && !/^(# HELP tutum_stack_|$)/.test(readFileSync(path, "utf8")))
    throw new Error("there is a file that no sidecar wrote; move it away, or name another");
  write(path, text());
  let cancel = clock.after(fileSeconds * 1000, again);
  return {
    close(end) {
      cancel();
      attempt(() => (end === "leave" ? write(path, text()) : rmSync(path, { force: true })));
    },
  };
}

/** The other name does not end in `.prom`, so that no collector reads it. */
function write(path: string, text: string): void {
  const temporary = `${path}.${pid}`;
  rmSync(temporary, { force: true });
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
