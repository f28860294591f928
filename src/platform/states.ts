import type { ContainerDetails } from "../docker/platform-engine.ts";
import type { WantedService } from "./compiled.ts";
import type { ListedContainer } from "./observed.ts";
import { changedKeys, isChangedByHand } from "./drift.ts";
import { isJob } from "./plan-model.ts";
import type { AppliedService } from "./state.ts";

/** The states of the old platform that containers alone can show (reference live.md 4.1). */
export type TutumState = "Not running" | "Starting" | "Running" | "Partly running" | "Stopped";

/** The state of a service. */
export interface ServiceState {
  /** The state in the old platform's words. */
  readonly state: TutumState;
  /** The same, or a state that the old platform did not have: `Finished`, `Failed (3)`. */
  readonly word: string;
  /** Whether its containers match the stack file; undefined when that is unknown. */
  readonly isCurrent: boolean | undefined;
  /** The names of the containers whose restart policy was changed by hand. */
  readonly changedByHand: readonly string[];
  /** Whether all its containers run, or ended with 0 (reference live.md 4.2). */
  readonly isWell: boolean;
}

/** What is known of a service besides the list of its containers. */
interface Known {
  readonly applied: AppliedService | undefined;
  /** By container ID; those that run. */
  readonly details: ReadonlyMap<string, ContainerDetails>;
}

/** The state of a container in the old platform's words. */
export function containerState({ state }: ListedContainer): "Starting" | "Running" | "Stopped" {
  if (state === "created") return "Starting";
  return isUp(state) ? "Running" : "Stopped";
}

/** The state of a service, from its containers and from what was last applied. */
export function serviceState(
  service: WantedService | undefined,
  containers: readonly ListedContainer[],
  known: Known,
): ServiceState {
  const { applied } = known;
  const state = tutumState(containers);
  const word = ownWord(service, containers, known) ?? state;
  return {
    state,
    word,
    changedByHand: containers.flatMap(({ id, name }) => {
      const details = known.details.get(id);
      return details && isChangedByHand(details, applied) ? [name] : [];
    }),
    isCurrent:
      service && applied
        ? changedKeys(applied.keys, service.keys).length === 0 && applied.autodestroy === service.policy.autodestroy
        : undefined,
    isWell: word === "Finished" || word === "Cleaned up" || word === "Running",
  };
}

/** The state of a stack (reference tutum-api.md 6.3): that of all its services, or that some run. */
export function stackState(services: readonly ServiceState[]): TutumState {
  const [first, ...others] = services.map(({ state }) => state);
  if (first === undefined) return "Not running";
  if (services.some(({ state }) => state === "Starting")) return "Starting";
  if (others.every((state) => state === first)) return first;
  return services.some(({ state }) => state === "Running" || state === "Partly running") ? "Partly running" : "Stopped";
}

/** The exit code of a container; undefined when it has not ended, or when the list does not say. */
export function exitCodeOf({ state, status }: ListedContainer): number | undefined {
  const [, code] = /^Exited \((\d+)\)/.exec(status) ?? [];
  return state === "exited" && code !== undefined ? Number(code) : undefined;
}

function tutumState(containers: readonly ListedContainer[]): TutumState {
  if (containers.length === 0) return "Not running";
  const up = containers.filter(({ state }) => isUp(state)).length;
  if (up === containers.length) return "Running";
  if (up > 0) return "Partly running";
  return containers.some(({ state }) => state === "created") ? "Starting" : "Stopped";
}

function ownWord(
  service: WantedService | undefined,
  containers: readonly ListedContainer[],
  { applied, details }: Known,
): string | undefined {
  if (containers.length === 0) return wasCleanedUp(service, applied) ? "Cleaned up" : undefined;
  const restarting = containers.find(({ state }) => state === "restarting");
  if (restarting) return `Restarting (${ordinal(details.get(restarting.id)?.restartCount ?? 0)} time)`;
  if (containers.some(({ status }) => status.endsWith("(unhealthy)"))) return "Unhealthy";
  if (containers.some(({ state }) => state === "paused")) return "Paused";
  const codes = containers.map(exitCodeOf);
  if (applied?.isStopped || service?.policy.autorestart === "ALWAYS" || codes.includes(undefined)) return undefined;
  const failed = codes.find((code) => code !== 0);
  return failed === undefined ? "Finished" : `Failed (${failed})`;
}

/** Whether a job ran and autodestroy removed all its containers. */
function wasCleanedUp(service: WantedService | undefined, applied: AppliedService | undefined): boolean {
  return service !== undefined && applied !== undefined && isJob(service);
}

function ordinal(count: number): string {
  const ending = count % 100 > 10 && count % 100 < 14 ? undefined : ["th", "st", "nd", "rd"][count % 10];
  return `${count}${ending ?? "th"}`;
}

function isUp(state: string): boolean {
  return state === "running" || state === "restarting" || state === "paused";
}
