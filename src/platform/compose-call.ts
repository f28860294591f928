import { join } from "node:path";
import { targets } from "../targets/index.ts";
import type { ComposeResult } from "./compose.ts";
import type { Lock } from "./lock.ts";
import { overrideName } from "./places.ts";
import type { Platform, StackRef } from "./platform.ts";

/** Calls Compose for a stack: with its project and files, and the variables that its services take from the shell. */
export function composeFor(
  { files, findCompose, shell, store }: Pick<Platform, "files" | "findCompose" | "shell" | "store">,
  { folder, project }: StackRef,
  { shellVariables, lock }: { readonly shellVariables: readonly string[]; readonly lock: Lock },
): (args: readonly string[]) => Promise<ComposeResult> {
  const own = join(folder, targets.compose.outputs.stack);
  const override = join(folder, overrideName);
  const variables: Record<string, string> = {};
  for (const name of shellVariables) if (shell[name] !== undefined) variables[name] = shell[name];
  return async (args) => {
    const composeFiles = [own, ...(files.length(override) === undefined ? [] : [override])];
    const call = { project, folder, files: composeFiles, args, variables };
    const log = join(store.folder(project), "compose.log");
    try {
      return await findCompose().run(call, { log, onStart: (child) => lock.setChild(child) });
    } finally {
      lock.setChild(undefined);
    }
  };
}
