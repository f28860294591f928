import { join } from "node:path";
import { serviceInName } from "./file-name.ts";
import type { RunFiles } from "./files.ts";

/** Knows the runs in a folder, so that the limits are kept without a look at every file after each run. */
export interface RunIndex {
  /** A file of a run is there. Removes the oldest runs above the limits. Rejects when the disk fails. */
  add(name: string, bytes: number): Promise<void>;
}

/** How many runs are kept: of a service, and bytes of all files of a stack (reference jobs.md 1.2). */
export const runLimits = { perService: 20, bytes: 4 * 1024 ** 2 } as const;

/** How the name of a file ends that is being written. */
export const newEnding = ".new";

/** A file that is being written is younger, in seconds. */
const leftoverAge = 60;

/** After so many runs, the folder is read again: somebody else may have written into it. */
const staleAfter = 100;

interface Known {
  readonly service: string;
  readonly bytes: number;
}

/** An index of a folder that nobody has read yet. */
export function createIndex(files: RunFiles, folder: string): RunIndex {
  let loaded: Promise<Map<string, Known>> | undefined;
  let count = 0;
  return {
    async add(name, bytes) {
      if (count++ % staleAfter === 0) loaded = undefined;
      loaded ??= load(files, folder);
      loaded.catch(() => (count = 0));
      const runs = await loaded;
      runs.set(name, { service: serviceInName(name) ?? "", bytes });
      for (const old of takeSurplus(runs, name)) await files.remove(join(folder, old));
    },
  };
}

/** What is in a folder. Removes what a process that was killed has left. */
async function load(files: RunFiles, folder: string): Promise<Map<string, Known>> {
  const runs = new Map<string, Known>();
  for (const { name, bytes, age } of await files.list(folder)) {
    const service = serviceInName(name);
    if (service !== undefined) runs.set(name, { service, bytes });
    else if (name.endsWith(newEnding) && age > leftoverAge) await files.remove(join(folder, name));
  }
  return runs;
}

/** Takes the oldest runs out that are above the limits after one was added. The last one of all stays. */
function takeSurplus(runs: Map<string, Known>, added: string): readonly string[] {
  const { service } = runs.get(added)!;
  let [own, bytes] = [0, 0];
  for (const run of runs.values()) {
    own += run.service === service ? 1 : 0;
    bytes += run.bytes;
  }
  const taken: string[] = [];
  while (own > runLimits.perService || (bytes > runLimits.bytes && runs.size > 1)) {
    const name = oldest(runs, own > runLimits.perService ? service : undefined);
    const run = runs.get(name)!;
    own -= run.service === service ? 1 : 0;
    bytes -= run.bytes;
    runs.delete(name);
    taken.push(name);
  }
  return taken;
}

/** The oldest run, of a service or of all. Names sort by the finish time. */
function oldest(runs: ReadonlyMap<string, Known>, service: string | undefined): string {
  let found: string | undefined;
  for (const [name, run] of runs)
    if ((service === undefined || run.service === service) && (found === undefined || name < found)) found = name;
  return found!;
}
