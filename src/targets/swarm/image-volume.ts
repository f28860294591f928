import type { Report } from "../../diagnostics/diagnostic.ts";
import { dataImage, type DataImage } from "../../stack/knowledge/images.ts";
import { mountPoint } from "../../stack/grammar/volume.ts";
import type { Service } from "../../stack/model.ts";

/**
 * Reports a service whose image keeps data in a volume that only the image declares. `kept` are the paths at which the
 * service mounts something that stays.
 */
export function reportImageVolume(service: Service, kept: readonly string[], report: Report): void {
  const { name, image, origin, volumes, replicas } = service;
  const known = dataImage(image);
  if (!known || !writesData(service, known) || isUnsure(service)) return;
  const own = volumes.flatMap((volume) => (volume.kind === "deferred" ? [] : [mountPoint(volume.mountPath)]));
  if (known.paths.some(({ path }) => kept.includes(path) || own.includes(path))) return;
  if (settingsOf(service).some((text) => known.unless?.test(text) || kept.some((path) => namesPath(text, path))))
    return;
  report("image-volume", [...origin, "image"], { service: name, image, paths: known.paths, others: kept, replicas });
}

/** Whether the service runs the program of its image, and not a client of it. */
function writesData({ entrypoint, command, policy }: Service, { programs }: DataImage): boolean {
  if (entrypoint !== undefined || policy.autodestroy !== "OFF") return false;
  const [program = ""] = typeof command === "string" ? command.trim().split(/\s+/) : (command ?? []);
  const name = program.replace(/.*\//, "");
  return program === "" || program.startsWith("-") || programs.includes(program) || programs.includes(name);
}

/** Whether variables or another stack decide what the service mounts, about which other warnings speak. */
function isUnsure({ volumes, volumesFrom }: Service): boolean {
  return (
    volumes.some(({ kind }) => kind === "deferred") ||
    volumesFrom.some((item) => item.kind === "deferred" || item.stack !== undefined)
  );
}

/** The command, with empty words as `""`, and the variables, as `NAME=value`. */
function settingsOf({ command, environment }: Service): readonly string[] {
  const words = typeof command === "string" ? command : (command ?? []).map((word) => word || '""').join(" ");
  return [words, ...environment.map(({ name, value }) => `${name}=${value ?? ""}`)];
}

/** Whether a text has a path or one below it. */
function namesPath(text: string, path: string): boolean {
  const start = text.indexOf(path);
  return start !== -1 && !/^[\w.-]/.test(text.slice(start + path.length));
}
