import { policyOf, serviceLabel, stackLabel, type SidecarConfig } from "../lifecycle/config.ts";
import { actionAfterStop, actionAfterTask, type Policy } from "../lifecycle/policy.ts";
import type { Container } from "./engine.ts";

/** Who the sidecar itself is, when it runs in a container of the engine that it watches. */
export interface OwnContainer {
  readonly id: string;
  /** Its Compose project; undefined when Compose did not make it. */
  readonly project: string | undefined;
  /** Its Swarm stack; undefined when `docker stack deploy` did not make it. */
  readonly namespace: string | undefined;
}

/**
 * What becomes of a container as it is now. `ignore`: not of this stack. `keep`: nothing to do until something happens to it.
 * `wait`: the engine is not done with it, so it has to be looked at again. `remove`: to be removed if it stays as it is.
 */
export type Judgement =
  | { readonly verdict: "ignore" }
  | { readonly verdict: "keep"; readonly cause: KeepCause; readonly service: string }
  | { readonly verdict: "wait"; readonly service: string }
  | { readonly verdict: "remove"; readonly service: string; readonly policy: Policy; readonly exitCode: number };

/** Why a container with the labels of the stack is kept, in the words of the log. */
export const keepCauses = {
  alive: "it runs",
  policy: "its policy keeps containers with this exit code",
  "never-ran": "it never ran",
  "no-exit-code": "the engine does not say how it ended",
  "unknown-state": "its state is unknown",
  sidecar: "it is the sidecar itself",
  "unknown-service": "the config has no such service",
  "other-project": "it belongs to another Compose project",
  "other-service": "it was made for another service",
  "one-off": "it is a one-off of `compose run`",
  "swarm-task": "Swarm keeps the history of its tasks itself",
  "no-swarm-task": "it is no task of Swarm, and the config is for Swarm",
  "other-namespace": "it belongs to another Swarm stack",
  replaced: "Swarm replaces it by a new task, which counts as a restart",
  "removed-by-engine": "the engine removes it itself",
  "always-restarted": "its restart policy starts it again, which does not go with autodestroy",
} as const;

/** A reason to keep a container. */
export type KeepCause = keyof typeof keepCauses;

/** The labels by which Compose and `docker stack deploy` mark what they make. */
export const projectLabel = "com.docker.compose.project";
export const namespaceLabel = "com.docker.stack.namespace";

/** The exit code that the engine records when it does not know how a container ended, as after a power loss. */
export const unknownExitCode = 255;

/** Judges a container by a fresh inspect (reference: "What may be removed"). */
export function judge(container: Container, config: SidecarConfig, own: OwnContainer | undefined): Judgement {
  const { labels } = container;
  if (labels.get(stackLabel) !== config.stack) return { verdict: "ignore" };
  const service = labels.get(serviceLabel) ?? "";
  const policy = policyOf(config, service);
  if (!policy) return { verdict: "keep", cause: "unknown-service", service };
  const cause = notOurs(container, config, own) ?? notStopped(container);
  if (cause === "wait") return { verdict: "wait", service };
  if (cause !== undefined) return { verdict: "keep", cause, service };
  const { exitCode } = container;
  if (exitCode === undefined) return { verdict: "keep", cause: "no-exit-code", service };
  const action = (config.swarm ? actionAfterTask : actionAfterStop)(policy, exitCode === 0 ? "success" : "failure");
  if (action === "remove") return { verdict: "remove", service, policy, exitCode };
  return { verdict: "keep", cause: action === "restart" ? "replaced" : "policy", service };
}

/** What tells one exit of a container from another: as long as it is the same, nobody has started the container again. */
export function tokenOf({ id, startedAt, finishedAt, restartCount, exitCode }: Container): string {
  return JSON.stringify([id, startedAt, finishedAt, restartCount, exitCode ?? null]);
}

/** Why a container with our labels is none that the sidecar may judge by its exit. Labels alone prove little: an image can bring any. */
function notOurs(
  { id, labels, isRemovedByEngine, restartPolicy }: Container,
  { swarm = false }: SidecarConfig,
  own: OwnContainer | undefined,
): KeepCause | undefined {
  if (own && id === own.id) return "sidecar";
  const isTask = labels.has("com.docker.swarm.task.id") || labels.has("com.docker.swarm.task");
  if (isTask !== swarm) return isTask ? "swarm-task" : "no-swarm-task";
  if (own?.project !== undefined && labels.get(projectLabel) !== own.project) return "other-project";
  if (own?.namespace !== undefined && labels.get(namespaceLabel) !== own.namespace) return "other-namespace";
  const service = madeFor(labels);
  if (service !== undefined && service !== labels.get(serviceLabel)) return "other-service";
  if (labels.get("com.docker.compose.oneoff")?.toLowerCase() === "true") return "one-off";
  if (isRemovedByEngine) return "removed-by-engine";
  return restartPolicy === "always" || restartPolicy === "unless-stopped" ? "always-restarted" : undefined;
}

/** The service that Compose or Swarm made a container for; undefined when neither did. Both write these labels over those of the image. */
function madeFor(labels: Container["labels"]): string | undefined {
  const name = labels.get("com.docker.swarm.service.name");
  const prefix = `${labels.get(namespaceLabel)}_`;
  return labels.get("com.docker.compose.service") ?? (name?.startsWith(prefix) ? name.slice(prefix.length) : name);
}

/**
 * Why a container has not come to its end. The engine sets `restarting` before it tells of the exit, so no restart is overlooked.
 * Podman says `stopped` until it has cleaned up, and between two runs of a container that it restarts.
 */
function notStopped({ status, isAlive, startedAt }: Container): KeepCause | "wait" | undefined {
  if (status === "restarting" || status === "removing" || status === "stopped") return "wait";
  if (status === "running" || status === "paused" || isAlive) return "alive";
  if (status === "created") return "never-ran";
  if (status !== "exited" && status !== "dead") return "unknown-state";
  const started = Date.parse(startedAt);
  return Number.isNaN(started) || started <= never ? "never-ran" : undefined;
}

/** The zero time of the engine, by which it means "never". */
const never = Date.parse("0001-01-01T00:00:00Z");
