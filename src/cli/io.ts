import { constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { realFiles } from "../files/files.ts";
import { readOpened } from "../files/plain-file.ts";
import { Problem } from "../files/problem.ts";
import type { Inputs } from "../files/stack-file.ts";
import type { World } from "../platform/platform.ts";

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
  /**
   * Writes a line to standard output and returns whether that succeeded. Never throws, and waits at most a second for
   * the reader of a pipe.
   */
  readonly log: (line: string) => boolean;
  /** Whether somebody at a terminal can answer a question. */
  readonly canAsk: boolean;
  /** The next line of standard input, or nothing at its end. */
  readonly readLine: () => string;
  /** What live services work with, in place of the machine's engine, Compose and clocks. */
  readonly live?: Pick<World, "engine" | "runFiles" | "findCompose" | "provideSidecarImage" | "clock" | "now">;
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
    get canAsk() {
      // An import would load it for every command, which takes longer than compiling a small stack.
      const { isatty } = process.getBuiltinModule("node:tty");
      return isatty(0) && isatty(2);
    },
    readLine: () => {
      const bytes = Buffer.alloc(1024);
      return bytes.toString("utf8", 0, readSync(0, bytes)).split("\n", 1)[0]!;
    },
  };
}

/**
 * Writes synchronously, as Node's own streams do on Linux. `process.stdout` is not used, because loading those streams
 * takes longer than compiling a small stack.
 */
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

/**
 * After a lost line, it does not wait for the next ones, so that a reader that has stopped does not stop the writer.
 */
function logTo(descriptor: 1): Io["log"] {
  let target: number | undefined;
  let patience = logPatience;
  return (line) => {
    target ??= withoutBlocking(descriptor);
    try {
      writeAll(target, Buffer.from(line), patience);
      patience = logPatience;
    } catch {
      patience = 0;
    }
    return patience > 0;
  };
}

/**
 * Opens a pipe again, in non-blocking mode: changing the mode of the inherited descriptor would break the other
 * programs that share it. Returns the descriptor of any other file unchanged.
 */
function withoutBlocking(descriptor: number): number {
  try {
    if (fstatSync(descriptor).isFIFO())
      return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {}
  return descriptor;
}

function writeAll(descriptor: number, bytes: Uint8Array, patience = Infinity): void {
  let since: number | undefined;
  for (let rest = bytes; rest.length > 0;) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") return;
      if (code !== "EAGAIN") throw error;
      // Node loads its clocks at their first use, which takes as long as to write the files of a small stack.
      since ??= performance.now();
      if (performance.now() - since >= patience) throw error;
      waitForReader();
    }
  }
}

/** How long a log waits for its reader, in milliseconds. */
const logPatience = 1000;

/** Sleeps for 5 ms, after a full non-blocking pipe refused a write. */
function waitForReader(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
