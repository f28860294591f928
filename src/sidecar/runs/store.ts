import { join } from "node:path";
import { pid } from "node:process";
import { runFileName, serviceInName } from "./file-name.ts";
import { realRunFiles, type RunFile, type RunFiles } from "./files.ts";
import { parseRun, printRun, type Run, type RunKey } from "./run.ts";

/** Keeps the runs of stacks (reference jobs.md 1.2). Every method rejects when the disk fails. */
export interface RunStore {
  /** The run of an end; undefined when there is none, and when its file is broken. */
  find(key: RunKey): Promise<Run | undefined>;
  /** Keeps a run in place of what is known of the same end, and forgets the oldest ones. */
  put(run: Run): Promise<void>;
  /** Forgets a run. */
  remove(key: RunKey): Promise<void>;
}

/** What a store needs. */
export interface RunStoreOptions {
  /** The folder for the runs of a project, which nothing else is in. It is asked for each time. */
  readonly folderOf: (project: string) => string | Promise<string>;
  /** Receives a sentence about a broken file, or about old ones that cannot be removed. */
  readonly warn: (problem: string) => void;
  readonly files?: RunFiles;
}

/** How many runs are kept: of a service, and bytes of all files of a stack. */
export const runLimits = { perService: 20, bytes: 4 * 1024 ** 2 } as const;

/** No run is larger: its output has at most 64 KiB, each byte of which can take six. */
export const largestRun = 512 * 1024;

/** A store with one file per run. Two stores on one folder do each other no harm. */
export function createRunStore({ folderOf, warn, files = realRunFiles }: RunStoreOptions): RunStore {
  const tidy = coalesced(async (folder: string) => {
    await removeOldest(files, folder).catch((error: unknown) => {
      warn(`old runs in ${folder} cannot be removed: ${(error as Error).message}`);
    });
  });
  return {
    async find(key) {
      const path = join(await folderOf(key.project), runFileName(key));
      const text = await files.read(path, largestRun);
      const run = text === undefined ? undefined : parseRun(text);
      if (text !== undefined && !run) warn(`${path} is no run, and is skipped`);
      return run;
    },
    async put(run) {
      const folder = await folderOf(run.project);
      await files.makeFolder(folder);
      await replace(files, join(folder, runFileName(run)), printRun(run));
      await tidy(folder);
    },
    async remove(key) {
      await files.remove(join(await folderOf(key.project), runFileName(key)));
    },
  };
}

/** Readers see either the whole old text or the whole new one. Leaves no other file behind, unless it is killed. */
async function replace(files: RunFiles, path: string, text: string): Promise<void> {
  const temporary = `${path}.${pid}-${Math.random().toString(36).slice(2)}${newEnding}`;
  try {
    await files.create(temporary, text);
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary).catch(() => {});
    throw error;
  }
}

const newEnding = ".new";

/** A file that is being written is younger, in seconds. */
const leftoverAge = 60;

/** Removes all that is above the limits, the oldest first, and what a process that was killed has left. */
async function removeOldest(files: RunFiles, folder: string): Promise<void> {
  const listed = await files.list(folder);
  const leftovers = listed.filter(({ name, age }) => name.endsWith(newEnding) && age > leftoverAge);
  for (const { name } of [...leftovers, ...surplus(listed)]) await files.remove(join(folder, name));
}

/** The runs that are above the limits. The newest one is never among them. */
function surplus(listed: readonly RunFile[]): readonly RunFile[] {
  const kept = new Map<string, number>();
  let bytes = 0;
  let isFull = false;
  const tooMany: RunFile[] = [];
  for (const file of listed.toSorted((one, other) => (one.name < other.name ? 1 : -1))) {
    const service = serviceInName(file.name);
    if (service === undefined) continue;
    const count = kept.get(service) ?? 0;
    if (count >= runLimits.perService) {
      tooMany.push(file);
      continue;
    }
    isFull ||= bytes > 0 && bytes + file.bytes > runLimits.bytes;
    if (isFull) tooMany.push(file);
    else {
      kept.set(service, count + 1);
      bytes += file.bytes;
    }
  }
  return tooMany;
}

/**
 * The same work for a text, done once for all who ask for it before it begins: many runs at once are tidied together.
 */
function coalesced(work: (text: string) => Promise<void>): (text: string) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();
  return (text) => {
    const waiting = next.get(text);
    if (waiting) return waiting;
    const before = running.get(text) ?? Promise.resolve();
    const turn = before.then(async () => {
      next.delete(text);
      running.set(text, turn);
      await work(text);
      if (running.get(text) === turn) running.delete(text);
    });
    next.set(text, turn);
    return turn;
  };
}
