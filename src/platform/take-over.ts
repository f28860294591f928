import type { ContainerDetails } from "../docker/platform-engine.ts";
import { readConfig } from "../lifecycle/config.ts";
import { Problem } from "../files/problem.ts";
import type { LogEntry } from "../sidecar/log.ts";
import { projectLabels } from "../sidecar/project.ts";
import { settingsOnDisk } from "./settings-on-disk.ts";
import { restartPolicyOf } from "./live-update.ts";
import { tryLock } from "./lock.ts";
import { hasEnded, isUp, observeProject, policyOf, type ObservedContainer } from "./observed.ts";
import { managedPlace } from "./places.ts";
import { configIn, isSidecarContainer } from "./plan-sidecar.ts";
import { refuseOtherFolder, type Platform } from "./platform.ts";
import { copyRuns } from "./runs.ts";
import { compiledOrBroken } from "./views.ts";

/** The projects that have a sidecar in a container. */
export function projectsWithSidecar(containers: readonly ContainerDetails[]): ReadonlySet<string> {
  return new Set(
    containers.filter(isSidecarContainer).flatMap(({ labels }) => labels.get(projectLabels.compose) ?? []),
  );
}

/**
 * Takes the work of a sidecar over that runs in a container: its config is kept in the state, and the container is
 * removed (reference live.md 6). One that was stopped by hand stays: somebody wanted nothing to be removed, and the
 * server removes nothing either. So does one of a stack file that defines it itself, or that has errors, and one that
 * Compose is about to start. Returns what to log; undefined if there was nothing to do; `busy` while another process
 * changes the stack. Rejects with a Problem or an EngineError.
 */
export async function takeOver(
  platform: Platform,
  project: string,
  signal: AbortSignal,
): Promise<LogEntry | "busy" | undefined> {
  const { engine, files, store } = platform;
  const place = managedPlace(files, platform.stacksFolder, project);
  if (!place) return undefined;
  const lock = tryLock(files, { folder: store.folder(project) }, "serve");
  if (!lock) return "busy";
  try {
    const ref = { ...place, project };
    const { wanted } = compiledOrBroken(platform, ref);
    if (!wanted) return undefined;
    const observed = await observeProject(engine, project, signal);
    refuseOtherFolder(platform, ref, observed);
    const containers = [...observed.values()].flat().filter(isSidecarContainer);
    const own = containers.filter(({ service }) => !wanted.sidecarsByHand.has(service));
    const state = store.read(project) ?? { services: {} };
    const running = own.find(isUp);
    const stopped = own.find((one) => hasEnded(one) && !isLeft(one));
    if (!running && stopped) {
      if (state.served) store.write(project, { ...state, served: undefined });
      throw new Problem(
        `the sidecar ${stopped.name} was stopped; nothing of this stack is removed until you start or apply the stack`,
      );
    }
    const config = running && readConfig(configIn(running) ?? "").config;
    const sidecar = settingsOnDisk(files, ref) ?? state.sidecar;
    if (config) store.write(project, { ...state, served: config, sidecar });
    const taken = config ? own : own.filter(isLeft);
    for (const container of taken) await retire(platform, container, project, signal);
    const [first] = taken;
    if (!first) return undefined;
    const reason = "the server does from now on what this sidecar did";
    return { level: "info", event: "took over", container: first.id, name: first.name, reason };
  } finally {
    lock.release();
  }
}

/**
 * Stops a sidecar, copies its runs and removes it. If this is interrupted, its restart policy tells who stopped it. It
 * stays while its runs cannot be copied.
 */
async function retire(
  platform: Platform,
  container: ObservedContainer,
  project: string,
  signal: AbortSignal,
): Promise<void> {
  const { engine } = platform;
  const { id } = container;
  await engine.update(id, { restartPolicy: restartPolicyOf("no") }, signal);
  await engine.stop(id, {}, signal);
  await copyRuns(platform, container, project, signal);
  await engine.remove(id, { volumes: true }, signal);
}

/** Whether `retire` was interrupted. */
function isLeft(container: ObservedContainer): boolean {
  return hasEnded(container) && policyOf(container) === "no";
}
