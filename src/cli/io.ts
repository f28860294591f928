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

/** A stream that text goes to. */
export interface Output {
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** The few things that the command line does to files. Each throws Node's error when it fails. */
export interface Files {
  /** Undefined when there is no such file. */
  read(path: string): { readonly bytes: Uint8Array; readonly mode: number } | undefined;
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
  readonly files: Files;
  readStdin(): Uint8Array;
}

/** The real world. A reader that goes away ends the output quietly. */
export function realIo(): Io {
  return {
    env: process.env,
    cwd: process.cwd(),
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    files: realFiles,
    readStdin: () => readFileSync(0),
  };
}

function outputTo(stream: NodeJS.WriteStream): Output {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  return { isTerminal: stream.isTTY, write: (text) => void stream.write(text) };
}

const realFiles: Files = {
  read: (path) => unlessMissing(() => ({ bytes: readFileSync(path), mode: statSync(path).mode & 0o777 }), undefined),
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
