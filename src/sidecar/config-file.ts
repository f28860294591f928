import { readFileSync, realpathSync } from "node:fs";
import type { Clock } from "../time/clock.ts";

/** What becomes of a watched file. */
export interface FileListener {
  /** The file has a new text. */
  readonly onText: (text: string) => void;
  /** The file cannot be read any more; told once. */
  readonly onProblem: (problem: string) => void;
}

/**
 * Reads a config again and again until the signal is aborted, and tells of every new text. It asks instead of listening: a file that is
 * replaced by another, a link that is moved and a mounted file look all the same that way. `text` is what it said first.
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
    if (typeof now !== "string" && last !== undefined) listener.onProblem(now.problem);
    last = typeof now === "string" ? now : undefined;
    cancel = clock.after(interval, poll);
  };
  let cancel = clock.after(interval, poll);
  signal.addEventListener("abort", () => cancel(), { once: true });
  if (signal.aborted) cancel();
}

/**
 * Whether a path is a folder, links resolved: in a folder that is a link, docker-compose 1.29 writes the real path into its labels, and
 * Compose v2.40 the link's. A path that leads nowhere is no folder.
 */
export function isSameFolder(folder: string): (path: string) => boolean {
  const real = realPath(folder);
  return (path) => path.startsWith("/") && real !== undefined && (path === real || realPath(path) === real);
}

/** Milliseconds between two looks at the file. */
const interval = 5000;

function read(path: string): string | { readonly problem: string } {
  try {
    return new TextDecoder().decode(readFileSync(path));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
