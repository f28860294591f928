import { escapeDollars } from "../stack/grammar/dollar.ts";
import type { Stack, Volume } from "../stack/model.ts";

/** Whether relative host paths can begin with a path: the short syntax of volumes ends a path at the first `:`. */
export function isStackFolder(path: string): boolean {
  return /^\.{1,2}(\/[^:\p{Cc}\p{Cs}]*)?$/u.test(path);
}

/**
 * The stack with relative host paths that begin at another folder, from which `stackFolder` leads to the folder of the
 * stack file (reference migration.md 8). A path below the home folder (`~`) stays.
 */
export function withHostPathsFrom(stackFolder: string, stack: Stack): Stack {
  if (stackFolder === ".") return stack;
  // Without interpolation each `$` of the output is doubled later.
  const folder = stack.interpolation === "on" ? escapeDollars(stackFolder) : stackFolder;
  const services = [...stack.services].map(([name, service]) => {
    const volumes = service.volumes.map((volume) => moved(volume, folder));
    return [name, { ...service, volumes }] as const;
  });
  return { ...stack, services: new Map(services) };
}

function moved(volume: Volume, folder: string): Volume {
  if (volume.kind === "relative" && !volume.source.startsWith("~"))
    return { ...volume, source: joined(folder, volume.source) };
  if (volume.kind !== "deferred" || !/^\.{1,2}\//.test(volume.text)) return volume;
  const [source = "", ...rest] = volume.text.split(":");
  return { ...volume, text: [joined(folder, source), ...rest].join(":") };
}

/** A path that begins in a folder, without the `.` and `..` that can be taken out of it. */
function joined(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    const isBack = part === ".." && parts.length > 0 && parts.at(-1) !== "..";
    if (isBack) parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts[0] === ".." ? parts.join("/") : [".", ...parts].join("/");
}
