import { EngineError, type Container } from "../docker/engine.ts";
import type { Fact } from "./log.ts";
import { keepCauses, unknownExitCode, type Judgement, type KeepCause } from "./reaper.ts";

/** What the log says when a container is kept; undefined where that is the normal course of things. */
export function keepingFact(
  container: Container,
  { cause, service }: Judgement & { readonly verdict: "keep" },
): Fact | undefined {
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

/** What the log says about a container whose exit means that it is removed. */
export function removalFact(
  event: string,
  container: Container,
  judgement: Judgement & { readonly verdict: "remove" },
  also = "",
): Fact {
  const { service, policy, exitCode } = judgement;
  const reason = [howItEnded(container, exitCode), also].filter((part) => part !== "").join("; ");
  return { level: "info", event, container: container.id, name: container.name, service, policy, exitCode, reason };
}

/** What the log says about a call for a container that failed. A conflict is the engine's own guard at work, not an error. */
export function failureFact(id: string, error: Error, isHeld: boolean): Fact {
  const isConflict = error instanceof EngineError && error.failure === "conflict";
  const level = isHeld ? "error" : isConflict ? "info" : "warning";
  return { level, event: isConflict ? "not removed" : "failed", container: id, reason: error.message };
}

const keepLevels: Readonly<Record<KeepCause, Fact["level"] | undefined>> = {
  alive: undefined,
  "never-ran": undefined,
  sidecar: undefined,
  policy: "info",
  "one-off": "info",
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
  const facts = [
    exitCode === unknownExitCode
      ? "exit code unknown, so counted as a failure"
      : exitCode === 0
        ? "succeeded"
        : "failed",
    isOutOfMemory ? "a process in it ran out of memory" : "",
    error === "" ? "" : `could not be started again: ${error}`,
    status === "dead" ? "an earlier removal failed" : "",
  ];
  return facts.filter((fact) => fact !== "").join("; ");
}
