import { join } from "node:path";
import { pid } from "node:process";
import { readText, type Files } from "../files/files.ts";
import { Problem } from "../files/problem.ts";
import { sleep, type Clock } from "../time/clock.ts";

/** A held lock. */
export interface Lock {
  /** Also holds the lock while this child process runs: it may outlive a killed parent. */
  setChild(child: number | undefined): void;
  /** Whether its file still says so. Somebody may have damaged or removed that, and another process may have it now. */
  isHeld(): boolean;
  /** Leaves the lock of another process alone. */
  release(): void;
}

/** Another process has been changing the stack for too long. */
export class StackBusy extends Problem {}

/** The process that holds a lock. */
interface Holder {
  readonly pid: number;
  /** When the process started, because its number may be reused after a crash. */
  readonly started?: string | undefined;
  readonly child?: number | undefined;
  readonly childStarted?: string | undefined;
  readonly what: string;
}

/** How long a second change waits for the first one, in milliseconds (reference live.md 1.2). */
const patience = 10_000;
const pause = 100;

/** A lock that a process can hold. */
export interface LockPlace {
  readonly folder: string;
  /** The name of its file: `lock`, unless the folder has several. */
  readonly name?: string;
}

/**
 * Takes the lock of a folder for what the user asked for. Waits up to 10 s for another process. Rejects with a Problem
 * that says who holds it, or with the reason of the signal.
 */
export async function takeLock(
  { files, clock }: { readonly files: Files; readonly clock: Clock },
  { folder, name = usualName, what }: LockPlace & { readonly what: string },
  signal: AbortSignal,
): Promise<Lock> {
  const path = join(folder, name);
  const until = clock.now() + patience;
  makeFolder(files, folder);
  for (;;) {
    signal.throwIfAborted();
    const holder = tryToTake(files, path, what);
    if (holder === undefined) return lockAt(files, path, what);
    if (clock.now() >= until) throw new StackBusy(describe(holder));
    await sleep(clock, pause, signal);
  }
}

const usualName = "lock";

/** Takes a lock unless another process holds it: then the result is undefined. Throws a Problem. */
export function tryLock(files: Files, { folder, name = usualName }: LockPlace, what: string): Lock | undefined {
  const path = join(folder, name);
  makeFolder(files, folder);
  return tryToTake(files, path, what) === undefined ? lockAt(files, path, what) : undefined;
}

function makeFolder(files: Files, folder: string): void {
  Problem.unless(`make the folder ${folder}`, () => files.makeFolder(folder, 0o700));
}

/** Whether a running process holds a lock, this one included. */
export function isLocked(files: Files, { folder, name = usualName }: LockPlace): boolean {
  const path = join(folder, name);
  const found = readText(files, { path, name: path, most: mostHolderBytes });
  const holder = found && parseHolder(found.text);
  return holder !== undefined && isAlive(files, holder);
}

const mostHolderBytes = 64 * 1024;

/** Returns the current holder, or undefined if the lock was taken. */
function tryToTake(files: Files, path: string, what: string): Holder | "unknown" | undefined {
  const own = { pid, started: startOf(files, pid), what };
  if (create(files, path, own)) return undefined;
  const found = readText(files, { path, name: path, most: mostHolderBytes });
  if (!found) return create(files, path, own) ? undefined : "unknown";
  const holder = parseHolder(found.text);
  if (holder && isAlive(files, holder)) return holder;
  // Another process is writing this file, unless it was killed while it did.
  if (!holder && (files.age(path) ?? 0) < 5) return "unknown";
  return takeOver(files, path, found.text) && create(files, path, own) ? undefined : "unknown";
}

/**
 * Moves the lock of a dead process away. Returns false if another process was faster. If its lock was moved, it is
 * moved back.
 */
function takeOver(files: Files, path: string, text: string): boolean {
  const moved = `${path}.${pid}`;
  try {
    files.rename(path, moved);
  } catch {
    return false;
  }
  const isStale = readText(files, { path: moved, name: moved, most: mostHolderBytes })?.text === text;
  if (isStale) files.remove(moved);
  else files.rename(moved, path);
  return isStale;
}

function lockAt(files: Files, path: string, what: string): Lock {
  const own = { pid, started: startOf(files, pid), what };
  let text = textOf(own);
  const isHeld = (): boolean => readText(files, { path, name: path, most: mostHolderBytes })?.text === text;
  return {
    setChild: (child) => {
      const next = `${path}.${pid}`;
      files.remove(next);
      const childStarted = child === undefined ? undefined : startOf(files, child);
      text = textOf({ ...own, child, childStarted });
      files.create(next, text, 0o600);
      files.rename(next, path);
    },
    isHeld,
    release: () => {
      if (isHeld()) files.remove(path);
    },
  };
}

function create(files: Files, path: string, holder: Holder): boolean {
  try {
    files.create(path, textOf(holder), 0o600);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw Problem.from(error, `write ${path}`);
  }
}

function isAlive(files: Files, { pid: owner, started, child, childStarted }: Holder): boolean {
  return isSame(files, owner, started) || (child !== undefined && isSame(files, child, childStarted));
}

/** Whether a process still runs, and its number was not reused. */
function isSame(files: Files, process: number, started: string | undefined): boolean {
  return files.isRunning(process) && (started === undefined || startOf(files, process) === started);
}

/** When a process started, with the ID of the boot; undefined where the system does not say. */
function startOf(files: Files, process: number): string | undefined {
  try {
    const [boot, stat] = ["sys/kernel/random/boot_id", `${process}/stat`].map((name) =>
      files.read(`/proc/${name}`, 4096, "plain")?.bytes.toString("latin1"),
    );
    // The name of the program, in parentheses, can hold anything. The start is the 20th field behind it.
    const start = stat?.slice(stat.lastIndexOf(")")).split(" ")[20];
    return boot === undefined || start === undefined ? undefined : `${boot.trim()} ${start}`;
  } catch {
    return undefined;
  }
}

function textOf(holder: Holder): string {
  return `${JSON.stringify(holder)}\n`;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder;
    return Number.isInteger(holder.pid) && typeof holder.what === "string" ? holder : undefined;
  } catch {
    return undefined;
  }
}

function describe(holder: Holder | "unknown"): string {
  return holder === "unknown"
    ? "another process is changing this stack; try again"
    : `another process is changing this stack: \`${holder.what}\` (process ${holder.pid}); try again when it is done`;
}
