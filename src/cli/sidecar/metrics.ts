import { resolve } from "node:path";
import { monotonicClock } from "../../time/clock.ts";
import type { Log } from "../../sidecar/log.ts";
import { fileSeconds, keepMetricsFile } from "../../sidecar/metrics/file.ts";
import { serveMetrics } from "../../sidecar/metrics/server.ts";
import { parseMetricsTarget, type MetricsTarget } from "../../sidecar/metrics/target.ts";
import type { Io } from "../io.ts";
import { Problem } from "../../files/problem.ts";

/** What metrics are given out with. */
export interface MetricsOptions {
  readonly text: () => string;
  readonly log: Log;
  /** What becomes of a file at the end. One that was left would be taken for the truth as long as it is there. */
  readonly end: "leave" | "remove";
  /** Whether what cannot be given out is only logged: a service must go on with its work. */
  readonly isService: boolean;
}

/** Reads the option `--metrics`. Throws a Problem. */
export function readMetricsTarget(option: string): MetricsTarget {
  const target = parseMetricsTarget(option);
  if (typeof target === "string") throw new Problem(target);
  return target;
}

/** Gives metrics out until the function that it resolves to is called. Rejects with a Problem when it cannot, but not in a service. */
export async function openMetrics(io: Io, target: MetricsTarget, options: MetricsOptions): Promise<() => void> {
  try {
    return await open(io, target, options);
  } catch (error) {
    if (!options.isService || !(error instanceof Problem)) throw error;
    options.log({
      level: "error",
      event: "metrics",
      reason: `${error.message}; there are no metrics until the sidecar is started again`,
    });
    return () => {};
  }
}

async function open({ cwd }: Io, target: MetricsTarget, { text, log, end }: MetricsOptions): Promise<() => void> {
  const warn = (reason: string): void => log({ level: "warning", event: "metrics", reason });
  const say = (reason: string): void => log({ level: "info", event: "metrics", reason });
  if (target.kind === "file") {
    const path = resolve(cwd, target.path);
    const file = Problem.unless(`write ${target.path}`, () => keepMetricsFile(path, text, monotonicClock, warn));
    say(`in ${path} every ${fileSeconds} s`);
    return () => file.close(end);
  }
  const { host, port } = target;
  const place = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const server = await serveMetrics(target, text, warn).catch((error: unknown) => {
    throw Problem.from(error, `listen on ${place}`);
  });
  say(`at ${server.url}`);
  return () => server.close();
}
