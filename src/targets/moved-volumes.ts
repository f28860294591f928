import { mountPoint, parseVolume } from "../stack/grammar/volume.ts";
import type { Report } from "../diagnostics/diagnostic.ts";
import type { Stack } from "../stack/model.ts";
import { shellWord } from "../text/shell.ts";
import type { TargetName } from "./index.ts";

/** A volume that a compiled file mounts in place of another one. */
export interface MovedVolume {
  /** The service by its name in the compiled files. */
  readonly service: string;
  /** The path in the container. */
  readonly path: string;
  /** The named volume of the earlier file; undefined for an anonymous one. */
  readonly from: string | undefined;
  /** The named volume of the later file; undefined for an anonymous one. */
  readonly to: string | undefined;
}

/** What the command that copies data depends on. */
interface Place {
  readonly target: TargetName;
  readonly stackName: string;
}

/** Reports the volumes whose data the services of a later compiled file do not have. */
export function reportMovedVolumes(
  { services }: Stack,
  { before, after }: { readonly before: string; readonly after: string },
  place: Place,
  report: Report,
): void {
  for (const moved of movedVolumes(before, after)) {
    const service = services.get(moved.service);
    const volume = service?.volumes.find((own) => own.kind !== "deferred" && mountPoint(own.mountPath) === moved.path);
    const params = { ...moved, copy: copyCommand(moved, place), target: place.target };
    report("volume-moved", volume?.origin ?? service?.origin ?? [], params);
  }
}

/** The volumes that have another name in a later compiled file, or lost or got one (reference migration.md 5). */
export function movedVolumes(before: string, after: string): readonly MovedVolume[] {
  const earlier = mountsIn(before);
  return [...mountsIn(after)].flatMap(([service, mounts]) =>
    [...mounts].flatMap(([path, to]): readonly MovedVolume[] => {
      const known = earlier.get(service);
      const from = known?.get(path);
      return known?.has(path) && from !== to ? [{ service, path, from, to }] : [];
    }),
  );
}

type Mounts = Map<string, string | undefined>;

/** The named and anonymous volumes of each service in a file that this program printed, by their path. */
function mountsIn(text: string): ReadonlyMap<string, Mounts> {
  const found = new Map<string, Mounts>();
  let mounts: Mounts = new Map();
  let isVolumes = false;
  for (const line of text.split("\n")) {
    const [, service] = /^ {2}(\S.*):$/.exec(line) ?? [];
    if (service !== undefined) found.set(scalar(service), (mounts = new Map()));
    if (/^ {0,4}\S/.test(line)) isVolumes = line === "    volumes:";
    const [, item] = isVolumes ? (/^ {6}- (.*)$/.exec(line) ?? []) : [];
    const volume = item === undefined ? undefined : parseVolume(scalar(item).replaceAll("$$", () => "$"));
    if (volume && !("problem" in volume) && (volume.kind === "anonymous" || volume.kind === "named"))
      mounts.set(mountPoint(volume.mountPath), volume.kind === "named" ? volume.source : undefined);
  }
  return found;
}

/** A scalar as `yaml/print` writes it: plain, or in JSON's quotes. */
function scalar(text: string): string {
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}

/** What to type to copy the data of a moved volume. */
export function copyCommand({ service, path, from, to }: MovedVolume, { target, stackName }: Place): string {
  const list = {
    compose: `docker compose --project-name ${stackName} ps -aq ${service}`,
    swarm: `docker ps -q --filter label=com.docker.swarm.service.name=${stackName}_${service}`,
  }[target];
  const sideOf = (name: string | undefined, place: string): { readonly option: string; readonly folder: string } =>
    name === undefined
      ? { option: `--volumes-from "$(${list} | head -n 1)"`, folder: shellWord(path) }
      : { option: `-v ${stackName}_${name}:${place}`, folder: place };
  const [source, destination] = [sideOf(from, "/from"), sideOf(to, "/to")];
  const copy = `cp -a ${source.folder}/. ${destination.folder}/`;
  return `docker run --rm ${source.option} ${destination.option} busybox ${copy}`;
}
