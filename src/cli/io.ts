import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchmodSync,
  fstatSync,
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
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { Problem } from "../files/problem.ts";

/** A stream that text goes to. */
export interface Output {
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** The few things that the command line does to files. Each throws Node's error when it fails. */
export interface Files {
  /** Undefined when there is no such file. */
  read(path: string): { readonly bytes: Uint8Array; readonly mode: number } | undefined;
  /** The length of a file in bytes; undefined for what is no plain file, such as a pipe, which may keep its reader waiting. */
  length(path: string): number | undefined;
  /** Names in a folder; none when there is no such folder. */
  list(folder: string): readonly string[];
  /** The file itself, if the path is a link to it. */
  resolve(path: string): string;
  makeFolder(path: string): void;
  /** Creates a file, with exactly this mode if one is given, and has its bytes on the disk before it returns. Fails when the file exists. */
  create(path: string, text: string, mode: number | undefined): void;
  copy(from: string, to: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
}

/** The world outside the program. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Writes a line to standard output and says whether that was possible. Never throws, and waits a second at most for a pipe's reader. */
  readonly log: (line: string) => boolean;
  readonly files: Files;
  readStdin(): Uint8Array;
}

/** The real world. A reader that goes away ends the output quietly. */
export function realIo(): Io {
  return {
    env: process.env,
    cwd: process.cwd(),
    stdout: outputTo(1, "standard output"),
    stderr: outputTo(2, "standard error"),
    log: logTo(1),
    files: realFiles,
    readStdin: () => readFileSync(0),
  };
}

/** Not `process.stdout`: to load Node's streams takes longer than to compile a small stack. On Linux they write as this does, too. */
function outputTo(descriptor: 1 | 2, name: string): Output {
  return {
    get isTerminal() {
      return isTerminal(descriptor);
    },
    write: (text) => Problem.unless(`write to ${name}`, () => writeAll(descriptor, Buffer.from(text))),
  };
}

function isTerminal(descriptor: 1 | 2): boolean {
  return fstatSync(descriptor).isCharacterDevice() && (descriptor === 1 ? process.stdout : process.stderr).isTTY;
}

/** Once a line was lost, the next ones are tried without waiting, so that a reader that has stopped does not stop the writer. */
function logTo(descriptor: 1): Io["log"] {
  let own: number | undefined;
  let patience = logPatience;
  return (line) => {
    own ??= withoutBlocking(descriptor);
    try {
      writeAll(own, Buffer.from(line), patience);
      patience = logPatience;
    } catch {
      patience = 0;
    }
    return patience > 0;
  };
}

/** Opens a pipe for itself: to make it non-blocking for whoever shares it would break them. Any other file stays as it is. */
function withoutBlocking(descriptor: number): number {
  try {
    if (fstatSync(descriptor).isFIFO())
      return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {}
  return descriptor;
}

function writeAll(descriptor: number, bytes: Uint8Array, patience = Infinity): void {
  const since = performance.now();
  for (let rest = bytes; rest.length > 0;) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") return;
      if (code !== "EAGAIN" || performance.now() - since >= patience) throw error;
      waitForReader();
    }
  }
}

/** How long a log waits for its reader, in milliseconds. */
const logPatience = 1000;

/** Where a pipe is full and whoever made it does not want to wait for its reader. */
function waitForReader(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}

const realFiles: Files = {
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

/** Not `mkdirSync` with `recursive`: that never returns where folders cannot be made, as in /proc (seen with Node 20). */
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
