import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { execute, type Outcome } from "../real/programs.ts";
import { copyProject, makeRepository, root, withoutSettings } from "./snapshot.ts";

/** Makes a repository of the project as it is, committed or not, that can be built. */
export function makeProject(folder: string): void {
  makeRepository(folder, copyProject);
  linkPackages(folder);
}

/** Gives a repository the packages that the build needs. */
export function linkPackages(folder: string): void {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}

/** Runs the release script in a repository. */
export function release(folder: string): Promise<Outcome> {
  return execute(["npm", "run", "--silent", "release"], { cwd: folder, env: withoutSettings });
}
