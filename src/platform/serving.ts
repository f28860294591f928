import { createHash } from "node:crypto";
import type { Files } from "../files/files.ts";
import { isLocked, tryLock, type Lock, type LockPlace } from "./lock.ts";
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

/** Whether a server is the sidecar of a stack: then none runs in a container. */
export function isServed(platform: Serving, { isManaged }: Pick<StackRef, "isManaged">): boolean {
  return isManaged && isLocked(platform.files, placeOf(platform));
}

/** No project has a name with a dot. */
function placeOf({ files, stacksFolder, store }: Serving): LockPlace {
  return { folder: store.folder(".serving"), name: nameOf(files, stacksFolder) };
}

function nameOf(files: Files, folder: string): string {
  return createHash("sha256").update(files.resolve(folder)).digest("hex").slice(0, 16);
}
