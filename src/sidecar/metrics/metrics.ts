import { autodestroyValues, type Autodestroy } from "../../lifecycle/policy.ts";
import type { EngineFailure } from "../../docker/engine.ts";
import { printFamilies, type Family, type Sample } from "./exposition.ts";

/** What came of a removal that was due: `gone` says that somebody else was first, `conflict` that the engine refused it. */
export type RemovalResult = (typeof removalResults)[number];

/** What the engine is asked for. */
export type Operation = (typeof operations)[number];

/**
 * Where a container of the stack is on its way. `pending`: being looked at, or waiting for that. `settling`: stopped, and removed unless
 * it is started. `failing`: a call for it failed and will be tried again. `kept`: anything else, as one that runs.
 */
export type ContainerState = (typeof containerStates)[number];

/** What a sidecar is doing at a moment. */
export interface Status {
  readonly stack: string;
  readonly containers: Readonly<Record<ContainerState, number>>;
}

/** What a sidecar has done since its start, in numbers. Their labels have few values: no container and no service is named. */
export interface Metrics {
  removal(policy: Autodestroy, result: RemovalResult): void;
  /** The engine is being watched, for the first time or again. */
  connected(): void;
  /** All containers have been looked at, which took some seconds. */
  reconciled(seconds: number): void;
  /** A call failed. A conflict counts as a removal's result only: it is the engine's own guard at work. */
  failed(operation: Operation, failure: EngineFailure): void;
  event(): void;
  /** All of it in Prometheus' text exposition format. */
  text(status: Status): string;
}

/** Numbers from 0. `time` says the seconds since 1970. */
export function createMetrics(version: string, time: () => number): Metrics {
  const start = time();
  const removals = createTable({
    policy: autodestroyValues.filter((value) => value !== "OFF"),
    result: removalResults,
  });
  const errors = createTable({ operation: operations, failure: failures });
  const seen = { connections: 0, events: 0, reconciles: 0, reconcileSeconds: 0, reconciledAt: 0 };
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
    text({ stack, containers }) {
      const states = containerStates.map((state) => ({ labels: { state }, value: containers[state] }));
      const duration = [
        { suffix: "_sum", value: seen.reconcileSeconds },
        { suffix: "_count", value: seen.reconciles },
      ] as const;
      const families: readonly Family[] = [
        counter(
          "removals_total",
          "Removals that were due, by autodestroy and by what came of them.",
          removals.samples(),
        ),
        gauge("containers", "Containers of the stack that are known, by where they are on their way.", states),
        gauge("last_reconcile_timestamp_seconds", "When all containers were last looked at; 0 for never.", [
          { value: seen.reconciledAt },
        ]),
        family("summary", "reconcile_duration_seconds", "How long it took to look at all containers.", duration),
        counter("reconnects_total", "Connections to the engine after the first.", [
          { value: Math.max(0, seen.connections - 1) },
        ]),
        counter("events_total", "Events of the engine; some of one container at the same time may count as one.", [
          { value: seen.events },
        ]),
        counter(
          "errors_total",
          "Calls to the engine that failed, without removals that it refused because of the container's state.",
          errors.samples(),
        ),
        gauge("start_time_seconds", "When the sidecar was started.", [{ value: start }]),
        gauge("build_info", "Always 1; the version is a label.", [{ labels: { version }, value: 1 }]),
      ];
      return printFamilies(families, { stack });
    },
  };
}

const removalResults = ["removed", "gone", "conflict", "failed", "dry-run"] as const;
const operations = ["connect", "list", "inspect", "remove", "events"] as const;
const failures = ["unreachable", "forbidden", "failed"] as const satisfies readonly EngineFailure[];
const containerStates = ["pending", "settling", "failing", "kept"] as const;

/** A number for every pair of values of two labels, so that each series is there from the start. */
interface Table {
  /** Counts one more, unless there is no series for it. */
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
