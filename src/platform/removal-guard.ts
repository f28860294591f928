import { EngineError } from "../docker/engine.ts";
import type { Files } from "../files/files.ts";
import { sleep, type Clock } from "../time/clock.ts";
import { tryLock, type Lock, type LockPlace } from "./lock.ts";

/** Lets a sidecar remove containers only while no other process changes their stack. */
export interface RemovalGuard {
  /**
   * Removes a container while the lock of its stack is held. `check` throws what speaks against it, once the lock is
   * held. Rejects with a `conflict` while another process holds the lock, and when earlier removals take so long that
   * the container must be judged anew.
   */
  remove<T>(stack: LockPlace, check: () => void, removal: () => Promise<T>): Promise<T>;
  /** Whether it is this guard that holds the lock of a stack. */
  holds(stack: LockPlace): boolean;
}

/** Removals of one stack that share its lock. */
interface Batch {
  readonly lock: Lock;
  readonly since: number;
  /** How many removals are under way. */
  count: number;
  /** Resolves some time after the lock was released. */
  readonly over: Promise<void>;
  readonly end: () => void;
}

/** In milliseconds. After each batch there is time for a change that waits for the lock. */
const times = { batch: 500, pause: 200, patience: 1000 };

/** A guard for this process. */
export function createRemovalGuard({ files, clock }: { readonly files: Files; readonly clock: Clock }): RemovalGuard {
  const batches = new Map<string, Batch>();
  const begin = (stack: LockPlace): Batch => {
    const lock = tryLock(files, stack, "removal by autodestroy");
    if (!lock) throw new EngineError("conflict", "the stack is being changed");
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const over = ended.then(() => sleep(clock, times.pause, new AbortController().signal));
    const batch = { lock, since: clock.now(), count: 1, over, end };
    batches.set(stack.folder, batch);
    void over.then(() => batches.delete(stack.folder));
    return batch;
  };
  const enter = async (stack: LockPlace): Promise<Batch> => {
    const until = clock.now() + times.patience;
    for (;;) {
      const batch = batches.get(stack.folder);
      if (!batch) return begin(stack);
      if (batch.count > 0 && clock.now() - batch.since < times.batch) {
        batch.count++;
        return batch;
      }
      const left = until - clock.now();
      if (left <= 0) throw new EngineError("conflict", "other containers of the stack are being removed");
      await Promise.race([batch.over, sleep(clock, left, new AbortController().signal)]);
    }
  };
  return {
    holds: ({ folder }) => (batches.get(folder)?.count ?? 0) > 0,
    async remove(stack, check, removal) {
      const batch = await enter(stack);
      try {
        check();
        return await removal();
      } finally {
        batch.count--;
        if (batch.count === 0) {
          batch.lock.release();
          batch.end();
        }
      }
    },
  };
}
