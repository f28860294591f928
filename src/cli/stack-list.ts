import { dirname, join, relative, resolve } from "node:path";
import type { FileReport } from "../diagnostics/render/report.ts";
import { readInput } from "../files/stack-file.ts";
import { parseStackList, type ListedStack } from "../stack-list/parse.ts";
import type { Io } from "./io.ts";

/** The name of the file with the stacks of a repository. */
export const stackListName = "tutum-stack.json";

/** The stacks of `tutum-stack.json`, and the folder that their paths begin at. */
export interface StackListHere {
  readonly folder: string;
  readonly stacks: readonly ListedStack[];
  /** Whether the file is in the current folder, so that a command without arguments means all its stacks. */
  readonly isHere: boolean;
}

/**
 * Reads `tutum-stack.json` of the current folder, or of one above it in the same repository. A finding when it has
 * mistakes; undefined when there is none. Throws a Problem.
 */
export function readStackList(io: Io): StackListHere | { readonly finding: FileReport } | undefined {
  const folder = listFolder(io);
  if (folder === undefined) return undefined;
  const path = join(relative(io.cwd, folder), stackListName);
  const { source, isElsewhere, failure } = readInput(io, path, undefined);
  const { stacks, diagnostics } = failure ? { diagnostics: [failure] } : parseStackList(source);
  if (!stacks) return { finding: { source, isElsewhere, diagnostics } };
  return { folder, stacks, isHere: folder === resolve(io.cwd) };
}

/** A file above the current folder counts only within a repository: anybody may have written one in `/tmp`. */
function listFolder({ cwd, files }: Io): string | undefined {
  const has = (folder: string, name: string): boolean => files.age(join(folder, name)) !== undefined;
  let found: string | undefined;
  let folder = resolve(cwd);
  for (;;) {
    if (found === undefined && has(folder, stackListName)) found = folder;
    if (found === folder && folder === resolve(cwd)) return found;
    if (has(folder, ".git")) return found;
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}
