import { createHash } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { readPlainFile } from "../files/plain-file.ts";

/** What a search for the engine must know about the machine. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file; undefined when it cannot be read. */
  readonly readText: (path: string) => string | undefined;
  /** Whether a file or socket exists and may be read and written. */
  readonly isUsable: (path: string) => boolean;
  /** The hexadecimal SHA-256 of a text. */
  readonly sha256: (text: string) => string;
}

/** The machine that this process runs on. */
export function realMachine(env: Machine["env"]): Machine {
  return {
    env,
    readText: (path) => attempt(() => new TextDecoder().decode(readPlainFile(path, mostBytes))),
    isUsable: (path) => attempt(() => (accessSync(path, constants.R_OK | constants.W_OK), true)) ?? false,
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
  };
}

/** No file of Docker's that is read here is nearly as large. */
const mostBytes = 8 * 1024 ** 2;

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
