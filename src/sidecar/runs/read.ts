import { runFileName, serviceInName } from "./file-name.ts";
import { endOf, parseRun, type Run } from "./run.ts";

/** A file that may be a run, wherever it was read. */
export interface RunText {
  /** Without a folder. */
  readonly name: string;
  readonly text: string;
}

/** What was read: the runs, and the names of files that should be runs and are broken. */
export interface RunsRead {
  readonly runs: readonly Run[];
  readonly broken: readonly string[];
}

/** Reads runs back. Files that are none, by their names, are left out silently. */
export function readRuns(texts: Iterable<RunText>): RunsRead {
  const runs: Run[] = [];
  const broken: string[] = [];
  for (const { name, text } of texts) {
    if (serviceInName(name) === undefined) continue;
    const run = parseRun(text);
    if (run && runFileName(run) === name) runs.push(run);
    else broken.push(name);
  }
  return { runs, broken };
}

/**
 * All runs of several places, the newest first; one for each container and finish time (reference jobs.md 2.2). Of two
 * accounts of the same end, the one counts that says more of what became of the container, then the earlier one.
 */
export function mergeRuns(...places: readonly (readonly Run[])[]): readonly Run[] {
  const merged = new Map<string, Run>();
  for (const run of places.flat()) {
    const known = merged.get(endOf(run));
    if (!known || (known.done === undefined && run.done !== undefined)) merged.set(endOf(run), run);
  }
  return [...merged.values()].toSorted((one, other) => (runFileName(one) < runFileName(other) ? 1 : -1));
}
