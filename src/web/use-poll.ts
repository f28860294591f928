import { useEffect, useState } from "preact/hooks";
import type { Poll, Polled } from "./poll.ts";
import { useStore } from "./store.ts";

/**
 * A poll, and what it knows, for as long as a component is shown. It is begun once: a component that can be shown for
 * another address needs a key.
 */
export function usePoll<T>(start: () => Poll<T>): Polled<T> & { readonly poll: Poll<T> } {
  const [poll] = useState(start);
  useEffect(() => () => poll.stop(), [poll]);
  return { ...useStore(poll.state), poll };
}
