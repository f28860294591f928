import type { ContainerDetails } from "../docker/platform-engine.ts";
import { readConfig } from "../lifecycle/config.ts";
import type { LogEntry } from "../sidecar/log.ts";
import { projectLabels } from "../sidecar/project.ts";
import { tryLock } from "./lock.ts";
import { isUp, observeProject } from "./observed.ts";
import { managedPlace } from "./places.ts";
import { configIn, isSidecarContainer } from "./plan-sidecar.ts";
import { refuseOtherFolder, type Platform } from "./platform.ts";
import { compiledOrBroken } from "./views.ts";

/** The projects that have a sidecar in a container. */
export function projectsWithSidecar(containers: readonly ContainerDetails[]): ReadonlySet<string> {
  return new Set(
    containers.filter(isSidecarContainer).flatMap(({ labels }) => labels.get(projectLabels.compose) ?? []),
  );
}

/**
 * Takes the work of a sidecar over that runs in a container: its config is kept in the state, and the container is
 * removed (reference live.md 6). One that was stopped by hand stays: somebody wanted nothing to be removed. So does one
 * of a stack file that defines it itself, or that has errors. Returns what to log, or undefined if nothing was done.
 * Rejects with a Problem or an EngineError.
 */
export async function takeOver(
  platform: Platform,
  project: string,
  signal: AbortSignal,
): Promise<LogEntry | undefined> {
  const { engine, files, store } = platform;
  const place = managedPlace(files, platform.stacksFolder, project);
  const lock = place && tryLock(files, { folder: store.folder(project) }, "serve");
  if (!lock) return undefined;
  try {
    const ref = { ...place, project };
    const { wanted } = compiledOrBroken(platform, ref);
    if (!wanted) return undefined;
    const observed = await observeProject(engine, project, signal);
    refuseOtherFolder(platform, ref, observed);
    const containers = [...observed.values()].flat().filter(isSidecarContainer);
    const own = containers.filter(({ service }) => !wanted.services.get(service)?.carriesConfig);
    const state = store.read(project) ?? { services: {} };
    const running = own.find(isUp);
    const config = running && readConfig(configIn(running) ?? "").config;
    if (config) store.write(project, { ...state, served: config });
    else if (!state.served) return undefined;
    for (const { id } of own) {
      await engine.stop(id, {}, signal);
      await engine.remove(id, { volumes: true }, signal);
    }
    const [first] = own;
    if (!first) return undefined;
    const reason = "the server does from now on what this sidecar did";
    return { level: "info", event: "took over", container: first.id, name: first.name, reason };
  } finally {
    lock.release();
  }
}
