import { Store, useStore } from "./store.ts";

/** What somebody types, and the version of the file that it began with. */
export interface Draft {
  readonly text: string;
  readonly etag: string;
}

/** What was typed and not saved, by the address of the file. It stays when its screen is left. */
const drafts = new Store<ReadonlyMap<string, Draft>>(new Map());

// Before the tab is closed, the browser asks whether to lose them.
addEventListener("beforeunload", (event) => drafts.value.size > 0 && event.preventDefault());

/** The draft of a file, and what changes it. A change to undefined drops the draft. */
export function useDraft(
  file: string,
): readonly [Draft | undefined, (change: (before: Draft | undefined) => Draft | undefined) => void] {
  const set = (change: (before: Draft | undefined) => Draft | undefined): void => {
    const all = new Map(drafts.value);
    const next = change(all.get(file));
    if (next) all.set(file, next);
    else all.delete(file);
    drafts.set(all);
  };
  return [useStore(drafts).get(file), set];
}
