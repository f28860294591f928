import { createGate } from "./semaphore.ts";
import type { ContainerState } from "./metrics/metrics.ts";
import { Watched, type WatchOptions } from "./tracked-container.ts";

/** Watches the containers of a stack, each with a queue of its own, and few of them at a time. */
export interface Watch {
  /** Looks at a container soon, and resolves when that is done. Whoever says so need not be right. Never rejects. */
  look(id: string): Promise<void>;
  /** The containers that something is known of. */
  known(): readonly string[];
  /** How many of them there are in each state. */
  states(): Readonly<Record<ContainerState, number>>;
  /** What keeps containers from being dealt with, if anything does. */
  problem(): string | undefined;
  /** Resolves when nothing is being done and nothing is planned. */
  idle(): Promise<void>;
  /** Drops what is planned, and resolves when nothing is being done. To be called with the signal for inspects aborted. */
  finish(): Promise<void>;
}

/** How many containers are inspected or removed at once. */
const callsAtOnce = 4;

/** Watches nothing yet. */
export function createWatch(options: WatchOptions): Watch {
  const gate = createGate(callsAtOnce);
  const containers = new Map<string, Watched>();
  const waiting: (() => void)[] = [];
  const isIdle = (): boolean => [...containers.values()].every((container) => container.isIdle);
  const done = (id: string, isGone: boolean): void => {
    if (isGone) containers.delete(id);
    if (waiting.length > 0 && isIdle()) for (const wake of waiting.splice(0)) wake();
  };
  const idle = (): Promise<void> => (isIdle() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)));
  return {
    look(id) {
      const container = containers.get(id) ?? new Watched(id, options);
      containers.set(id, container);
      return container.look(gate, (isGone) => done(id, isGone));
    },
    known: () => [...containers.keys()],
    states() {
      const states = { pending: 0, settling: 0, failing: 0, kept: 0 };
      for (const { state } of containers.values()) states[state]++;
      return states;
    },
    problem() {
      const held = [...containers.values()].filter((container) => container.isHeld);
      if (held.some((container) => container.isForbidden)) return "the engine forbids the sidecar to do its work";
      return held.length === 0 ? undefined : `containers cannot be dealt with (${held.length}); the log says why`;
    },
    idle,
    finish() {
      for (const container of containers.values()) container.cancel();
      return idle();
    },
  };
}
