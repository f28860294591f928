/** Runs tasks in the order they come, some at a time: all containers are looked at once before one is looked at again, to be removed. */
export type Gate = (task: () => Promise<void>) => Promise<void>;

/** A gate that lets `limit` tasks run at a time. */
export function createGate(limit: number): Gate {
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
