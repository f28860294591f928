import { join } from "node:path";
import { EngineError } from "../docker/engine.ts";
import type { ContainerDetails } from "../docker/platform-engine.ts";
import { readText, type Files } from "../files/files.ts";
import { Problem } from "../files/problem.ts";
import type { Policy } from "../lifecycle/policy.ts";
import { exitCodeOf } from "../sidecar/judge.ts";
import { mergeRuns, readRuns, type RunsRead } from "../sidecar/runs/read.ts";
import { runOf, type Run } from "../sidecar/runs/run.ts";
import { createRunStore, largestRun, type RunStore } from "../sidecar/runs/store.ts";
import { sidecarRuns } from "./archived-runs.ts";
import { hasEnded, observeProject, type ObservedContainer, type ObservedProject } from "./observed.ts";
import type { Platform } from "./platform.ts";

/** A run, and whether its container is still there. */
export interface RunView extends Run {
  readonly isThere: boolean;
}

/** The runs of a service, the newest first. */
export interface ServiceRuns {
  readonly runs: readonly RunView[];
  /** The names of files that should be runs and are broken. */
  readonly broken: readonly string[];
  /** Why runs that a sidecar keeps could not be read: a sentence for each container. */
  readonly problems: readonly string[];
}

/** Where the runs of a project are, in the folder of its state. */
export function runsFolder(stateOfProject: string): string {
  return join(stateOfProject, "runs");
}

/** The runs in the state folder. `warn` receives a sentence about a broken file, or about old ones that stay. */
export function runStoreOf(
  { store, runFiles: files }: Pick<Platform, "store" | "runFiles">,
  warn: (problem: string) => void,
): RunStore {
  return createRunStore({ folderOf: (project) => runsFolder(store.folder(project)), files, warn });
}

/** The same for a server, which keeps nothing of stacks that were last applied with `--runs none`. */
export function wantedRuns(
  platform: Pick<Platform, "store" | "runFiles">,
  warn: Parameters<typeof runStoreOf>[1],
): RunStore {
  const runs = runStoreOf(platform, warn);
  return {
    ...runs,
    async put(run) {
      if (platform.store.read(run.project)?.sidecar?.runs !== "none") await runs.put(run);
    },
  };
}

/**
 * Copies the runs that a sidecar's container keeps into the state folder, so that they outlive the container. Of two
 * accounts of an end, the one counts that `mergeRuns` says. Rejects with a Problem or an EngineError.
 */
export async function copyRuns(
  platform: Pick<Platform, "engine" | "clock" | "store" | "runFiles">,
  container: ObservedContainer,
  project: string,
  signal: AbortSignal,
): Promise<void> {
  const { runs } = await sidecarRuns(platform, container, project, signal);
  const kept = runStoreOf(platform, () => {});
  try {
    // The oldest first, so that those go that are too many.
    for (const run of runs.filter((one) => one.project === project).toReversed()) {
      const known = await kept.find(run);
      const [better] = mergeRuns(known ? [known] : [], [run]);
      if (better !== known) await kept.put(run);
    }
  } catch (error) {
    throw Problem.from(error, `copy the runs of ${container.name}`);
  }
}

/**
 * How the containers of a service ended: the runs of the state folder, those that a sidecar in a container keeps, and
 * containers that have ended and are still there (reference jobs.md 2.2). Rejects with a Problem or an EngineError.
 */
export async function runsOf(
  platform: RunsPlaces,
  { name, stackRef: { project }, wanted }: ServiceOfRuns,
  signal: AbortSignal,
): Promise<ServiceRuns> {
  const observed = await observeProject(platform.engine, project, signal);
  const { runs, broken, problems } = await storedRuns(platform, { project, observed }, signal);
  const there = observed.get(name) ?? [];
  const own = runs.filter((run) => run.service === name);
  const ended = runsOfEnded(there, { name, project, policy: wanted?.policy });
  const ids = new Set(there.map(({ id }) => id));
  return { runs: mergeRuns(own, ended).map((run) => ({ ...run, isThere: ids.has(run.container) })), broken, problems };
}

/** A service as commands and the server show it. */
interface ServiceOfRuns {
  readonly name: string;
  readonly stackRef: { readonly project: string };
  /** Undefined when the stack file has errors. */
  readonly wanted: { readonly policy: Policy } | undefined;
}

/** Where runs are. */
export type RunsPlaces = Pick<Platform, "engine" | "files" | "store" | "clock">;

/**
 * The runs of a stack that are kept: in the state folder, and by a sidecar in a container. Rejects with a Problem or an
 * EngineError.
 */
export async function storedRuns(
  platform: RunsPlaces,
  { project, observed }: { readonly project: string; readonly observed: ObservedProject },
  signal: AbortSignal,
): Promise<Omit<ServiceRuns, "runs"> & { readonly runs: readonly Run[] }> {
  const containers = [...observed.values()].flat();
  const read = await Promise.all(containers.map((container) => readSidecar(platform, container, project, signal)));
  const places: readonly PlaceRead[] = [
    readFolder(platform.files, runsFolder(platform.store.folder(project))),
    ...read,
  ];
  return {
    runs: mergeRuns(...places.map(({ runs }) => runs.filter((run) => run.project === project))),
    broken: places.flatMap(({ broken }) => broken),
    problems: places.flatMap(({ problem }) => problem ?? []),
  };
}

/** What one place gave, and why it did not give all. */
interface PlaceRead extends RunsRead {
  readonly problem?: string;
}

async function readSidecar(
  platform: RunsPlaces,
  container: ObservedContainer,
  project: string,
  signal: AbortSignal,
): Promise<PlaceRead> {
  try {
    return await sidecarRuns(platform, container, project, signal);
  } catch (error) {
    if (!(error instanceof EngineError) || signal.aborted) throw error;
    const problem = `the runs of the sidecar ${container.name} cannot be read: ${error.message}`;
    return { runs: [], broken: [], problem };
  }
}

/** The runs of containers that have ended and are still there. */
export function runsOfEnded(containers: readonly ContainerDetails[], service: OfService): readonly Run[] {
  return containers.filter(hasEnded).map((container) => runOfContainer(container, service));
}

function readFolder(files: Files, folder: string): RunsRead {
  const names = Problem.unless(`list ${folder}`, () => files.list(folder));
  const texts = names.map((name) => {
    const path = join(folder, name);
    return { name, text: tryToRead(files, path) };
  });
  return readRuns(texts);
}

/** One that cannot be read counts as broken. */
function tryToRead(files: Files, path: string): string {
  try {
    return readText(files, { path, name: path, most: largestRun })?.text ?? "";
  } catch {
    return "";
  }
}

/** Whose containers they are. */
interface OfService {
  readonly name: string;
  readonly project: string;
  readonly policy: Policy | undefined;
}

const noPolicy: Policy = { autorestart: "OFF", autodestroy: "OFF" };

/** Nobody has recorded it: its output is where the engine keeps it. */
function runOfContainer(container: ContainerDetails, { name: service, project, policy = noPolicy }: OfService): Run {
  const { id, startedAt: started, finishedAt: finished } = container;
  return runOf({
    key: { project, service, container: id, started, finished },
    container,
    exitCode: exitCodeOf(container),
    decided: { action: "keep", policy, reason: "" },
    output: { pieces: [], isCut: false, problem: "nobody has recorded it; the container still has it" },
  });
}
