import { join } from "node:path";
import type { ContainerDetails } from "../docker/platform-engine.ts";
import { readText, type Files } from "../files/files.ts";
import { Problem } from "../files/problem.ts";
import type { Policy } from "../lifecycle/policy.ts";
import { exitCodeOf } from "../sidecar/judge.ts";
import { mergeRuns, readRuns, type RunsRead } from "../sidecar/runs/read.ts";
import { runOf, type Run } from "../sidecar/runs/run.ts";
import { largestRun } from "../sidecar/runs/store.ts";
import { hasEnded } from "./observed.ts";
import type { Platform } from "./platform.ts";
import type { ServiceView } from "./views.ts";

/** A run, and whether its container is still there. */
export interface RunView extends Run {
  readonly isThere: boolean;
}

/** The runs of a service, the newest first, and the names of files that are broken. */
export interface ServiceRuns {
  readonly runs: readonly RunView[];
  readonly broken: readonly string[];
}

/** Where the runs of a project are, in the folder of its state. */
export function runsFolder(stateOfProject: string): string {
  return join(stateOfProject, "runs");
}

/**
 * How the containers of a service ended: the runs of the state folder, and containers that have ended and are still
 * there (reference jobs.md 2.2). Rejects with a Problem or an EngineError.
 */
export async function runsOf(
  platform: Pick<Platform, "engine" | "files" | "store">,
  service: Pick<ServiceView, "name" | "stackRef" | "containers" | "wanted">,
  signal: AbortSignal,
): Promise<ServiceRuns> {
  const { name, stackRef, containers } = service;
  const { runs, broken } = await storedRuns(platform, stackRef.project);
  const details = await Promise.all(containers.map(({ id }) => platform.engine.inspect(id, signal)));
  const there = details.filter((one) => one !== undefined);
  const ended = runsOfEnded(there, { name, project: stackRef.project, policy: service.wanted?.policy });
  const ids = new Set(there.map(({ id }) => id));
  const own = runs.filter((run) => run.service === name);
  const merged = mergeRuns(own, ended).map((run) => ({ ...run, isThere: ids.has(run.container) }));
  return { runs: merged, broken };
}

/** The runs of a stack that are kept, and the names of files that are broken. Rejects with a Problem. */
export async function storedRuns(
  { files, store }: Pick<Platform, "files" | "store">,
  project: string,
): Promise<RunsRead> {
  const { runs, broken } = readFolder(files, runsFolder(store.folder(project)));
  return { runs: runs.filter((run) => run.project === project), broken };
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
