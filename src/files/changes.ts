import { dirname, join } from "node:path";
import { pid } from "node:process";
import { readText, type Files } from "./files.ts";
import { Problem } from "./problem.ts";

/** A file to be written. The name has no folder. */
export interface OutputText {
  readonly name: string;
  readonly text: string;
  /** Whether everybody on the machine must be able to read the file. */
  readonly isPublic?: boolean;
}

/** What an output folder should hold. */
export interface WantedOutput {
  /** The folder, and what messages call it. */
  readonly folder: { readonly path: string; readonly name: string };
  readonly outputs: readonly OutputText[];
  /** All files that could be written. A generated one that is not among the outputs any more is removed. */
  readonly possible: readonly string[];
  /** The mode of new files; undefined for the usual one. */
  readonly mode: number | undefined;
  /** Whether the program generated a file of this name and text, so that it may be replaced. */
  readonly isGenerated: (name: string, text: string) => boolean;
  /**
   * The stack file that the output is compiled from, and what the header of a generated file calls its own one: a path
   * from the folder. Without it, the output of any stack file may be replaced.
   */
  readonly origin?: {
    readonly stackFile: string;
    readonly sourceOf: (name: string, text: string) => string | undefined;
  };
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
  /** Another stack file that what stands there was compiled from; it still exists. */
  readonly otherSource?: string | undefined;
  readonly mode: number | undefined;
}

const readableByAll = 0o044;

/** A larger output is not compared. */
export const mostOutput = 128 * 1024 ** 2;

/** Compares an output with what is on disk. Throws a Problem for a file that cannot be read, or is no plain file. */
export function planChanges(files: Files, wanted: WantedOutput): readonly Change[] {
  const { folder, outputs, possible } = wanted;
  return possible.flatMap((fileName): readonly Change[] => {
    const name = join(folder.name, fileName);
    const path = Problem.unless(`read ${name}`, () => files.resolve(join(folder.path, fileName)));
    const output = outputs.find((one) => one.name === fileName);
    const existing = readText(files, { path, name, most: mostOutput });
    const otherSource = existing && otherSourceOf(files, wanted, { name, text: existing.text });
    return planChange({ name, path, output, existing, otherSource }, wanted);
  });
}

interface Comparison {
  readonly name: string;
  readonly path: string;
  readonly output: OutputText | undefined;
  readonly existing: { readonly text: string; readonly mode: number } | undefined;
  readonly otherSource: string | undefined;
}

function planChange(
  { name, path, output, existing, otherSource }: Comparison,
  wanted: WantedOutput,
): readonly Change[] {
  const before = existing?.text;
  const isGenerated = before !== undefined && wanted.isGenerated(name, before);
  const usual = existing?.mode ?? wanted.mode;
  const mode = output?.isPublic ? (usual ?? 0o644) | readableByAll : usual;
  const common = { name, path, before, isGenerated, otherSource, mode };
  if (output !== undefined) {
    const { text } = output;
    const isSame = before === text && (existing?.mode === mode || !output.isPublic);
    return [{ ...common, kind: before === undefined ? "create" : isSame ? "none" : "replace", text }];
  }
  return isGenerated ? [{ ...common, kind: "remove", text: before }] : [];
}

function otherSourceOf(files: Files, { folder, origin }: WantedOutput, { name, text }: OutputText): string | undefined {
  const source = origin?.sourceOf(name, text);
  if (!origin || source === undefined) return undefined;
  const path = join(folder.path, source);
  const isOther = files.length(path) !== undefined && files.resolve(path) !== files.resolve(origin.stackFile);
  return isOther ? join(folder.name, source) : undefined;
}

/**
 * Throws a Problem when a change would destroy a file that was not generated, the stack file itself, the output of
 * another stack file, or another output of this one.
 */
