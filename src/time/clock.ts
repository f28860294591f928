/** A clock that never jumps, in milliseconds from any start. The sidecar measures time with nothing else. */
export interface Clock {
  now(): number;
  /** Runs an action once; returns what cancels it. */
  after(milliseconds: number, action: () => void): () => void;
}

/** Where delays get their jitter: numbers from 0 up to 1. */
export type Random = () => number;

/** The machine's monotonic clock, which a change of the time of day does not move. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, action) => {
    const timer = setTimeout(action, Math.min(milliseconds, longestTimer));
    return () => clearTimeout(timer);
  },
};

/** Resolves after a time, or at once when the signal is aborted. Never rejects. */
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

/** The delay before the next attempt after some failures, in milliseconds: anything from the first delay up to its doubles, at most the last. */
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
