import { join } from "node:path";
import { readText } from "../files/files.ts";
import { targets } from "../targets/index.ts";
import { failureOf } from "./failure.ts";
import { managedPlace, overrideName } from "./places.ts";
import type { Platform, StackRef } from "./platform.ts";
import { appliedName } from "./state.ts";
import {
  compiledOrBroken,
  viewStack,
  whileChanging,
  type CompiledOrBroken,
  type Seen,
  type StackView,
} from "./views.ts";

/** All stacks of the stacks folder at one moment. */
export interface Snapshot {
  readonly stacks: readonly StackView[];
  /** Why stacks cannot be shown, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Shows the stacks of the stacks folder by known containers. What is known of a stack is kept until one of its files or
 * a container changes. A stack that cannot be read does not hide the others. Throws a Problem when the stacks folder
 * cannot be read.
 */
export function createSnapshots(): (platform: Platform, seen: Seen) => Snapshot {
  const known = new Map<string, KnownStack>();
  return (platform, seen) => {
    const stacks: StackView[] = [];
    const problems: string[] = [];
    const names = namesIn(platform);
    for (const name of known.keys()) if (!names.includes(name)) known.delete(name);
    for (const name of names) {
      try {
        const place = managedPlace(platform.files, platform.stacksFolder, name);
        if (!place) continue;
        const now = viewKnown(platform, { ...place, project: name }, seen, known.get(name));
        known.set(name, now);
        stacks.push(whileChanging(platform, now.view));
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

/** A stack as it was shown, and what it was shown by. */
interface KnownStack {
  readonly texts: readonly string[];
  readonly containers: Seen["containers"];
  readonly compiled: CompiledOrBroken;
  readonly view: StackView;
}

function viewKnown(platform: Platform, ref: StackRef, seen: Seen, before: KnownStack | undefined): KnownStack {
  const texts = textsOf(platform, ref);
  const isSame = before?.texts.length === texts.length && before.texts.every((text, index) => text === texts[index]);
  const { containers } = seen;
  if (isSame && before.containers === containers) return before;
  const compiled = isSame ? before.compiled : compiledOrBroken(platform, ref);
  return { texts, containers, compiled, view: viewStack(platform, ref, seen, compiled) };
}

/** The texts of all files that decide how a stack is shown. */
function textsOf({ files, store }: Platform, { file, folder, project }: StackRef): readonly string[] {
  const names = [targets.compose.outputs.stack, targets.compose.outputs.sidecarConfig, overrideName, ".env"];
  const paths = [file, ...names.map((name) => join(folder, name)), join(store.folder(project), appliedName)];
  return paths.map((path) => readText(files, { path, name: path, most: mostBytes })?.text ?? "");
}

const mostBytes = 128 * 1024 ** 2;
