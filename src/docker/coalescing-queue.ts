/**
 * A queue of container IDs in which each ID waits only once, however often it is put in. So a burst of events cannot
 * make it grow.
 */
export interface CoalescingQueue {
  readonly put: (id: string) => void;
  /** Ends the queue: `ids` yields what is left, and then ends or throws the error. Only the first call counts. */
  readonly close: (error: Error | undefined) => void;
  /** The IDs in the order in which they were put in. For one reader. */
  readonly ids: () => AsyncIterable<string>;
}

/** An empty queue. */
export function createCoalescingQueue(): CoalescingQueue {
  const waiting = new Set<string>();
  let end: { readonly error: Error | undefined } | undefined;
  let wake = (): void => {};
  return {
    put(id) {
      waiting.add(id);
      wake();
    },
    close(error) {
      end ??= { error };
      wake();
    },
    async *ids() {
      for (;;) {
        for (const id of waiting) {
          waiting.delete(id);
          yield id;
        }
        if (end?.error) throw end.error;
        if (end) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
