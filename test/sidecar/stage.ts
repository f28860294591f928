import { onTestFinished } from "vitest";
import { sidecarConfig, type SidecarConfig } from "../../src/lifecycle/config.ts";
import type { Policy } from "../../src/lifecycle/policy.ts";
import type { LogEntry } from "../../src/sidecar/log.ts";
import { createMetrics, type Metrics } from "../../src/sidecar/metrics/metrics.ts";
import { createSidecar, type Outcome } from "../../src/sidecar/sidecar.ts";
import type { SidecarOptions } from "../../src/sidecar/state.ts";
import { FakeClock, quiet } from "../engine/fake-clock.ts";
import { FakeEngine } from "../engine/fake-engine.ts";

/** The settle time of all tests, in seconds. */
export const settle = 10;

/** A policy in short: `OFF/ALWAYS`. */
export function policy(text: string): Policy {
  const [autorestart, autodestroy] = text.split("/") as [Policy["autorestart"], Policy["autodestroy"]];
  return { autorestart, autodestroy };
}

/** A config of the stack `shop`. */
export function configOf(services: Readonly<Record<string, string>>, stack = "shop"): SidecarConfig {
  return sidecarConfig(stack, new Map(Object.entries(services).map(([name, text]) => [name, policy(text)])));
}

/** A sidecar on a fake engine and a clock that stands still. */
export interface Stage {
  readonly clock: FakeClock;
  readonly engine: FakeEngine;
  readonly logged: LogEntry[];
  readonly health: (string | undefined)[];
  readonly metrics: Metrics;
  readonly stop: AbortController;
  readonly sidecar: ReturnType<typeof createSidecar>;
  /** What `run` came to; undefined while it runs. */
  ended: Outcome | { readonly error: unknown } | undefined;
  /** The log entries of a kind. */
  readonly said: (event: string) => readonly LogEntry[];
}

/** A stage whose sidecar has not been started. */
export function stage(
  config: SidecarConfig = configOf({ job: "OFF/ALWAYS" }),
  options: Partial<SidecarOptions> & { readonly engine?: FakeEngine; readonly clock?: FakeClock } = {},
): Stage {
  const clock = options.clock ?? new FakeClock();
  const engine = options.engine ?? new FakeEngine(clock);
  const logged: LogEntry[] = [];
  const health: (string | undefined)[] = [];
  const common = { random: () => 0.5, ownId: undefined, dryRun: false, once: false };
  const source = { kind: "named", name: config.stack } as const;
  const metrics = createMetrics("1.2.3", () => clock.now() / 1000);
  const sidecar = createSidecar({
    ...common,
    source,
    metrics,
    log: (entry) => logged.push(entry),
    onHealth: (problem) => health.push(problem),
    ...options,
    clock,
    engine,
    config,
  });
  return {
    clock,
    engine,
    logged,
    health,
    metrics,
    stop: new AbortController(),
    sidecar,
    ended: undefined,
    said: (event) => logged.filter((entry) => entry.event === event),
  };
}

/** Starts the sidecar of a stage, and stops it after the test. */
export async function play(on: Stage): Promise<Stage> {
  void on.sidecar.run(on.stop.signal).then(
    (outcome) => (on.ended = outcome),
    (error: unknown) => (on.ended = { error }),
  );
  onTestFinished(() => on.stop.abort());
  await quiet();
  return on;
}
