import { join } from "node:path";
import { readText } from "../files/files.ts";
import { targets } from "../targets/index.ts";
import { compileSettings } from "./change.ts";
import { compilePlace } from "./compiled.ts";
import { failureOf } from "./failure.ts";
import { managedPlace, overrideName } from "./places.ts";
import type { Platform, StackRef } from "./platform.ts";
import { compiledOrBroken, viewStack, type CompiledOrBroken, type Seen, type StackView } from "./views.ts";

/** All stacks of the stacks folder at one moment. */
export interface Snapshot {
  readonly stacks: readonly StackView[];
  /** Why stacks cannot be shown, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Shows the stacks of the stacks folder by known containers. What was compiled is kept until a file changes. A stack
 * that cannot be read does not hide the others. Throws a Problem when the stacks folder cannot be read.
 */
export function createSnapshots(): (platform: Platform, seen: Seen) => Snapshot {
  const compiled = createCache();
  return (platform, seen) => {
    const stacks: StackView[] = [];
    const problems: string[] = [];
    for (const name of namesIn(platform)) {
      try {
        const place = managedPlace(platform.files, platform.stacksFolder, name);
        const ref = place && { ...place, project: name };
        if (ref) stacks.push(viewStack(platform, ref, seen, compiled(platform, ref)));
      } catch (error) {
        const failure = failureOf(error);
        if (!failure) throw error;
        problems.push(failure.message);
      }
    }
    return { stacks, problems };
  };
}

function namesIn({ files, stacksFolder }: Platform): readonly string[] {
  return files
    .list(stacksFolder)
    .filter((name) => /^[a-z0-9][a-z0-9_-]*$/.test(name))
    .toSorted();
}

/** Compiles a stack, or gives what was compiled of the same texts before. */
function createCache(): (platform: Platform, ref: StackRef) => CompiledOrBroken {
  const known = new Map<string, { readonly texts: readonly string[]; readonly compiled: CompiledOrBroken }>();
  return (platform, ref) =>
    compiledOrBroken(platform, ref, (text) => {
      const texts = [text, ...besides(platform, ref)];
      const before = known.get(ref.file);
      if (before?.texts.every((one, index) => one === texts[index])) return before.compiled;
      const compiled = compilePlace(ref, text, compileSettings(platform, ref));
      known.set(ref.file, { texts, compiled });
      return compiled;
    });
}

/** The texts of all other files that decide what is compiled. */
function besides({ files, store }: Platform, { folder, project }: StackRef): readonly string[] {
  const names = [targets.compose.outputs.stack, targets.compose.outputs.sidecarConfig, overrideName, ".env"];
  const texts = names.map((name) => readText(files, { path: join(folder, name), name, most: mostBytes })?.text ?? "");
  return [...texts, JSON.stringify(store.read(project)?.sidecar ?? null)];
}

const mostBytes = 128 * 1024 ** 2;
