import { constants } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * What the store of runs does to files. Each rejects with Node's error when it fails. It never blocks the program: a
 * folder may be on a disk that does not answer.
 */
export interface RunFiles {
  /** The plain files in a folder; none when there is no such folder. */
  list(folder: string): Promise<readonly RunFile[]>;
  /** The text of a plain file; undefined when there is no such file, or it is larger. */
  read(path: string, mostBytes: number): Promise<string | undefined>;
  /** Creates a file that only its owner may read. Its bytes are on the disk when it resolves. */
  create(path: string, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A file that is not there is no failure. */
  remove(path: string): Promise<void>;
  /** Makes a folder that only its owner may open, and those above it. */
  makeFolder(path: string): Promise<void>;
}

/** A file in a folder. */
export interface RunFile {
  readonly name: string;
  readonly bytes: number;
  /** How long ago it was written, in seconds. */
  readonly age: number;
}

/** The files of the machine. */
export const realRunFiles: RunFiles = {
  async list(folder) {
    const names = await unlessMissing(readdir(folder));
    const found = await Promise.all((names ?? []).map((name) => describe(folder, name)));
    return found.filter((file) => file !== undefined);
  },
  async read(path, mostBytes) {
    // Without O_NONBLOCK, the opening of a pipe would wait for its writer.
    const file = await unlessMissing(open(path, constants.O_RDONLY | constants.O_NONBLOCK));
    if (!file) return undefined;
    try {
      const found = await file.stat();
      return found.isFile() && found.size <= mostBytes ? await file.readFile("utf8") : undefined;
    } finally {
      await file.close();
    }
  },
  async create(path, text) {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  makeFolder,
};

async function describe(folder: string, name: string): Promise<RunFile | undefined> {
  const found = await unlessMissing(stat(join(folder, name)));
  return found?.isFile() ? { name, bytes: found.size, age: (Date.now() - found.mtimeMs) / 1000 } : undefined;
}

/** `mkdir` with `recursive` never returns where no folder can be made, such as in /proc (seen with Node 20). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, 0o700).catch((again: unknown) => {
      if ((again as NodeJS.ErrnoException).code !== "EEXIST") throw again;
    });
  }
}

async function unlessMissing<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
