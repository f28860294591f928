import { realpathSync } from "node:fs";
import { readPlainFile } from "../files/plain-file.ts";
import type { Clock } from "../time/clock.ts";

/** Receives the changes of a watched file. */
export interface FileListener {
  /** The file has a new text. */
  readonly onText: (text: string) => void;
  /** The file can no longer be read, or is gone. Called once, until it can be read again. */
  readonly onProblem: (problem: string, isGone: boolean) => void;
}

/** A config of 50,000 services is smaller. The sidecar as a service may use 128 MiB of memory. */
export const mostConfigBytes = 8 * 1024 ** 2;

/**
 * Reads a config at regular intervals until the signal is aborted, and passes on every new text. `text` is the text at
 * the start. Polling also notices what file system events miss: a replaced file, a link to another file, a mounted
 * file.
 */
export function watchConfigFile(
  path: string,
  text: string,
  listener: FileListener,
  clock: Clock,
  signal: AbortSignal,
): void {
  let last: string | undefined = text;
  const poll = (): void => {
    const now = read(path);
    if (typeof now === "string" && now !== last) listener.onText(now);
    if (typeof now !== "string" && last !== undefined) listener.onProblem(now.problem, now.isGone);
    last = typeof now === "string" ? now : undefined;
    cancel = clock.after(interval, poll);
  };
  let cancel = clock.after(interval, poll);
  signal.addEventListener("abort", () => cancel(), { once: true });
  if (signal.aborted) cancel();
}

/**
 * A function that says whether a path leads to a folder. It resolves links: for a folder that is a link, docker-compose
 * 1.29 writes the real path into its labels, and Compose v2.40 the path of the link. A path that does not exist leads
 * to no folder. A link may be moved at any time.
 */
export function isSameFolder(folder: string): (path: string) => boolean {
  return (path) => {
    const real = realPath(folder);
    return path.startsWith("/") && real !== undefined && (path === real || realPath(path) === real);
  };
}

/** Milliseconds between two reads of the file. */
const interval = 5000;

function read(path: string): string | { readonly problem: string; readonly isGone: boolean } {
  try {
    return new TextDecoder().decode(readPlainFile(path, mostConfigBytes));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { problem: message, isGone: code === "ENOENT" };
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
