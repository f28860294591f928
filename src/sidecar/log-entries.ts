import { EngineError, type Container } from "../docker/engine.ts";
import { keepCauses, unknownExitCode, type KeepCause, type Keeping, type Removal } from "./judge.ts";
import type { LogEntry } from "./log.ts";

/** The log entry about a container that is kept; undefined where that is the normal case. */
export function keepingEntry(container: Container, { cause, service }: Keeping): LogEntry | undefined {
  const level = keepLevels[cause];
  if (level === undefined) return undefined;
  const exitCode = cause === "policy" && container.exitCode !== undefined ? { exitCode: container.exitCode } : {};
  return {
    level,
    event: "keeping",
    container: container.id,
    name: container.name,
    service,
    ...exitCode,
    reason: keepCauses[cause],
  };
}

/** The log entry about a container that is, will be, or would be removed. `also` is added to the reason. */
export function removalEntry(event: string, container: Container, judgement: Removal, also = ""): LogEntry {
  const { service, policy, exitCode } = judgement;
  const reason = [howItEnded(container, exitCode), also].filter((part) => part !== "").join("; ");
  return { level: "info", event, container: container.id, name: container.name, service, policy, exitCode, reason };
}

/** The log entry about a failed check. A conflict is not an error: the engine protects a container that runs again. */
export function failureEntry(id: string, error: Error, isHeld: boolean): LogEntry {
  const isConflict = error instanceof EngineError && error.failure === "conflict";
  const level = isHeld ? "error" : isConflict ? "info" : "warning";
  return { level, event: isConflict ? "not removed" : "failed", container: id, reason: error.message };
}

const keepLevels: Readonly<Record<KeepCause, LogEntry["level"] | undefined>> = {
  alive: undefined,
  "never-ran": undefined,
  sidecar: undefined,
  policy: "info",
  "one-off": "info",
  unmarked: "info",
  "image-gone": "warning",
  "other-folder": "info",
  "labels-of-image": "info",
  "failed-start": "warning",
  "swarm-task": "info",
  "no-swarm-task": "info",
  replaced: "info",
  "removed-by-engine": "info",
  "no-exit-code": "warning",
  "unknown-state": "warning",
  "always-restarted": "warning",
};

function howItEnded({ isOutOfMemory, error, status }: Container, exitCode: number): string {
  const parts = [
    exitCode === unknownExitCode ? "exit code unknown, treated as a failure" : exitCode === 0 ? "succeeded" : "failed",
    isOutOfMemory ? "a process in it ran out of memory" : "",
    error === "" ? "" : `could not be restarted: ${error}`,
    status === "dead" ? "an earlier removal failed" : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}
