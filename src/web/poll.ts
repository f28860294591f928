import { ask, type Answer } from "./ask.ts";
import { Store } from "./store.ts";

/** What is known of an address that is asked for again and again. */
export interface Polled<T> {
  /** The last answer; undefined before the first one. */
  readonly value: T | undefined;
  readonly etag: string | undefined;
  /** Why the last question was not answered; undefined when it was. */
  readonly failure: { readonly status: number; readonly reason: string; readonly since: Date } | undefined;
}

/** Something that is kept up to date. */
export interface Poll<T> {
  readonly state: Store<Polled<T>>;
  /** Asks again at once. */
  refresh(): void;
  /** Shows what a change has answered, until the next answer. */
  set(value: T, etag?: string): void;
  stop(): void;
}

/** How long to wait between two questions, in milliseconds (reference live.md 7.3). */
const interval = { seen: 2000, hidden: 30_000 };

/** Every poll that runs, so that a change can refresh them all. */
const running = new Set<Poll<unknown>>();

/** Asks again for everything that is shown. */
export function refreshAll(): void {
  for (const poll of running) poll.refresh();
}

/** Asks once more. With the status 304, what was known before still holds. */
export type Asking<T> = (path: string, before: Polled<T>) => Promise<Answer<T>>;

/** Begins to ask for an address. What is dear to the server is asked for less often. */
export function startPoll<T>(
  path: string,
  { seen = interval.seen, again = askOnce }: { readonly seen?: number; readonly again?: Asking<T> } = {},
): Poll<T> {
  const state = new Store<Polled<T>>({ value: undefined, etag: undefined, failure: undefined });
  const stopping = new AbortController();
  let wake: (() => void) | undefined;
  let isWoken = false;
  let changes = 0;
  const refresh = (): void => {
    isWoken = true;
    wake?.();
  };
  const askNow = async (): Promise<void> => {
    const { value, etag, failure } = state.value;
    const before = changes;
    const answer = await again(path, state.value);
    // An answer that is older than a change would show what was before it.
    if (before !== changes) return;
    if (!answer.ok) state.set({ value, etag, failure: { ...answer, since: failure?.since ?? new Date() } });
    else if (answer.status !== 304) state.set({ value: answer.value, etag: answer.etag, failure: undefined });
    else if (failure) state.set({ value, etag, failure: undefined });
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      isWoken = false;
      await askNow();
      // A refresh that was wished meanwhile is not for an answer that was on its way already.
      if (isWoken) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, document.hidden ? interval.hidden : seen);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = undefined;
    }
  };
  const poll: Poll<T> = {
    state,
    refresh,
    set(value, etag) {
      changes++;
      state.set({ value, etag, failure: undefined });
      refresh();
    },
    stop() {
      stopping.abort();
      running.delete(poll);
      refresh();
    },
  };
  running.add(poll);
  document.addEventListener("visibilitychange", refresh, { signal: stopping.signal });
  void run();
  return poll;
}

function askOnce<T>(path: string, { etag }: Polled<T>): Promise<Answer<T>> {
  return ask<T>(path, etag === undefined ? {} : { headers: { "If-None-Match": etag } });
}
