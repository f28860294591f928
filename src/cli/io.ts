import { constants, fstatSync, openSync, writeSync } from "node:fs";
import { realFiles } from "../files/files.ts";
import { readOpened } from "../files/plain-file.ts";
import { Problem } from "../files/problem.ts";
import type { Inputs } from "../files/stack-file.ts";

/** A stream that text goes to. */
export interface Output {
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** The world outside the program. The current folder throws a Problem when it no longer exists. */
export interface Io extends Inputs {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Writes a line to standard output and says whether that was possible. Never throws, and waits a second at most for a pipe's reader. */
  readonly log: (line: string) => boolean;
}

/** The real world. A reader that goes away ends the output quietly. */
export function realIo(): Io {
  return {
    env: process.env,
    get cwd() {
      return Problem.unless("find the current folder", () => process.cwd());
    },
    stdout: outputTo(1, "standard output"),
    stderr: outputTo(2, "standard error"),
    log: logTo(1),
    files: realFiles,
    readStdin: (most) => readOpened(0, most),
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
