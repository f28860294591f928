import type { ContainerDetails } from "../docker/platform-engine.ts";
import type { AppliedService } from "./state.ts";
import { hasEnded, policyOf } from "./observed.ts";

/** The keys whose hashes differ. */
export function changedKeys(
  last: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set([...Object.keys(last), ...Object.keys(now)])].filter((key) => last[key] !== now[key]).toSorted();
}

/**
 * Whether somebody changed the restart policy since it was last applied. `service stop` sets it to `no` (reference
 * live.md 4.4).
 */
export function isChangedByHand(container: ContainerDetails, applied: AppliedService | undefined): boolean {
  if (!applied || policyOf(container) === applied.restart) return false;
  return !(hasEnded(container) && policyOf(container) === "no" && applied.restart === "always");
}
