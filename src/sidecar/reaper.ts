import { policyOf, type SidecarConfig } from "../lifecycle/config.ts";
import { actionAfterStop, actionAfterTask, type Policy } from "../lifecycle/policy.ts";
import type { Container } from "../docker/engine.ts";
import { containerLabels, isFromOtherFolder, projectLabels, serviceIn, type Project } from "./project.ts";

/** Who the sidecar is: the project that it cleans up, and the container that it runs in, if it runs in one of this engine. */
export interface Identity {
  readonly project: Project;
  /** The ID, or its beginning. */
  readonly ownId: string | undefined;
}

/**
 * What becomes of a container as it is now. `ignore`: not of the config. `keep`: nothing to do until something happens to it.
 * `wait`: the engine is not done with it, so it has to be looked at again. `remove`: to be removed if it stays as it is.
 */
export type Judgement =
  | { readonly verdict: "ignore" }
  | { readonly verdict: "keep"; readonly cause: KeepCause; readonly service: string }
  | { readonly verdict: "wait"; readonly service: string }
  | { readonly verdict: "remove"; readonly service: string; readonly policy: Policy; readonly exitCode: number };

/** Why a container of the config's services is kept, in the words of the log. */
export const keepCauses = {
  alive: "it runs",
  policy: "its policy keeps containers with this exit code",
  "never-ran": "it never ran",
  "no-exit-code": "the engine does not say how it ended",
  "unknown-state": "its state is unknown",
  sidecar: "it is the sidecar itself",
  "other-folder": "it was started from another folder than the one of the config",
  "labels-of-image": "its image was made of a container and brings its labels, so they do not say what it was made for",
  "failed-start": "a start that failed has hidden its exit code",
  "one-off": "it is a one-off of `compose run`",
  "swarm-task": "Swarm keeps the history of its tasks itself",
  "no-swarm-task": "it is no task of Swarm, and the config is for Swarm",
  replaced: "Swarm replaces it by a new task, which counts as a restart",
  "removed-by-engine": "the engine removes it itself",
  "always-restarted": "its restart policy starts it again, which does not go with autodestroy",
} as const;

/** A reason to keep a container. */
export type KeepCause = keyof typeof keepCauses;

/** The exit code that the engine records when it does not know how a container ended, as after a power loss. */
export const unknownExitCode = 255;

/** Judges a container by a fresh inspect (reference: "What may be removed"). */
export function judge(container: Container, config: SidecarConfig, identity: Identity): Judgement {
  const service = serviceIn(identity.project, container);
  const policy = service === undefined ? undefined : policyOf(config, service);
  if (service === undefined || !policy) return { verdict: "ignore" };
  const cause = notOurs(container, identity) ?? notStopped(container);
  if (cause === "wait") return { verdict: "wait", service };
  if (cause !== undefined) return { verdict: "keep", cause, service };
  const exitCode = exitCodeOf(container);
  if (exitCode === undefined) return { verdict: "keep", cause: "no-exit-code", service };
  const actionAfter = identity.project.orchestrator === "swarm" ? actionAfterTask : actionAfterStop;
  const action = actionAfter(policy, exitCode === 0 ? "success" : "failure");
  if (action !== "remove") return { verdict: "keep", cause: action === "restart" ? "replaced" : "policy", service };
  if (isExitHidden(container) && actionAfter(policy, "success") !== "remove")
    return { verdict: "keep", cause: "failed-start", service };
  return { verdict: "remove", service, policy, exitCode };
}

/**
 * Whether a container's labels may all be its image's. `docker commit` writes all labels of a container into an image, and whatever
 * somebody then runs from it would look like a container of the service.
 */
export function isMadeByImage({ orchestrator }: Project, imageLabels: ReadonlyMap<string, string>): boolean {
  return imageLabels.has(containerLabels[orchestrator]);
}

/** Podman leaves 0 where it does not know how a container ended, as after a power loss: it says when it began, and not when it ended. */
function exitCodeOf({ exitCode, startedAt, finishedAt }: Container): number | undefined {
  return hasBeen(startedAt) && !hasBeen(finishedAt) ? unknownExitCode : exitCode;
}

/** Whether a `docker start` of a stopped container failed: Docker then writes 128 over an exit code of 0. A restart of its own it counts. */
function isExitHidden({ error, restartCount }: Container): boolean {
  return error !== "" && restartCount === 0;
}

/** What tells one exit of a container from another: as long as it is the same, nobody has started the container again. */
export function tokenOf({ id, status, startedAt, finishedAt, restartCount, exitCode }: Container): string {
  return JSON.stringify([id, status === "created", startedAt, finishedAt, restartCount, exitCode ?? null]);
}

/** Why a container of the service is none that the sidecar may judge by its exit. */
function notOurs(container: Container, { project, ownId }: Identity): KeepCause | undefined {
  const { id, name, labels, isRemovedByEngine, restartPolicy } = container;
  if (ownId !== undefined && id.startsWith(ownId)) return "sidecar";
  const isTask = labels.has(containerLabels.swarm) || labels.has("com.docker.swarm.task");
  if (isTask !== (project.orchestrator === "swarm")) return isTask ? "swarm-task" : "no-swarm-task";
  if (isFromOtherFolder(project, container)) return "other-folder";
  if (isOneOff(name, labels)) return "one-off";
  if (isRemovedByEngine) return "removed-by-engine";
  return restartPolicy === "always" || restartPolicy === "unless-stopped" ? "always-restarted" : undefined;
}

/** Whether `compose run` made it; podman-compose (1.5) says so by the name only. */
function isOneOff(name: string, labels: Container["labels"]): boolean {
  const oneOff = labels.get("com.docker.compose.oneoff");
  return oneOff === undefined
    ? labels.has(projectLabels.compose) && /_tmp\d+$/.test(name)
    : oneOff.toLowerCase() === "true";
}

/**
 * Why a container has not come to its end. The engine sets `restarting` before it tells of the exit, so no restart is overlooked.
 * Podman says `stopped` until it has cleaned up, and between two runs of a container that it restarts; after a power loss it says `created`.
 */
function notStopped({ status, isAlive, startedAt }: Container): KeepCause | "wait" | undefined {
  if (status === "restarting" || status === "removing" || status === "stopped") return "wait";
  if (status === "running" || status === "paused" || isAlive) return "alive";
  if (status !== "exited" && status !== "dead" && status !== "created") return "unknown-state";
  return hasBeen(startedAt) ? undefined : "never-ran";
}

/** Whether a time of the engine is one: by its zero time it means "never". */
function hasBeen(time: string): boolean {
  return Date.parse(time) > Date.parse("0001-01-01T00:00:00Z");
}
