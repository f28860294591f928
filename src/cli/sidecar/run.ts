import { dirname, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import packageJson from "../../../package.json" with { type: "json" };
import { visible } from "../../text/visible.ts";
import { configVariable, readConfig } from "../../lifecycle/config.ts";
import { monotonicClock } from "../../time/clock.ts";
import { isSameFolder, mostConfigBytes, watchConfigFile, type FileListener } from "../../sidecar/config-file.ts";
import { createSidecarEngine } from "../../docker/client.ts";
import { realMachine } from "../../docker/machine.ts";
import { findEndpoint, type Endpoint } from "../../docker/endpoint.ts";
import { EngineError } from "../../docker/engine.ts";
import { checkHeartbeat, heartbeatPath, removeHeartbeat, writeHeartbeat } from "../../sidecar/heartbeat.ts";
import { createLog, type Log, type LogFormat } from "../../sidecar/log.ts";
import { createMetrics } from "../../sidecar/metrics/metrics.ts";
import { findOwnId } from "../../docker/own-container.ts";
import { describeCandidate, NoProject } from "../../sidecar/find-project.ts";
import { readNewConfig } from "../../sidecar/new-config.ts";
import type { ProjectSource } from "../../sidecar/project.ts";
import { createSidecar, type Sidecar } from "../../sidecar/sidecar.ts";
import type { Io } from "../io.ts";
import { openMetrics, readMetricsTarget } from "./metrics.ts";
import { openRuns } from "./runs.ts";
import { readText } from "../../files/files.ts";
import { Problem } from "../../files/problem.ts";

/** The flags of `sidecar`. */
export interface SidecarFlags {
  readonly config?: string;
  readonly project?: string;
  readonly dryRun?: boolean;
  readonly once?: boolean;
  readonly health?: boolean;
  readonly log?: LogFormat;
  readonly metrics?: string;
  readonly runs?: string;
}

/**
 * `tutum-stack sidecar`: watches an engine until a signal ends the program. Resolves to the exit code. Rejects with a
 * Problem.
 */
export async function sidecarCommand(io: Io, flags: SidecarFlags): Promise<number> {
  if (flags.health) return printHealth(io, heartbeatOf(io, flags));
  const given = readGiven(io, flags);
  const { config, problems } = readConfig(given.text);
  if (problems) throw new Problem(`${given.name} cannot be used: ${problems.join("; ")}`);
  const machine = realMachine(io.env);
  const endpoint = findEndpoint(machine);
  if (typeof endpoint === "string") throw new Problem(endpoint);
  const source = projectSource(flags, given, endpoint);
  const target = flags.metrics === undefined ? undefined : readMetricsTarget(flags.metrics);

  turnCompilersOff();
  const log = createLog(
    flags.log ?? (io.stdout.isTerminal ? "pretty" : "json"),
    (line) => io.log(line),
    () => new Date(),
  );
  const engine = createSidecarEngine(endpoint, (reason) => log({ level: "warning", event: "engine", reason }));
  const ending = endingOf(process);
  const { dryRun = false, once = false } = flags;
  // A trial can run beside the real sidecar, and must not overwrite its heartbeat.
  const isTrial = dryRun || once;
  const onHealth = isTrial ? () => {} : heartbeatWriter(heartbeatOf(io, flags), log);
  const metrics = createMetrics(packageJson.version, () => Date.now() / 1000);
  const ownId = findOwnId(machine);
  const hasUser = given.path !== undefined && ownId === undefined;
  const runs = dryRun ? undefined : openRuns(io, { given: flags.runs, hasUser, endpoint, log });
  const common = { clock: monotonicClock, random: Math.random, ownId, runs };
  const sidecar = createSidecar({ ...common, engine, log, metrics, config, source, onHealth, dryRun, once });
  const metricsText = (): string => metrics.text(sidecar.status());
  const wanted = {
    text: metricsText,
    log,
    end: once ? "leave" : "remove",
    isService: given.path === undefined,
  } as const;
  const closeMetrics = target && (await openMetrics(io, target, wanted));
  if (given.path !== undefined)
    watchConfigFile(given.path, given.text, listenerOf(sidecar, log), monotonicClock, ending.signal);
  try {
    const { failed } = await sidecar.run(ending.signal);
    return failed > 0 ? 1 : 0;
  } catch (error) {
    throw asProblem(error);
  } finally {
    ending.abort();
    closeMetrics?.();
    if (!isTrial) removeHeartbeat(heartbeatOf(io, flags));
  }
}

/** The text of a config and where it came from. */
interface Given {
  readonly name: string;
  readonly text: string;
  /** Undefined for a config from the environment. */
  readonly path: string | undefined;
}

function readGiven(io: Io, { config: name }: SidecarFlags): Given {
  if (name !== undefined) {
    const path = resolve(io.cwd, name);
    const found = readText(io.files, { path, name, most: mostConfigBytes });
    if (!found) throw new Problem(`cannot read ${name}: no such file`);
    return { name, text: found.text, path };
  }
  const text = io.env[configVariable];
  if (!text)
    throw new Problem(`no config: pass --config autodestroy.json, or put its text into the variable ${configVariable}`);
  return { name: configVariable, text, path: undefined };
}

/** How to find the project. The config's folder identifies it only if the engine is on this machine. */
function projectSource({ project }: SidecarFlags, { path, text }: Given, endpoint: Endpoint): ProjectSource {
  if (project !== undefined && !/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(project))
    throw new Problem(
      `--project must be the name of a Compose project or a Swarm stack, not ${JSON.stringify(project)}`,
    );
  if (project !== undefined) return { kind: "named", name: project };
  if (path === undefined) return { kind: "own-container", config: text };
  if (endpoint.kind === "tcp")
    throw new Problem(
      "the Docker engine is remote, so the folder of the config does not identify the project; " +
        "name the project with --project",
    );
  const folder = dirname(path);
  return { kind: "folder", folder, isFolder: isSameFolder(folder) };
}

function listenerOf(sidecar: Sidecar, log: Log): FileListener {
  return {
    onText: (text) => {
      const config = readNewConfig(text, log);
      if (config) sidecar.reconfigure(config);
    },
    onProblem: (reason, isGone) => {
      log({ level: "error", event: "config unreadable", reason });
      if (isGone) sidecar.suspend("the config is gone, so nothing is removed until it is back");
    },
  };
}

function asProblem(error: unknown): unknown {
  if (error instanceof EngineError) return new Problem(error.message);
  if (!(error instanceof NoProject)) return error;
  return new Problem(
    error.message,
    error.candidates.map((candidate) => `  ${visible(describeCandidate(candidate))}\n`).join(""),
  );
}

/**
 * Lets V8 interpret the program. The sidecar mostly waits, and its machine code took up to a third of the memory. V8
 * has had these flags since Node 20.
 */
function turnCompilersOff(): void {
  for (const flag of ["--no-opt", "--no-maglev", "--no-sparkplug"]) setFlagsFromString(flag);
}

/** The path of the heartbeat: sidecars with different configs have different ones. */
function heartbeatOf(io: Io, { config }: SidecarFlags): string {
  return heartbeatPath(config === undefined ? configVariable : resolve(io.cwd, config));
}

function printHealth(io: Io, path: string): number {
  const problem = checkHeartbeat(path);
  io.stdout.write(`${problem ?? "healthy"}\n`);
  return problem === undefined ? 0 : 1;
}

/** Aborted by the signals that Docker and a terminal send to end a program. */
function endingOf(source: NodeJS.Process): AbortController {
  const ending = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) source.once(signal, () => ending.abort());
  return ending;
}

/** Writes the heartbeat. The sidecar works without it, so a folder that cannot be written is logged only once. */
function heartbeatWriter(path: string, log: Log): (problem: string | undefined) => void {
  let isLogged = false;
  return (problem) => {
    try {
      writeHeartbeat(path, problem);
    } catch (error) {
      if (!isLogged) log({ level: "warning", event: "no heartbeat", reason: (error as Error).message });
      isLogged = true;
    }
  };
}
