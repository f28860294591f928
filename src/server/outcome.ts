import type { ServiceResult } from "../platform/apply-run.ts";
import type { Outcome } from "../platform/change.ts";
import type { ContainerOutcome } from "../platform/containers.ts";
import type { DownOutcome, StopOutcome } from "../platform/stop.ts";
import { Refused } from "./refused.ts";

/** Throws Refused unless a change was made in full. */
export function expectDone(outcome: Outcome | StopOutcome | DownOutcome | ContainerOutcome): void {
  switch (outcome.kind) {
    case "invalid": {
      const errors = outcome.diagnostics.filter(({ severity }) => severity === "error");
      throw new Refused(400, errors.map(({ message }) => message).join("; "));
    }
    case "refused":
      throw new Refused(409, `the stack file cannot be changed: ${outcome.reason}`);
    case "declined":
      throw new Refused(409, `${outcome.destroyed.join("; ")}: repeat it with ?apply=true if that is meant`);
    case "failed":
      throw new Refused(500, `Compose failed: ${outcome.output.trim().split("\n").at(-1) ?? ""}`);
    case "gone":
      throw new Refused(404, "the container is gone");
    case "done":
      return "results" in outcome ? expectResults(outcome.results) : undefined;
    case "planned":
    case "written":
    default:
  }
}

function expectResults(results: readonly ServiceResult[]): void {
  const failed = results.filter(({ problem }) => problem !== undefined);
  if (failed.length === 0) return;
  const sentences = failed.map(({ service, problem }) => `service ${service}: ${problem}`).join("; ");
  throw new Refused(500, `the stack file is changed, but not all of it is applied: ${sentences}`);
}
