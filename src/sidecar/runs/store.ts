import { Buffer } from "node:buffer";
import { join } from "node:path";
import { pid } from "node:process";
import { runFileName } from "./file-name.ts";
import { realRunFiles, type RunFiles } from "./files.ts";
import { createIndex, newEnding, type RunIndex } from "./index-of-runs.ts";
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

/** No run is larger: its output has at most 64 KiB, each byte of which can take six. */
export const largestRun = 512 * 1024;

/** A store with one file per run. Two stores on one folder do each other no harm. */
export function createRunStore({ folderOf, warn, files = realRunFiles }: RunStoreOptions): RunStore {
  const indexes = new Map<string, RunIndex>();
  const indexOf = (folder: string): RunIndex => {
    const known = indexes.get(folder) ?? createIndex(files, folder);
    indexes.set(folder, known);
    return known;
  };
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
      const name = runFileName(run);
      const text = printRun(run);
      await replace(files, folder, name, text);
      await indexOf(folder)
        .add(name, Buffer.byteLength(text))
        .catch((error: unknown) => warn(`old runs in ${folder} cannot be removed: ${(error as Error).message}`));
    },
    async remove(key) {
      await files.remove(join(await folderOf(key.project), runFileName(key)));
    },
  };
}

/** Readers see either the whole old text or the whole new one. Leaves no other file behind, unless it is killed. */
async function replace(files: RunFiles, folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  const temporary = `${path}.${pid}-${Math.random().toString(36).slice(2)}${newEnding}`;
  try {
    await files.create(temporary, text).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      await files.makeFolder(folder);
      await files.create(temporary, text);
    });
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary).catch(() => {});
    throw error;
  }
}
