import { dirname, join } from "node:path";
import { Problem } from "../files/problem.ts";
import type { Platform, StackRef } from "./platform.ts";

/**
 * Moves the folder of a stack without containers to a hidden folder beside it, and returns the path of that. A stack
 * outside of the stacks folder stays where it is. Throws a Problem.
 */
export function retireStack({ files, now }: Platform, { folder, name, isManaged }: StackRef): string | undefined {
  if (!isManaged) return undefined;
  const time = new Date(now()).toISOString().replace(/[-:]|\.\d+/g, "");
  const kept = join(dirname(folder), `.${name}-terminated-${time}`);
  Problem.unless(`rename ${folder}`, () => files.rename(folder, kept));
  return kept;
}
