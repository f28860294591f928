/**
 * Runs a task as soon as fewer than the limit are running; tasks start in the order in which they were passed. Rejects
 * as the task does.
 */
export type Semaphore = (task: () => Promise<void>) => Promise<void>;

/** A semaphore that runs at most `limit` tasks at the same time. */
export function createSemaphore(limit: number): Semaphore {
  const waiting: (() => void)[] = [];
  let free = limit;
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
