import { dirname, join } from "node:path";
import { pid } from "node:process";
import type { Files } from "./files.ts";
import { Problem } from "./problem.ts";

/** A file to be written. The name has no folder. */
export interface OutputText {
  readonly name: string;
  readonly text: string;
}

/** What an output folder should hold. */
export interface WantedOutput {
  /** The folder, and what messages call it. */
  readonly folder: { readonly path: string; readonly name: string };
  readonly outputs: readonly OutputText[];
  /** The names of all files that could be written: one that was generated earlier, and is no longer written, is removed. */
  readonly possible: readonly string[];
  /** The mode of new files; undefined for the usual one. */
  readonly mode: number | undefined;
  /** Whether the program generated a file of this name and text, so that it may be replaced. */
  readonly isGenerated: (name: string, text: string) => boolean;
}

/** What must happen to one file of the output folder. */
export interface Change {
  /** What messages call the file. */
  readonly name: string;
  readonly path: string;
  readonly kind: "create" | "replace" | "remove" | "none";
  readonly text: string;
  /** What stands there now. */
  readonly before: string | undefined;
  /** Whether the program generated what stands there now. */
  readonly isGenerated: boolean;
  readonly mode: number | undefined;
}

/** Compares an output with what is on disk. Throws a Problem for a file that cannot be read. */
export function planChanges(files: Files, wanted: WantedOutput): readonly Change[] {
  const { folder, outputs, possible } = wanted;
  return possible.flatMap((fileName): readonly Change[] => {
    const name = join(folder.name, fileName);
    const path = Problem.unless(`read ${name}`, () => files.resolve(join(folder.path, fileName)));
    const text = outputs.find((output) => output.name === fileName)?.text;
    return planChange({ name, path, text, existing: readExisting(files, path, name) }, wanted);
  });
}

interface Comparison {
  readonly name: string;
  readonly path: string;
  readonly text: string | undefined;
  readonly existing: { readonly text: string; readonly mode: number } | undefined;
}

function planChange({ name, path, text, existing }: Comparison, wanted: WantedOutput): readonly Change[] {
  const before = existing?.text;
  const isGenerated = before !== undefined && wanted.isGenerated(name, before);
  const common = { name, path, before, isGenerated, mode: existing?.mode ?? wanted.mode };
  if (text !== undefined) {
    const kind = before === undefined ? "create" : before === text ? "none" : "replace";
    return [{ ...common, kind, text }];
  }
  return isGenerated ? [{ ...common, kind: "remove", text: before }] : [];
}

/** Throws a Problem when a change would destroy a file that was not generated, or the stack file itself. */
export function refuseToDestroy(
  files: Files,
  changes: readonly Change[],
  { stackFile, force }: { readonly stackFile: string | undefined; readonly force: boolean },
): void {
  for (const { name, path, kind, isGenerated } of changes) {
    if (kind !== "replace" && kind !== "remove") continue;
    if (stackFile !== undefined && files.resolve(stackFile) === path)
      throw new Problem(`will not overwrite ${name}: it is the stack file itself; choose another folder with --output`);
    if (kind === "replace" && !force && !isGenerated)
      throw new Problem(`will not overwrite ${name}: tutum-stack did not generate it; move it away, or use --force`);
  }
}

/**
 * Makes all changes or none: new files are complete on disk before the first one takes its place, and what was replaced is put back
 * when a later step fails. Each single file is replaced atomically. Throws a Problem.
 */
export function makeChanges(files: Files, folder: string, changes: readonly Change[]): void {
  const pending = changes
    .filter(({ kind }) => kind !== "none")
    .map((change) => ({ ...change, staged: besides(change.path, "new"), saved: besides(change.path, "old") }));
  const undo: (() => void)[] = [];
  let at = dirname(changes[0]?.name ?? folder);
  try {
    files.makeFolder(folder);
    for (const { kind, staged, text, mode, name } of pending) {
      at = name;
      if (kind === "remove") continue;
      undo.push(() => files.remove(staged));
      files.create(staged, text, mode);
    }
    for (const { kind, path, staged, saved, name } of pending) {
      at = name;
      if (kind !== "create") {
        undo.push(() => files.remove(saved));
        files.copy(path, saved);
        undo.push(() => files.rename(saved, path));
      }
      if (kind === "remove") files.remove(path);
      else files.rename(staged, path);
      if (kind === "create") undo.push(() => files.remove(path));
    }
  } catch (error) {
    for (const step of undo.reverse()) attempt(step);
    throw Problem.from(error, `write ${at}`);
  }
  for (const { saved, kind } of pending) if (kind !== "create") attempt(() => files.remove(saved));
}

/** A name that no other file has; `node:crypto` would make a better one, but loading that takes 3 ms of every start. */
function besides(path: string, what: string): string {
  return join(dirname(path), `.tutum-stack-${pid}-${Math.random().toString(36).slice(2)}.${what}`);
}

/** Undoing goes on whatever happens: the first failure is the one that is reported. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // The failure that led here is reported instead.
  }
}

function readExisting(
  files: Files,
  path: string,
  name: string,
): { readonly text: string; readonly mode: number } | undefined {
  const found = Problem.unless(`read ${name}`, () => files.read(path));
  return found && { text: new TextDecoder().decode(found.bytes), mode: found.mode };
}
