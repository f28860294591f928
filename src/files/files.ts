import {
  closeSync,
  copyFileSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, resolve } from "node:path";
import process from "node:process";
import { readBeginning, tooLarge, type Beginning, type Kinds } from "./plain-file.ts";
import { Problem } from "./problem.ts";

/** The few things that the program does to files. Each throws Node's error when it fails. */
export interface Files {
  /** No more than the first `most` bytes, and the rights. Undefined when there is no such file. */
  read(path: string, most: number, kinds: Kinds): Beginning | undefined;
  /** The length of a plain file in bytes; undefined for anything else, such as a pipe, which could block its reader. */
  length(path: string): number | undefined;
  /** Names in a folder; none when there is no such folder. */
  list(folder: string): readonly string[];
  /** The file itself, if the path is a link to it, even if that file does not exist. */
  resolve(path: string): string;
  /** How many seconds ago a file was written; undefined when there is no such file. */
  age(path: string): number | undefined;
  /** Whether a process of this number exists, as far as this one can see. */
  isRunning(pid: number): boolean;
  /** Does something that signals do not cut short: the program ends by one afterwards, as soon as it waits. */
  withoutInterruption<T>(action: () => T): T;
  /** Makes a folder and those above it, with this mode if one is given. */
  makeFolder(path: string, mode?: number): void;
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
  read: (path, most, kinds) => unlessMissing(() => readBeginning(path, most, kinds), undefined),
  length: (path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? found.size : undefined;
  },
  list: (folder) => unlessMissing(() => readdirSync(folder), []),
  resolve: (path) => unlessMissing(() => realpathSync(path), undefined) ?? missingTarget(path),
  age: (path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found && (Date.now() - found.mtimeMs) / 1000;
  },
  isRunning: (pid) => {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== "ESRCH";
    }
  },
  withoutInterruption,
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
function makeFolder(path: string, mode?: number): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path), mode);
  mkdirSync(path, { mode });
}

/**
 * The text of a plain file, and its rights. Undefined when there is no such file. Throws a Problem that calls it
 * `name`.
 */
export function readText(
  files: Files,
  { path, name, most }: { readonly path: string; readonly name: string; readonly most: number },
): { readonly text: string; readonly mode: number } | undefined {
  return Problem.unless(`read ${name}`, () => {
    const found = files.read(path, most + 1, "plain");
    if (found && found.bytes.length > most) throw tooLarge(most);
    return found && { text: new TextDecoder().decode(found.bytes), mode: found.mode };
  });
}

/** Where a file would be made that does not exist: links to it are followed. */
function missingTarget(path: string): string {
  const folder = unlessMissing(() => realpathSync(dirname(path)), dirname(path));
  const place = resolve(folder, basename(path));
  const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink ? missingTarget(resolve(folder, readlinkSync(place))) : place;
}

/** The signals that end a program: from a terminal, from other programs, and when the terminal goes away. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Node delivers a signal only when the program waits, which it does for the first time after all that is synchronous.
 */
function withoutInterruption<T>(action: () => T): T {
  const end = (signal: (typeof endings)[number]): void => {
    stopListening();
    process.kill(process.pid, signal);
  };
  const stopListening = (): void => {
    for (const signal of endings) process.off(signal, end);
  };
  for (const signal of endings) process.on(signal, end);
  try {
    return action();
  } finally {
    setImmediate(stopListening);
  }
}

function unlessMissing<T>(action: () => T, missing: T): T {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return missing;
    throw error;
  }
}
