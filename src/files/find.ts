import { join, resolve } from "node:path";
import type { Files } from "./files.ts";
import { Problem } from "./problem.ts";
import { isStackFileName, type Inputs } from "./stack-file.ts";

/** More than the text that the compiler accepts is not read in search of stack files. */
const most = 8 * 1024 ** 2;

/**
 * The stack files of a folder, not of those below it: the files with the name of one; if there is none, the YAML files
 * of which `isStack` says that their text is one (reference migration.md 8). Throws a Problem when there is none.
 */
export function stackFilesIn(
  { files, cwd }: Inputs,
  folder: string,
  isStack: (text: string) => boolean,
): readonly string[] {
  const names = Problem.unless(`list ${folder}`, () => files.list(resolve(cwd, folder))).toSorted((one, other) =>
    one < other ? -1 : 1,
  );
  const named = names.filter(isStackFileName);
  const found = named.length > 0 ? named : names.filter((name) => hasStack(files, resolve(cwd, folder, name), isStack));
  if (found.length === 0) throw new Problem(`there is no stack file in ${folder}`);
  return found.map((name) => join(folder, name));
}

function hasStack(files: Files, path: string, isStack: (text: string) => boolean): boolean {
  if (!/\.ya?ml$/.test(path) || (files.length(path) ?? Infinity) > most) return false;
  const found = files.read(path, most, "plain");
  return found !== undefined && isStack(new TextDecoder().decode(found.bytes));
}
