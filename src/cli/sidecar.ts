import { resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import packageJson from "../../package.json" with { type: "json" };
import { readConfig } from "../lifecycle/config.ts";
import { monotonicClock } from "../sidecar/clock.ts";
import { watchConfigFile } from "../sidecar/config-file.ts";
import { createDockerEngine, realMachine } from "../sidecar/docker-engine.ts";
import { findEndpoint } from "../sidecar/docker-endpoint.ts";
import { EngineError } from "../sidecar/engine.ts";
import { checkHeartbeat, heartbeatPath, removeHeartbeat, writeHeartbeat } from "../sidecar/heartbeat.ts";
import { createLog, type Log, type LogFormat } from "../sidecar/log.ts";
import { createMetrics } from "../sidecar/metrics.ts";
import { findOwnId } from "../sidecar/own-container.ts";
import { createSidecar } from "../sidecar/sidecar.ts";
import type { Io } from "./io.ts";
import { openMetrics, readMetricsTarget } from "./metrics.ts";
import { Problem } from "./problem.ts";

/** The flags of `sidecar`. */
export interface SidecarFlags {
  readonly config: string;
  readonly dryRun?: boolean;
  readonly once?: boolean;
  readonly health?: boolean;
  readonly log?: LogFormat;
  readonly metrics?: string;
}

/** `tutum-stack sidecar`: watches an engine until it is told to end. Resolves to the exit code. Rejects with a Problem. */
export async function sidecarCommand(io: Io, flags: SidecarFlags): Promise<number> {
  const path = resolve(io.cwd, flags.config);
  if (flags.health) return sayHealth(io, path);
  const text = readText(io, path, flags.config);
  const { config, problems } = readConfig(text);
  if (problems) throw new Problem(`${flags.config} cannot be used: ${problems.join("; ")}`);
  const machine = realMachine(io.env);
  const endpoint = findEndpoint(machine);
  if (typeof endpoint === "string") throw new Problem(endpoint);
  const target = flags.metrics === undefined ? undefined : readMetricsTarget(flags.metrics);

  turnCompilersOff();
  const log = createLog(
    flags.log ?? (io.stdout.isTerminal ? "pretty" : "json"),
    (line) => io.log(line),
    () => new Date(),
  );
  const engine = createDockerEngine(endpoint, (reason) => log({ level: "warning", event: "engine", reason }));
  const ending = endingOf(process);
  const { dryRun = false, once = false } = flags;
  const onHealth = heartbeatOf(path, log);
  const metrics = createMetrics(packageJson.version, () => Date.now() / 1000);
  const common = { clock: monotonicClock, random: Math.random, ownId: findOwnId(machine) };
  const sidecar = createSidecar({ ...common, engine, log, metrics, config, onHealth, dryRun, once });
  const metricsText = (): string => metrics.text(sidecar.status());
  const closeMetrics =
    target && (await openMetrics(io, target, { text: metricsText, log, end: once ? "leave" : "remove" }));
  const listener = {
    onText: (changed: string) => sidecar.reconfigure(changed),
    onProblem: (reason: string) => log({ level: "error", event: "config unreadable", reason }),
  };
  watchConfigFile(path, text, listener, monotonicClock, ending.signal);
  try {
    const { failed } = await sidecar.run(ending.signal);
    return failed > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new Problem(error.message);
  } finally {
    ending.abort();
    closeMetrics?.();
    removeHeartbeat(heartbeatPath(path));
  }
}

/** A program that waits needs no machine code, which took up to a third of its memory. V8 has had these flags since Node 20. */
function turnCompilersOff(): void {
  for (const flag of ["--no-opt", "--no-maglev", "--no-sparkplug"]) setFlagsFromString(flag);
}

function readText(io: Io, path: string, name: string): string {
  const found = Problem.unless(`read ${name}`, () => io.files.read(path));
  if (!found) throw new Problem(`cannot read ${name}: no such file`);
  return new TextDecoder().decode(found.bytes);
}

function sayHealth(io: Io, path: string): number {
  const problem = checkHeartbeat(heartbeatPath(path));
  io.stdout.write(`${problem ?? "healthy"}\n`);
  return problem === undefined ? 0 : 1;
}

/** Aborted by the signals that Docker and a terminal send to end a program. */
function endingOf(source: NodeJS.Process): AbortController {
  const ending = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) source.once(signal, () => ending.abort());
  return ending;
}

/** Writes the heartbeat; a folder that cannot be written is told once, because the sidecar works without. */
function heartbeatOf(path: string, log: Log): (problem: string | undefined) => void {
  let isTold = false;
  return (problem) => {
    try {
      writeHeartbeat(heartbeatPath(path), problem);
    } catch (error) {
      if (!isTold) log({ level: "warning", event: "no heartbeat", reason: (error as Error).message });
      isTold = true;
    }
  };
}
