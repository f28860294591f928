import type { Command } from "commander";
import type { Io } from "./io.ts";

/** What a command runs with. */
export interface Invocation {
  readonly io: Io;
  /** The command line, without the program's name. */
  readonly words: readonly string[];
  /** Takes the exit code. It returns nothing, because commander would wait for a returned promise itself. */
  readonly finish: (exitCode: number | Promise<number>) => void;
}

/** Adds a command, its options and its action to the program. */
export type DefineCommand = (program: Command, invocation: Invocation) => void;
