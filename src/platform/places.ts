import { basename, join, resolve } from "node:path";
import type { Files } from "../files/files.ts";
import { Problem } from "../files/problem.ts";
import { stackFileNames } from "../files/stack-file.ts";
import { filesOf } from "../targets/emit.ts";
import { targets } from "../targets/index.ts";
import { projectName } from "../targets/project-name.ts";

/** Where one stack is. */
export interface Place {
  /** What commands call it. In the stacks folder, this is also the name of its Compose project. */
  readonly name: string;
  readonly folder: string;
  /** The stack file. */
  readonly file: string;
  /** Whether it is in the stacks folder, rather than in the folder of the user. */
  readonly isManaged: boolean;
  /** Why this stack cannot be used. Other stacks still can. */
  readonly problem?: string;
}

/** What decides where stacks are. */
export interface Surroundings {
  readonly files: Files;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** The second Compose file, which a plain `docker compose` also reads. */
export const overrideName = "docker-compose.override.yml";

/** The stack to which `service run` adds (reference live.md 2.2). */
export const defaultStack = "services";

/** The stacks folder (reference live.md 2.1): the given one, else $TUTUM_STACKS, else the user's data folder. */
export function stacksFolder({ env, cwd }: Surroundings, given: string | undefined): string {
  const named = given ?? (env["TUTUM_STACKS"] || undefined);
  return named === undefined ? join(userFolder(env, "data"), "tutum-stack", "stacks") : resolve(cwd, named);
}

/** The folder for the state (reference live.md 2.3). */
export function stateFolder(env: Surroundings["env"]): string {
  return join(userFolder(env, "state"), "tutum-stack");
}

/** Throws a Problem for a name that no stack of the stacks folder can have. */
export function checkStackName(name: string): void {
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return;
  const possible = projectName(name);
  throw new Problem(
    `${JSON.stringify(name)} cannot be the name of a stack: use lowercase letters, digits, \`-\` and \`_\`` +
      (possible === "" ? "" : `, for example ${possible}`),
  );
}

/**
 * The stacks of the stacks folder, by name. Folders without a stack file are left out. Throws a Problem when the
 * stacks folder cannot be read.
 */
export function managedPlaces(files: Files, folder: string): readonly Place[] {
  return managedPlaceNames(files, folder).flatMap((name) => {
    const place = managedOrBroken(files, folder, name);
    return place ? [place] : [];
  });
}

/** The names that stacks of the stacks folder can have, if there is a stack file in their folders. Throws a Problem. */
export function managedPlaceNames(files: Files, folder: string): readonly string[] {
  return Problem.unless(`list ${folder}`, () => files.list(folder))
    .filter((name) => /^[a-z0-9][a-z0-9_-]*$/.test(name))
    .toSorted();
}

function managedOrBroken(files: Files, folder: string, name: string): Place | undefined {
  try {
    return managedPlace(files, folder, name);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const own = join(folder, name);
    return { name, folder: own, file: join(own, stackFileNames[0]!), isManaged: true, problem: error.message };
  }
}

/** A stack of the stacks folder; undefined when there is none of this name. Throws a Problem. */
export function managedPlace(files: Files, folder: string, name: string): Place | undefined {
  checkStackName(name);
  const own = join(folder, name);
  refuseToLeave(files, folder, own);
  const names = namesIn(files, own);
  const [found, ...others] = stackFileNames.filter((candidate) => names.includes(candidate));
  if (found === undefined) return undefined;
  if (others.length > 0)
    throw new Problem(`stack ${name} has more than one stack file: ${[found, ...others].join(", ")}`);
  for (const read of [found, ...filesOf(targets.compose, names), overrideName, ".env"])
    if (names.includes(read)) refuseToLeave(files, own, join(own, read));
  return { name, folder: own, file: join(own, found), isManaged: true };
}

/** The place of a new stack in the stacks folder. Throws a Problem when the stack already exists. */
export function newPlace(files: Files, folder: string, name: string): Place {
  if (managedPlace(files, folder, name)) throw new Problem(`stack ${name} already exists`);
  const own = join(folder, name);
  return { name, folder: own, file: join(own, stackFileNames[0]!), isManaged: true };
}

/** The stack of the current folder; undefined when it has no stack file, or more than one. */
export function currentPlace({ files, cwd }: Surroundings): Place | undefined {
  const names = namesIn(files, cwd);
  const found = stackFileNames.filter((candidate) => names.includes(candidate));
  return found.length === 1 ? placeOfFile(join(cwd, found[0]!)) : undefined;
}

/** The stack of a file outside of the stacks folder. */
export function placeOfFile(file: string): Place {
  const folder = resolve(file, "..");
  return { name: projectName(basename(folder)), folder, file, isManaged: false };
}

/** Throws a Problem for a symbolic link that leads out of a folder: a stack could then overwrite any file. */
function refuseToLeave(files: Files, folder: string, path: string): void {
  const inside = Problem.unless(`read ${path}`, () => files.resolve(path)).startsWith(`${files.resolve(folder)}/`);
  if (!inside) throw new Problem(`${path} leads out of ${folder}; stacks must be inside it`);
}

function namesIn(files: Files, folder: string): readonly string[] {
  try {
    return files.list(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return [];
    throw Problem.from(error, `list ${folder}`);
  }
}

/** A folder of the XDG Base Directory Specification. Throws a Problem when nothing says where it is. */
function userFolder(env: Surroundings["env"], kind: "data" | "state"): string {
  const given = env[kind === "data" ? "XDG_DATA_HOME" : "XDG_STATE_HOME"];
  // The specification: a relative path must be ignored.
  if (given?.startsWith("/")) return given;
  const home = env["HOME"];
  if (!home) throw new Problem("the variable HOME is not set, so the user's folders are unknown");
  return join(home, ".local", kind === "data" ? "share" : "state");
}
