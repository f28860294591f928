/**
 * A clock that never jumps, in milliseconds since an arbitrary start. The sidecar measures time only with this clock.
 */
export interface Clock {
  now(): number;
  /** Runs an action once, after some time. Returns a function that cancels it. */
  after(milliseconds: number, action: () => void): () => void;
}

/** The source of jitter: numbers from 0 up to, but not including, 1. */
export type Random = () => number;

/** The machine's monotonic clock. A change of the time of day does not affect it. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, action) => {
    const timer = setTimeout(action, Math.min(milliseconds, longestTimer));
    return () => clearTimeout(timer);
  },
};

/** Resolves after some milliseconds, or as soon as the signal is aborted. Never rejects. */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      cancel();
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const cancel = clock.after(milliseconds, wake);
    signal.addEventListener("abort", wake);
  });
}

/**
 * The delay before the next attempt, in milliseconds: a random time from `first` up to a limit. The limit is `first`,
 * doubled once for each failure, but at most `last`.
 */
export function backOff(
  failures: number,
  { first, last }: { readonly first: number; readonly last: number },
  random: Random,
): number {
  const ceiling = Math.min(last, first * 2 ** Math.min(failures, 30));
  return first + random() * (ceiling - first);
}

/** `setTimeout` fires at once when asked for more than 2^31 - 1 milliseconds. */
const longestTimer = 2 ** 31 - 1;
