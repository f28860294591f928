import { policyOf, type SidecarConfig } from "../lifecycle/config.ts";
import { actionAfterStop, actionAfterTask, type Policy } from "../lifecycle/policy.ts";
import type { Container } from "../docker/engine.ts";
import {
  containerLabels,
  isFromOtherFolder,
  projectLabels,
  serviceIn,
  type Identity,
  type Project,
} from "./project.ts";

/** What must happen to a container in its present state. */
export type Judgement = Ignored | Keeping | Waiting | Removal;

/** The container belongs to none of the config's services. */
interface Ignored {
  readonly verdict: "ignore";
}

/** Nothing must happen until the container changes. */
export interface Keeping {
  readonly verdict: "keep";
  readonly cause: KeepCause;
  readonly service: string;
}

/** The engine is still busy with the container, so it must be checked again. */
export interface Waiting {
  readonly verdict: "wait";
  readonly service: string;
}

/** The container must be removed if its state does not change during the settle time. */
export interface Removal {
  readonly verdict: "remove";
  readonly service: string;
  readonly policy: Policy;
  readonly exitCode: number;
}

/** The log texts that say why a container of the config's services is kept. */
export const keepCauses = {
  alive: "it is running",
  policy: "its policy keeps containers with this exit code",
  "never-ran": "it never ran",
  "no-exit-code": "the engine does not report how it ended",
  "unknown-state": "its state is unknown",
  sidecar: "it is the sidecar itself",
  unmarked: "Compose did not create it: it has no container number",
  "image-gone": "its image is gone, so nobody can tell whether the image carries these labels",
  "other-folder": "it was started from another folder than the stack's",
  "labels-of-image": "its image was made from a container and carries the labels of that container",
  "failed-start": "a failed start has overwritten its exit code",
  "one-off": "it was started by `compose run`",
  "swarm-task": "it is a Swarm task, and Swarm itself removes old tasks",
  "no-swarm-task": "it is not a Swarm task, and the config is for Swarm",
  replaced: "Swarm replaces it with a new task, which counts as a restart",
  "removed-by-engine": "the engine removes it on its own",
  "always-restarted": "its restart policy always restarts it, which cannot be combined with autodestroy",
} as const;

/** A reason to keep a container. */
export type KeepCause = keyof typeof keepCauses;

/**
 * The exit code that the engine records when it does not know how a container ended, for example after a power loss.
 */
export const unknownExitCode = 255;

/** Judges a container by the answer to a fresh inspect (reference: "What may be removed"). */
export function judge(container: Container, config: SidecarConfig, identity: Identity): Judgement {
  const service = serviceIn(identity.project, container);
  const policy = service === undefined ? undefined : policyOf(config, service);
  if (service === undefined || !policy) return { verdict: "ignore" };
  const cause = whyExcluded(container, identity) ?? whyNotEnded(container);
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
 * Whether an image carries the labels of a container. `docker commit` copies all labels of a container into an image,
 * so every container that somebody runs from that image would look like one of the service.
 */
export function hasLabelsOfContainer({ orchestrator }: Project, imageLabels: ReadonlyMap<string, string>): boolean {
  return imageLabels.has(containerLabels[orchestrator]);
}

/**
 * Podman reports exit code 0, a start and no end if it does not know how a container ended, for example after a power
 * loss.
 */
export function exitCodeOf({ exitCode, startedAt, finishedAt }: Container): number | undefined {
  return isTime(startedAt) && !isTime(finishedAt) ? unknownExitCode : exitCode;
}

/**
 * Whether a start of the stopped container failed: Docker then replaces the exit code with 128 (20.10 keeps the restart
 * count, 28 sets it to 0). A start that succeeds empties the error.
 */
function isExitHidden({ error }: Container): boolean {
  return error !== "";
}

/**
 * A text that is different for every exit of a container. While it stays the same, nobody has started the container
 * again.
 */
export function exitIdentity({ id, status, startedAt, finishedAt, restartCount, exitCode }: Container): string {
  return JSON.stringify([id, status === "created", startedAt, finishedAt, restartCount, exitCode ?? null]);
}

/**
 * Whether a container has ended, and the engine does not follow that by a restart: a run of its service (reference
 * jobs.md 1.1). Not where it may be nobody's: one-offs, and what Compose did not create.
 */
export function hasEnded(container: Container, judgement: Keeping | Waiting | Removal): boolean {
  if (judgement.verdict !== "keep") return judgement.verdict === "remove";
  return causesAfterEnd.has(judgement.cause) && whyNotEnded(container) === undefined;
}

const causesAfterEnd: ReadonlySet<KeepCause> = new Set<KeepCause>([
  "policy",
  "no-exit-code",
  "image-gone",
  "failed-start",
  "removed-by-engine",
  "always-restarted",
]);

/** Why the sidecar may not remove a container of the service, however it ended. */
function whyExcluded(container: Container, { project, ownId }: Identity): KeepCause | undefined {
  const { id, name, labels, isRemovedByEngine, restartPolicy } = container;
  if (ownId !== undefined && id.startsWith(ownId)) return "sidecar";
  const isTask = labels.has(containerLabels.swarm) || labels.has("com.docker.swarm.task");
  if (isTask !== (project.orchestrator === "swarm")) return isTask ? "swarm-task" : "no-swarm-task";
  if (!labels.has(containerLabels[project.orchestrator])) return "unmarked";
  if (isFromOtherFolder(project, container)) return "other-folder";
  if (isOneOff(name, labels)) return "one-off";
  if (isRemovedByEngine) return "removed-by-engine";
  return restartPolicy === "always" || restartPolicy === "unless-stopped" ? "always-restarted" : undefined;
}

/** Whether `compose run` created it. Only the name says so with podman-compose (1.5). */
function isOneOff(name: string, labels: Container["labels"]): boolean {
  const oneOff = labels.get("com.docker.compose.oneoff");
  return oneOff === undefined
    ? labels.has(projectLabels.compose) && /_tmp\d+$/.test(name)
    : oneOff.toLowerCase() === "true";
}

/**
 * Why a container has not ended for good; undefined if it has. The engine sets `restarting` before it reports the exit,
 * so no restart is missed. Podman reports `stopped` until it has cleaned up, and between two runs of a container that
 * it restarts. After a power loss it reports `created`.
 */
function whyNotEnded({ status, isAlive, startedAt }: Container): KeepCause | "wait" | undefined {
  if (status === "restarting" || status === "removing" || status === "stopped") return "wait";
  if (status === "running" || status === "paused" || isAlive) return "alive";
  if (status !== "exited" && status !== "dead" && status !== "created") return "unknown-state";
  return isTime(startedAt) ? undefined : "never-ran";
}

/** Whether a text is a time, and not the zero time, with which the engine means "never". */
function isTime(time: string): boolean {
  return Date.parse(time) > Date.parse("0001-01-01T00:00:00Z");
}