export function refuseToDestroy(
  files: Files,
  changes: readonly Change[],
  {
    stackFile,
    force,
    forcing = "--force",
  }: { readonly stackFile: string | undefined; readonly force: boolean; readonly forcing?: string },
): void {
  for (const { name, path, kind, isGenerated, otherSource } of changes) {
    const same = changes.find((other) => other.path === path);
    if (same && same.name !== name) throw new Problem(`will not write ${name}: ${same.name} leads to the same file`);
    if (kind !== "replace" && kind !== "remove") continue;
    if (stackFile !== undefined && files.resolve(stackFile) === path)
      throw new Problem(`will not overwrite ${name}: it is the stack file itself; choose another folder with --output`);
    if (otherSource !== undefined && !force)
      throw new Problem(
        `will not overwrite ${name}: it was compiled from ${otherSource}; choose another folder with --output, ` +
          `or list the stacks in tutum-stack.json with an output for each`,
      );
    if (kind === "replace" && !force && !isGenerated)
      throw new Problem(`will not overwrite ${name}: tutum-stack did not generate it; move it away, or use ${forcing}`);
  }
}

/**
 * Makes all changes or none: all new files, and copies of the old ones, are on disk before the first one takes its
 * place, and the old files are put back when a later step fails. A signal waits until all is done. Each single file is
 * replaced atomically. Throws a Problem.
 */
export function makeChanges(files: Files, folder: string, changes: readonly Change[]): void {
  const pending = changes
    .filter(({ kind }) => kind !== "none")
    .map((change) => ({ ...change, staged: besides(change.path, "new"), saved: besides(change.path, "old") }));
  if (pending.length > 0) files.withoutInterruption(() => replaceAll(files, folder, pending));
  const folders = new Set([folder, ...changes.map(({ path }) => dirname(path))]);
  for (const one of folders) attempt(() => removeLeftovers(files, one));
}

/** A change, with the places of its new file before it is in place, and of a copy of the old one. */
interface PendingChange extends Change {
  readonly staged: string;
  readonly saved: string;
}

function replaceAll(files: Files, folder: string, pending: readonly PendingChange[]): void {
  const undo: (() => void)[] = [];
  let at = dirname(pending[0]?.name ?? folder);
  try {
    files.makeFolder(folder);
    for (const { kind, path, staged, saved, text, mode, name } of pending) {
      at = name;
      undo.push(
        () => files.remove(staged),
        () => files.remove(saved),
      );
      if (kind !== "remove") files.create(staged, text, mode);
      if (kind !== "create") files.copy(path, saved);
    }
    for (const { kind, path, staged, saved, name } of pending) {
      at = name;
      if (kind === "remove") files.remove(path);
      else files.rename(staged, path);
      undo.push(() => (kind === "create" ? files.remove(path) : files.rename(saved, path)));
    }
  } catch (error) {
    for (const step of undo.reverse()) attempt(step);
    throw Problem.from(error, `write ${at}`);
  }
  for (const { saved, kind } of pending) if (kind !== "create") attempt(() => files.remove(saved));
}

/**
 * Removes what a process that was killed has left. The number of a process means nothing in another
 * container or on another machine, so its files stay for a while: they are needed for less than a second.
 */
function removeLeftovers(files: Files, folder: string): void {
  for (const name of files.list(folder)) {
    const [, owner] = /^\.tutum-stack-(\d+)-[0-9a-z]+\.(?:new|old)$/.exec(name) ?? [];
    const path = join(folder, name);
    if (owner !== undefined && !files.isRunning(Number(owner)) && (files.age(path) ?? 0) > leftoverSeconds)
      attempt(() => files.remove(path));
  }
}

const leftoverSeconds = 60;

/** The path of a temporary file beside another one. `node:crypto` is not used, because loading it takes 3 ms. */
function besides(path: string, what: string): string {
  return join(dirname(path), `.tutum-stack-${pid}-${Math.random().toString(36).slice(2)}.${what}`);
}

/** Does a step of cleaning up, even if an earlier one failed. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // The failure that led here is reported instead.
  }
}
