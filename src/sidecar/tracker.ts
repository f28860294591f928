import type { ContainerState } from "./metrics/metrics.ts";
import { createSemaphore } from "./semaphore.ts";
import { TrackedContainer, type TrackingOptions } from "./tracked-container.ts";

/** Tracks the containers of a stack. It checks each of them one check at a time, and only a few containers at once. */
export interface Tracker {
  /** Checks a container soon, and resolves when that is done. A wrong hint does no harm. Never rejects. */
  check(id: string): Promise<void>;
  /** The IDs of the containers that it tracks. */
  ids(): readonly string[];
  /** The number of containers in each state. */
  readonly states: () => Readonly<Record<ContainerState, number>>;
  /** Why containers could not be processed; undefined when there is no such problem. */
  problem(): string | undefined;
  /** Resolves when no check is running, waiting or planned. */
  idle(): Promise<void>;
  /**
   * Cancels the planned checks, and resolves when no check is running. The signal for inspects must be aborted before.
   */
  finish(): Promise<void>;
}

/** How many containers are inspected or removed at the same time. */
const mostChecks = 4;

/** A tracker without containers. */
export function createTracker(options: TrackingOptions): Tracker {
  const semaphore = createSemaphore(mostChecks);
  const containers = new Map<string, TrackedContainer>();
  /** Those with a check that is running, waiting or planned. */
  const busy = new Set<TrackedContainer>();
  const waiting: (() => void)[] = [];
  const idle = (): Promise<void> =>
    busy.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
  const release = (container: TrackedContainer): void => {
    if (container.isIdle) busy.delete(container);
    if (busy.size === 0) for (const resolve of waiting.splice(0)) resolve();
  };
  const track = (id: string): TrackedContainer => {
    const container = new TrackedContainer(id, options, semaphore, () => {
      if (container.state.isGone) containers.delete(id);
      release(container);
    });
    containers.set(id, container);
    return container;
  };
  return {
    check(id) {
      const container = containers.get(id) ?? track(id);
      busy.add(container);
      return container.check();
    },
    ids: () => [...containers.keys()],
    states() {
      const states = { pending: 0, settling: 0, failing: 0, kept: 0 };
      for (const container of containers.values()) states[stateOf(container)]++;
      return states;
    },
    problem: () => problemOf([...containers.values()], options.clock.now()),
    idle,
    finish() {
      for (const container of busy) {
        container.cancel();
        release(container);
      }
      return idle();
    },
  };
}

function stateOf({ state, isPending }: TrackedContainer): ContainerState {
  if (state.failures > 0) return "failing";
  if (isPending) return "pending";
  return state.settling ? "settling" : "kept";
}

/** How long calls for a container may fail or stay unanswered before that is a problem, in milliseconds. */
const longestTrouble = 60_000;

function problemOf(containers: readonly TrackedContainer[], now: number): string | undefined {
  if (containers.some(({ state }) => state.isForbidden)) return "the engine forbids calls that the sidecar needs";
  const troubled = containers.filter(({ troubledSince }) => now - (troubledSince ?? now) > longestTrouble);
  if (troubled.length === 0) return undefined;
  return `${troubled.length} ${troubled.length === 1 ? "container" : "containers"} could not be processed; see the log`;
}
