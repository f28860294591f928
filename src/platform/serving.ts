import { createHash } from "node:crypto";
import { dirname } from "node:path";
import type { Files } from "../files/files.ts";
import { isLocked, tryLock, type Lock, type LockPlace } from "./lock.ts";
import { managedPlaces } from "./places.ts";
import type { Platform, StackRef } from "./platform.ts";

/** Which process is the sidecar of the stacks of a stacks folder, on one engine. */
type Serving = Pick<Platform, "files" | "stacksFolder" | "store">;

/**
 * Makes this process the sidecar of all stacks of the stacks folder (reference live.md 6), until the lock is released.
 * Undefined while another process is it. Throws a Problem.
 */
export function takeServing(platform: Serving): Lock | undefined {
  return tryLock(platform.files, placeOf(platform), "serve");
}

/**
 * Whether a server is the sidecar of a stack: then none runs in a container. A server can have another stacks folder
 * than this process.
 */
export function isServed(platform: Serving, stack: StackRef): boolean {
  const { files } = platform;
  if (stack.isManaged) return isLocked(files, placeOf(platform));
  const above = dirname(stack.folder);
  return isLocked(files, placeOf({ ...platform, stacksFolder: above })) && isOfServer(files, above, stack);
}

/** Whether a server for a stacks folder sees the stack, under the name of its project. */
function isOfServer(files: Files, stacksFolder: string, { file, project }: StackRef): boolean {
  return managedPlaces(files, stacksFolder).some(
    (place) =>
      place.name === project && place.problem === undefined && files.resolve(place.file) === files.resolve(file),
  );
}

/** No project has a name with a dot. */
function placeOf({ files, stacksFolder, store }: Serving): LockPlace {
  return { folder: store.folder(".serving"), name: nameOf(files, stacksFolder) };
}

function nameOf(files: Files, folder: string): string {
  return createHash("sha256").update(files.resolve(folder)).digest("hex").slice(0, 16);
}
