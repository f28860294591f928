import { resolve } from "node:path";
import { monotonicClock } from "../../time/clock.ts";
import type { Log } from "../../sidecar/log.ts";
import { fileSeconds, keepMetricsFile } from "../../sidecar/metrics/file.ts";
import { serveMetrics } from "../../sidecar/metrics/server.ts";
import { parseMetricsTarget, type MetricsTarget } from "../../sidecar/metrics/target.ts";
import type { Io } from "../io.ts";
import { Problem } from "../../files/problem.ts";

/** What it takes to publish metrics. */
export interface MetricsOptions {
  readonly text: () => string;
  readonly log: Log;
  /** What happens to a file at the end. Prometheus would take the values of a file that is left for current ones. */
  readonly end: "leave" | "remove";
  /** Whether a failure to publish is only logged, because a service must go on with its work. */
  readonly isService: boolean;
}

/** Reads the option `--metrics`. Throws a Problem. */
export function readMetricsTarget(option: string): MetricsTarget {
  const target = parseMetricsTarget(option);
  if (typeof target === "string") throw new Problem(target);
  return target;
}

/**
 * Publishes metrics. Resolves to the function that ends this. Rejects with a Problem when it is impossible, unless
 * `isService`.
 */
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
  const inform = (reason: string): void => log({ level: "info", event: "metrics", reason });
  if (target.kind === "file") {
    const path = resolve(cwd, target.path);
    const file = Problem.unless(`write ${target.path}`, () => keepMetricsFile(path, text, monotonicClock, warn));
    inform(`in ${path} every ${fileSeconds} s`);
    return () => file.close(end);
  }
  const { host, port } = target;
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const server = await serveMetrics(target, text, warn).catch((error: unknown) => {
    throw Problem.from(error, `listen on ${address}`);
  });
  inform(`at ${server.url}`);
  return () => server.close();
}
