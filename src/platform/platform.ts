import { basename, dirname } from "node:path";
import type { PlatformEngine } from "../docker/platform-engine.ts";
import type { Files } from "../files/files.ts";
import { Problem } from "../files/problem.ts";
import { projectName } from "../targets/project-name.ts";
import type { Clock } from "../time/clock.ts";
import type { RunFiles } from "../sidecar/runs/files.ts";
import type { Compose } from "./compose.ts";
import { folderLabel } from "../sidecar/project.ts";
import { listContainers, projectsOf, type ListedContainer, type ObservedProject } from "./observed.ts";
import {
  currentPlace,
  managedPlace,
  managedPlaces,
  stateFolder,
  stacksFolder,
  type Place,
  type Surroundings,
} from "./places.ts";
import { createStateStore, type StateStore } from "./state.ts";

/** What live services need from their surroundings. */
export interface World extends Surroundings {
  readonly files: Files;
  /** Where runs are kept. */
  readonly runFiles: RunFiles;
  /** The engine, which has not been connected to. */
  readonly engine: PlatformEngine;
  /** Finds Compose. Called only when Compose is needed, because it is slow. Throws a Problem. */
  readonly findCompose: () => Compose;
  /** Makes the image of the sidecar if the engine lacks it; undefined is the default one. Rejects with a Problem. */
  readonly provideSidecarImage: (image: string | undefined) => Promise<void>;
  /** The shell variables that services may take: the user's for a command, none for a server. */
  readonly shell: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** The time of day in milliseconds since 1970. */
  readonly now: () => number;
  /** The stacks folder that the user gave. */
  readonly stacks: string | undefined;
}

/** Live services on one engine. */
export interface Platform extends World {
  readonly engineId: string;
  readonly stacksFolder: string;
  readonly store: StateStore;
}

/** Connects to the engine. Rejects with an EngineError or a Problem. */
export async function openPlatform(world: World, signal: AbortSignal): Promise<Platform> {
  await world.engine.connect(signal);
  const { id } = await world.engine.info(signal);
  return {
    ...world,
    engineId: id,
    stacksFolder: stacksFolder(world, world.stacks),
    store: createStateStore(world.files, stateFolder(world.env), id),
  };
}

/** A place with the name of its Compose project. */
export interface StackRef extends Place {
  readonly project: string;
}

/** The stacks that a command sees: those of the stacks folder, and that of the current folder. Throws a Problem. */
export function visibleStacks(platform: Platform, containers: readonly ListedContainer[]): readonly StackRef[] {
  const managed = managedPlaces(platform.files, platform.stacksFolder).map((place) => ({
    ...place,
    project: place.name,
  }));
  const here = currentPlace(platform);
  if (!here || managed.some(({ file }) => file === here.file)) return managed;
  return [refTo(platform, here, undefined, containers), ...managed];
}

/**
 * Throws a Problem when containers of a project were started from another folder that still exists: they belong to
 * another stack, and a change would replace them.
 */
export function refuseOtherFolder({ files }: Platform, { folder, project }: StackRef, observed: ObservedProject): void {
  const other = [...observed.values()]
    .flat()
    .map(({ labels }) => labels.get(folderLabel) ?? folder)
    .find((from) => !isSameFolder(files, folder, from) && holdsFiles(files, from));
  if (other === undefined) return;
  throw new Problem(
    `project ${project} already runs from another folder, ${other}; give this stack another name, or run ` +
      "`tutum-stack down` in that folder first",
  );
}

/** Whether two paths lead to the same folder. */
export function isSameFolder(files: Files, one: string, other: string): boolean {
  return files.resolve(one) === files.resolve(other);
}

/** Whether a folder is there, and is not empty. */
export function holdsFiles(files: Files, folder: string): boolean {
  try {
    return files.list(folder).length > 0;
  } catch {
    return false;
  }
}

/**
 * The stack at a place. A stack of the stacks folder has the name of its folder. The project of another one is the one
 * that runs from its folder, else the given name, else the name of the folder (reference live.md 2.2). Rejects with a
 * Problem when several projects run from there.
 */
export async function stackAt(
  platform: Platform,
  place: Place,
  name: string | undefined,
  signal: AbortSignal,
): Promise<StackRef> {
  const inside = managedIfInside(platform, place);
  if (inside && name !== undefined && projectName(name) !== inside.name)
    throw new Problem(
      `a stack in ${platform.stacksFolder} has the name of its folder, ${inside.name}; leave out --name`,
    );
  return refTo(platform, inside ?? place, name, await listContainers(platform.engine, signal));
}

/** The same place as a stack of the stacks folder, if it is there; undefined otherwise. */
function managedIfInside({ files, stacksFolder: folder }: Platform, place: Place): Place | undefined {
  const name = basename(place.folder);
  if (files.resolve(dirname(place.folder)) !== files.resolve(folder) || projectName(name) !== name) return undefined;
  const managed = managedPlace(files, folder, name);
  return managed && files.resolve(managed.file) === files.resolve(place.file) ? managed : undefined;
}

function refTo(
  platform: Platform,
  place: Place,
  name: string | undefined,
  containers: readonly ListedContainer[],
): StackRef {
  if (place.isManaged) return { ...place, project: place.name };
  const running = projectsOf(containers, place.folder, (path) => platform.files.resolve(path));
  const given = name === undefined ? undefined : projectName(name);
  const [only, ...others] = given !== undefined && running.includes(given) ? [given] : running;
  if (others.length > 0)
    throw new Problem(
      `several Compose projects run from ${place.folder}: ${running.join(", ")}; choose one with --name`,
    );
  const project = only ?? given ?? place.name;
  if (project === "") throw new Problem("the stack cannot be named after its folder; give it a name with --name");
  return { ...place, name: project, project };
}
