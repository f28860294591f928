/** IDs that wait to be looked at. Each waits once, however often something happens to it, so that the inbox stays small. */
export interface Inbox {
  put(id: string): void;
  /** Nothing more will come: `ids` ends, or throws the error, after what is in. */
  close(error: Error | undefined): void;
  /** What was put in, as it comes. For one reader. */
  ids(): AsyncIterable<string>;
}

/** An empty inbox. */
export function createInbox(): Inbox {
  const ids = new Set<string>();
  let end: { readonly error: Error | undefined } | undefined;
  let wake = (): void => {};
  return {
    put(id) {
      ids.add(id);
      wake();
    },
    close(error) {
      end ??= { error };
      wake();
    },
    async *ids() {
      for (;;) {
        for (const id of ids) {
          ids.delete(id);
          yield id;
        }
        if (end?.error) throw end.error;
        if (end) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
