import { join, resolve } from "node:path";
import type { Endpoint } from "../../docker/endpoint.ts";
import { createPlatformEngine } from "../../docker/platform-client.ts";
import { Problem } from "../../files/problem.ts";
import { stateFolder } from "../../platform/places.ts";
import { runsFolder } from "../../platform/runs.ts";
import { projectFolder } from "../../platform/state.ts";
import type { Log } from "../../sidecar/log.ts";
import { safeName } from "../../sidecar/runs/file-name.ts";
import { createRunStore, type RunStore } from "../../sidecar/runs/store.ts";
import type { Io } from "../io.ts";

/** What decides where runs are kept. */
export interface RunsOptions {
  /** The flag: a folder, `none`, or nothing. */
  readonly given: string | undefined;
  /** Whether the files of the user can be reached: not in a container, where nobody would find them. */
  readonly hasUser: boolean;
  readonly endpoint: Endpoint;
  readonly log: Log;
}

/**
 * Where `tutum-stack sidecar` keeps runs (reference jobs.md 1.3): in the given folder, else in the user's state folder.
 * Undefined where it keeps none.
 */
export function openRuns(io: Io, { given, hasUser, endpoint, log }: RunsOptions): RunStore | undefined {
  const warn = (reason: string): void => log({ level: "warning", event: "runs", reason });
  if (given === "none" || (given === undefined && !hasUser)) return undefined;
  if (given !== undefined) {
    const folder = resolve(io.cwd, given);
    return createRunStore({ folderOf: (project) => join(folder, safeName(project)), warn });
  }
  try {
    const folder = stateFolder(io.env);
    const engineId = rememberedEngineId(endpoint);
    const folderOf = async (project: string): Promise<string> => folderIn(folder, await engineId(), project);
    return createRunStore({ folderOf, warn });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    warn(`no runs are kept: ${error.message}; name a folder with --runs`);
    return undefined;
  }
}

/** The folder that live services read, too. A label could name a project that leads out of it. */
function folderIn(folder: string, engineId: string, project: string): string {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(project)) throw new Error(`${JSON.stringify(project)} cannot be a project`);
  return runsFolder(projectFolder(folder, engineId, project));
}

/**
 * Asks the engine who it is, which no call of the sidecar does. A proxy may forbid it: then the user has to name a
 * folder. It is asked again until it has answered, but never twice at once.
 */
function rememberedEngineId(endpoint: Endpoint): () => Promise<string> {
  let asked: Promise<string> | undefined;
  return () => {
    asked ??= askEngineId(endpoint);
    asked.catch(() => (asked = undefined));
    return asked;
  };
}

async function askEngineId(endpoint: Endpoint): Promise<string> {
  const engine = createPlatformEngine(endpoint, () => {});
  const { signal } = new AbortController();
  try {
    await engine.connect(signal);
    return (await engine.info(signal)).id;
  } catch (cause) {
    const why = (cause as Error).message;
    throw new Error(`the engine does not say who it is (${why}); name a folder with --runs`, { cause });
  }
}
