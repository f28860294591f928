import { autodestroyValues, type Autodestroy } from "../../lifecycle/policy.ts";
import type { EngineFailure } from "../../docker/engine.ts";
import { printFamilies, type Family, type Sample } from "./exposition.ts";

/**
 * The result of a removal. `gone`: somebody else was faster. `conflict`: the engine refused, because the container runs
 * again.
 */
export type RemovalResult = (typeof removalResults)[number];

/** A kind of call to the engine. */
export type Operation = (typeof operations)[number];

/**
 * The state of a container of the stack. `pending`: a check is running or waiting. `settling`: it has stopped, and will
 * be removed unless it is started. `failing`: its last check failed, and will be repeated. `kept`: anything else, for
 * example a running container.
 */
export type ContainerState = (typeof containerStates)[number];

/** The numbers of a sidecar at one moment. */
export interface Status {
  readonly stack: string;
  readonly containers: Readonly<Record<ContainerState, number>>;
}

/**
 * Counts what a sidecar has done since its start. No label names a container or a service, so there are only few
 * series.
 */
export interface Metrics {
  removal(policy: Autodestroy, result: RemovalResult): void;
  /** The sidecar has connected to the engine and listens to its events. */
  connected(): void;
  /** All containers have been checked, which took so many seconds. */
  reconciled(seconds: number): void;
  /** A call failed. A conflict is not counted here, but only as the result of a removal. */
  failed(operation: Operation, failure: EngineFailure): void;
  event(): void;
  /** All metrics in the text exposition format of Prometheus. */
  text(status: Status): string;
}

/** Metrics that start at 0. `time` returns the seconds since 1970. */
export function createMetrics(version: string, time: () => number): Metrics {
  const start = time();
  const removals = createTable({
    policy: autodestroyValues.filter((value) => value !== "OFF"),
    result: removalResults,
  });
  const errors = createTable({ operation: operations, failure: failures });
  const seen: Seen = { connections: 0, events: 0, reconciles: 0, reconcileSeconds: 0, reconciledAt: 0 };
  return {
    removal: (policy, result) => removals.add(policy, result),
    connected: () => void seen.connections++,
    event: () => void seen.events++,
    failed: (operation, failure) => errors.add(operation, failure),
    reconciled(seconds) {
      seen.reconciles++;
      seen.reconcileSeconds += seconds;
      seen.reconciledAt = time();
    },
    text: ({ stack, containers }) =>
      printFamilies(
        [
          counter(
            "removals_total",
            "Attempts to remove a container, by autodestroy policy and by result.",
            removals.samples(),
          ),
          gauge("containers", "Tracked containers of the stack, by state.", stateSamples(containers)),
          ...reconcileFamilies(seen),
          ...connectionFamilies(seen),
          counter(
            "errors_total",
            "Failed calls to the engine, without removals refused because of the container's state.",
            errors.samples(),
          ),
          gauge("start_time_seconds", "When the sidecar started.", [{ value: start }]),
          gauge("build_info", "Always 1; the version is a label.", [{ labels: { version }, value: 1 }]),
        ],
        { stack },
      ),
  };
}

const removalResults = ["removed", "gone", "conflict", "failed", "dry-run"] as const;
const operations = ["connect", "list", "inspect", "remove", "events", "logs"] as const;
const failures = ["unreachable", "forbidden", "failed"] as const satisfies readonly EngineFailure[];
const containerStates = ["pending", "settling", "failing", "kept"] as const;

interface Seen {
  connections: number;
  events: number;
  reconciles: number;
  reconcileSeconds: number;
  /** Seconds since 1970; 0 for never. */
  reconciledAt: number;
}

function stateSamples(containers: Status["containers"]): readonly Sample[] {
  return containerStates.map((state) => ({ labels: { state }, value: containers[state] }));
}

function reconcileFamilies({ reconciles, reconcileSeconds, reconciledAt }: Seen): readonly Family[] {
  return [
    gauge("last_reconcile_timestamp_seconds", "When all containers were last checked; 0 means never.", [
      { value: reconciledAt },
    ]),
    family("summary", "reconcile_duration_seconds", "How long the checks of all containers took.", [
      { suffix: "_sum", value: reconcileSeconds },
      { suffix: "_count", value: reconciles },
    ]),
  ];
}

function connectionFamilies({ connections, events }: Seen): readonly Family[] {
  return [
    counter("reconnects_total", "Connections to the engine after the first one.", [
      { value: Math.max(0, connections - 1) },
    ]),
    counter("events_total", "Events from the engine. Simultaneous events of one container may count as one.", [
      { value: events },
    ]),
  ];
}

/** A counter for every pair of values of two labels, so that every series exists from the start. */
interface Table {
  /** Adds one to a counter. Does nothing for a pair without a counter. */
  add(row: string, column: string): void;
  samples(): readonly Sample[];
}

function createTable(labels: Readonly<Record<string, readonly string[]>>): Table {
  const [[rowName, rows], [columnName, columns]] = Object.entries(labels) as [
    [string, readonly string[]],
    [string, readonly string[]],
  ];
  const cells = rows.flatMap((row) =>
    columns.map((column) => ({ labels: { [rowName]: row, [columnName]: column }, value: 0 })),
  );
  return {
    add(row, column) {
      const cell = cells.find(({ labels }) => labels[rowName] === row && labels[columnName] === column);
      if (cell) cell.value++;
    },
    samples: () => cells,
  };
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return family("counter", name, help, samples);
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return family("gauge", name, help, samples);
}

function family(type: Family["type"], name: string, help: string, samples: readonly Sample[]): Family {
  return { name: `tutum_stack_${name}`, help, type, samples };
}
