import { relative, resolve } from "node:path";
import { stackFilesIn } from "../files/find.ts";
import { Problem } from "../files/problem.ts";
import { readInput, type Input } from "../files/stack-file.ts";
import type { ListedStack } from "../stack-list/parse.ts";
import { hasService } from "../stack/recognise.ts";
import type { Io } from "./io.ts";
import type { StackListHere } from "./stack-list.ts";

/** How to compile a stack, as the command line or `tutum-stack.json` says. */
export interface StackSettings extends Partial<Omit<ListedStack, "file">> {
  /** A path from the current folder. */
  readonly output?: string;
  /** Whether the files say that they are generated. */
  readonly header?: boolean;
}

/** A stack to be read, with its settings. */
export interface Job {
  readonly input: Input;
  readonly settings: StackSettings;
  /** Whether `tutum-stack.json` has it, and so decides about its name and its output. */
  readonly isListed: boolean;
}

/** A file that is meant, and its entry in `tutum-stack.json`, if that is known already. */
interface Meant {
  readonly file: string | undefined;
  readonly listed?: ListedStack;
}

/** What the command line says. */
export interface JobRequest {
  readonly files: readonly string[];
  readonly list: StackListHere | undefined;
  readonly flags: StackSettings & { readonly stdinFilename?: string };
}

/** Takes a problem with one of several stacks, so that the others go on. */
export type OnProblem = (problem: Problem) => void;

/** Does something with each item; one that throws a Problem has no result. */
export function unlessProblem<T, R>(
  items: readonly T[],
  onProblem: OnProblem,
  action: (item: T) => readonly R[],
): readonly R[] {
  return items.flatMap((item) => {
    try {
      return action(item);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      onProblem(error);
      return [];
    }
  });
}

/**
 * Reads the stack files that the arguments of a command mean: files, folders, `-`; without arguments the stacks of
 * `tutum-stack.json`, or else the one stack file of the current folder (reference migration.md 8). Flags win over
 * `tutum-stack.json`.
 */
export function jobsOf(io: Io, { files, list, flags }: JobRequest, onProblem: OnProblem): readonly Job[] {
  if (files.filter((file) => file === "-").length > 1) throw new Problem("standard input (-) can be read only once");
  const named = unlessProblem(files, onProblem, (file) => filesAt(io, file));
  const listed = list?.isHere
    ? list.stacks.map((entry) => ({ file: entry.file, listed: entry }))
    : [{ file: undefined }];
  return unlessProblem<Meant, Job>(files.length > 0 ? named : listed, onProblem, ({ file, listed: known }) => {
    const input = readInput(io, file, flags.stdinFilename);
    const entries = known ? [known] : entriesFor(input, list, flags);
    return entries.map((entry) => ({
      input,
      settings: settingsOf(io, flags, entry && list && { entry, list }),
      isListed: entry !== undefined,
    }));
  });
}

/** The file itself, or the stack files of a folder. */
function filesAt(io: Io, given: string): readonly Meant[] {
  const path = resolve(io.cwd, given);
  return given !== "-" && isFolder(io, path)
    ? stackFilesIn(io, given, hasService).map((file) => ({ file }))
    : [{ file: given }];
}

/** Whether it is a folder. The reading of anything else says what is wrong with it. */
function isFolder({ files }: Io, path: string): boolean {
  try {
    if (files.length(path) !== undefined) return false;
    return files.list(path).length > 0 || files.age(path) !== undefined;
  } catch {
    return false;
  }
}

/** What `tutum-stack.json` says of a stack file: one entry for each target, or none. */
function entriesFor(
  { path }: Input,
  list: StackListHere | undefined,
  { target }: StackSettings,
): readonly (ListedStack | undefined)[] {
  const entries = (list?.stacks ?? []).filter(({ file }) => list && resolve(list.folder, file) === path);
  const wanted = entries.filter((entry) => target !== undefined && (entry.target ?? "compose") === target);
  return wanted.length > 0 ? wanted : entries.length > 0 ? entries : [undefined];
}

function settingsOf(
  { cwd }: Io,
  flags: StackSettings,
  listed: { readonly entry: ListedStack; readonly list: StackListHere } | undefined,
): StackSettings {
  if (!listed) return flags;
  const { file: _, output, ...entry } = listed.entry;
  const place = output === undefined ? {} : { output: relative(cwd, resolve(listed.list.folder, output)) || "." };
  return { ...entry, ...place, ...flags, allow: [...entry.allow, ...(flags.allow ?? [])] };
}
