import {
  closeSync,
  copyFileSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** The few things that the program does to files. Each throws Node's error when it fails. */
export interface Files {
  /** Undefined when there is no such file. */
  read(path: string): { readonly bytes: Uint8Array; readonly mode: number } | undefined;
  /** The length of a plain file in bytes; undefined for anything else, such as a pipe, which could block its reader. */
  length(path: string): number | undefined;
  /** Names in a folder; none when there is no such folder. */
  list(folder: string): readonly string[];
  /** The file itself, if the path is a link to it. */
  resolve(path: string): string;
  makeFolder(path: string): void;
  /**
   * Creates a file, with exactly this mode if one is given. Its bytes are on the disk when it returns. Fails if the
   * file exists.
   */
  create(path: string, text: string, mode: number | undefined): void;
  copy(from: string, to: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
}

/** The files of the machine. */
export const realFiles: Files = {
  read: (path) => unlessMissing(() => ({ bytes: readFileSync(path), mode: statSync(path).mode & 0o777 }), undefined),
  length: (path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? found.size : undefined;
  },
  list: (folder) => unlessMissing(() => readdirSync(folder), []),
  resolve: (path) => unlessMissing(() => realpathSync(path), path),
  makeFolder,
  create: (path, text, mode) => {
    const file = openSync(path, "wx", mode);
    try {
      if (mode !== undefined) fchmodSync(file, mode);
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  },
  copy: copyFileSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
};

/** `mkdirSync` with `recursive` never returns where no folder can be made, such as in /proc (seen with Node 20). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function unlessMissing<T>(action: () => T, missing: T): T {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return missing;
    throw error;
  }
}
