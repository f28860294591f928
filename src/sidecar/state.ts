import type { SidecarEngine } from "../docker/engine.ts";
import type { SidecarConfig } from "../lifecycle/config.ts";
import type { Clock, Random } from "../time/clock.ts";
import type { Log } from "./log.ts";
import type { Metrics, Status } from "./metrics/metrics.ts";
import type { Identity, ProjectSource } from "./project.ts";
import type { RunStore } from "./runs/store.ts";

/** What a sidecar works with. */
export interface SidecarOptions {
  readonly engine: SidecarEngine;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: SidecarConfig;
  /** The ID of the sidecar's own container, or its first 12 digits; undefined outside a container. */
  readonly ownId: string | undefined;
  /** How the sidecar finds the project whose containers it may remove. */
  readonly source: ProjectSource;
  /** Called after each successful reconcile, and at once with a problem when the engine forbids a call. */
  readonly onHealth: (problem: string | undefined) => void;
  /** Whether to log what would be removed without removing it. */
  readonly dryRun: boolean;
  /** Where to keep how containers ended (reference jobs.md 1). Nowhere if it is left out, and in a dry run. */
  readonly runs?: RunStore | undefined;
  /** Whether to end once all existing containers are processed. */
  readonly once: boolean;
}

/** What a sidecar knows while it runs. */
export interface SidecarState {
  config: SidecarConfig;
  /** Why nothing may be removed although the engine can be reached; undefined while there is no such reason. */
  suspension: string | undefined;
  /** Whether somebody changes the stack, so that nothing may be removed. */
  isHeld: boolean;
  /** Undefined until the sidecar has found its project. Nothing is removed then. */
  identity: Identity | undefined;
  /** Whether a reconcile has succeeded since the event stream was opened. Nothing is removed before. */
  isReconciled: boolean;
  /** Aborted when the connection is lost, with an Error as the reason. */
  connection: AbortController;
  /** Since when nothing listens at the engine's address; undefined while something does. */
  refusedSince: number | undefined;
  /** How many connections in a row broke soon after a reconcile. */
  shortConnections: number;
  /** The last logged problem of the connection. The same problem is not logged twice in a row. */
  loggedProblem: string;
  /** The number of tracked containers in each state. */
  containers: () => Status["containers"];
}

/** The state of a sidecar that has not run yet. */
export function initialState(config: SidecarConfig): SidecarState {
  return {
    config,
    suspension: undefined,
    isHeld: false,
    identity: undefined,
    isReconciled: false,
    connection: new AbortController(),
    refusedSince: undefined,
    shortConnections: 0,
    loggedProblem: "",
    containers: () => ({ pending: 0, settling: 0, failing: 0, kept: 0 }),
  };
}

/** The reason for which a connection ends when the config changes. */
export const configChanged = new Error("the config has changed");

/** The reason for which a connection ends when the last hold ends: a new connection begins with a reconcile. */
export const released = new Error("an action has ended");

/** Whether the sidecar itself has ended a connection, so that the engine is well. */
export function isIntended(end: unknown): boolean {
  return end === configChanged || end === released;
}
