import { dirname, join } from "node:path";
import { Problem } from "../files/problem.ts";
import type { Platform, StackRef } from "./platform.ts";

/**
 * Takes a stack whose containers are gone out of the stacks folder. Its files are kept in a hidden folder: the returned
 * path. A stack in a folder of the user's stays there. Throws a Problem.
 */
export function retireStack({ files, now }: Platform, { folder, name, isManaged }: StackRef): string | undefined {
  if (!isManaged) return undefined;
  const time = new Date(now()).toISOString().replace(/[-:]|\.\d+/g, "");
  const kept = join(dirname(folder), `.${name}-terminated-${time}`);
  Problem.unless(`rename ${folder}`, () => files.rename(folder, kept));
  return kept;
}
