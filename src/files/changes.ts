import { dirname, join } from "node:path";
import { isGeneratedJson, isGeneratedYaml } from "../targets/header.ts";
import type { OutputFile } from "../targets/target.ts";
import type { Files } from "../cli/io.ts";
import { Problem } from "./problem.ts";

/** What has to happen to one file of the output folder. */
export interface Change {
  /** What messages call the file. */
  readonly name: string;
  readonly path: string;
  readonly kind: "create" | "replace" | "remove" | "none";
  readonly text: string;
  /** What stands there now. */
  readonly before: string | undefined;
  readonly mode: number | undefined;
}

/**
 * Compares the output with what is on disk, in a folder and what messages call it. `possible` are the names of all files that a target
 * may write: one of them that was generated earlier, and is no longer written, is removed. Throws a Problem for a file that cannot be read.
 */
export function planChanges(
  files: Files,
  folder: { readonly path: string; readonly name: string },
  outputs: readonly OutputFile[],
  possible: readonly string[],
  mode: number | undefined,
): readonly Change[] {
  return possible.flatMap((fileName): readonly Change[] => {
    const name = join(folder.name, fileName);
    const path = Problem.unless(`read ${name}`, () => files.resolve(join(folder.path, fileName)));
    const existing = readExisting(files, path, name);
    const before = existing?.text;
    const text = outputs.find((output) => output.name === fileName)?.text;
    if (text === undefined)
      return before !== undefined && isGenerated(name, before)
        ? [{ name, path, kind: "remove", text: before, before, mode }]
        : [];
    if (!existing) return [{ name, path, kind: "create", text, before, mode }];
    return [{ name, path, kind: before === text ? "none" : "replace", text, before, mode: existing.mode }];
  });
}

/** Throws a Problem when a change would destroy a file that was not generated, or the stack file itself. */
export function refuseToDestroy(
  files: Files,
  changes: readonly Change[],
  { stackFile, force }: { readonly stackFile: string | undefined; readonly force: boolean },
): void {
  for (const { name, path, kind, before = "" } of changes) {
    if (kind !== "replace" && kind !== "remove") continue;
    if (stackFile !== undefined && files.resolve(stackFile) === path)
      throw new Problem(`will not overwrite ${name}: it is the stack file itself; choose another folder with --output`);
    if (kind === "replace" && !force && !isGenerated(name, before))
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
  try {
    files.makeFolder(folder);
    for (const { kind, staged, text, mode } of pending) {
      if (kind === "remove") continue;
      undo.push(() => files.remove(staged));
      files.create(staged, text, mode);
    }
    for (const { kind, path, staged, saved } of pending) {
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
    throw Problem.from(error, "write the output");
  }
  for (const { saved, kind } of pending) if (kind !== "create") attempt(() => files.remove(saved));
}

/** A name that no other file has; `node:crypto` would make a better one, but loading that takes 3 ms of every start. */
function besides(path: string, what: string): string {
  return join(dirname(path), `.tutum-stack-${process.pid}-${Math.random().toString(36).slice(2)}.${what}`);
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

function isGenerated(name: string, text: string): boolean {
  return name.endsWith(".json") ? isGeneratedJson(text) : isGeneratedYaml(text);
}
