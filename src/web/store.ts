import { useEffect, useState } from "preact/hooks";

/** A value that components show. */
export class Store<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }

  /** Calls the listener after each change. Returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The value of a store; the component is shown again when it changes. */
export function useStore<T extends object>(store: Store<T>): T {
  const [, show] = useState(store.value);
  useEffect(() => {
    show(store.value);
    return store.subscribe(() => show(store.value));
  }, [store]);
  return store.value;
}
