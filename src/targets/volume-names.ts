import type { Report } from "../diagnostics/diagnostic.ts";
import type { Service, Stack, Volume } from "../stack/model.ts";
import type { Anonymous } from "./mounts.ts";
import { volumeNames } from "./rows.ts";
import { uniqueNames } from "./unique-names.ts";

/** Gives names to volumes that have none in the stack file. */
export interface VolumeNaming {
  /** The volume with a name, or as it is if its service does not keep it. */
  readonly named: (volume: Anonymous, service: string) => Volume;
  /** The volumes that got names, by what they were. */
  readonly renamed: ReadonlyMap<Volume, Volume>;
  /** All named volumes of the file. */
  readonly names: ReadonlySet<string>;
}

/** Whose volumes get names. */
interface NamingOptions {
  /** Services whose volumes get names in any case. */
  readonly others: ReadonlySet<string>;
  /** Whether a service has one container in the target. */
  readonly isSingle: (service: Service) => boolean;
}

/**
 * Names the volumes of services that keep their data, and of those in `others`. A name is `SERVICE-PATH`, so that it
 * stays the same from run to run (reference migration.md 5). Reports a name that gets a number, because another volume
 * has it.
 */
export function volumeNaming(
  { services, ...stack }: Stack,
  { others, isSingle }: NamingOptions,
  report: Report,
): VolumeNaming {
  const names = new Set(volumeNames({ services, ...stack }));
  const unique = uniqueNames(names);
  const renamed = new Map<Volume, Volume>();
  return { named, renamed, names };

  function named(volume: Anonymous, service: string): Volume {
    const known = services.get(service)!;
    if (!others.has(service) && !(isSingle(known) && keepsData(known))) return volume;
    const { origin, mountPath } = volume;
    const wanted = volumeName(service, mountPath);
    const source = unique.take(wanted, longestName);
    if (source !== wanted && wanted.length <= longestName)
      report("volume-name-taken", origin, { service, path: mountPath, wanted, name: source });
    const result = { kind: "named", origin, source, mountPath, readOnly: false } as const;
    names.add(source);
    renamed.set(volume, result);
    return result;
  }
}

const longestName = 200;

/** A name for the volume of a service at a path. */
export function volumeName(service: string, mountPath: string): string {
  return `${service}${mountPath}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "");
}

/**
 * Whether the old platform gave the volumes of a service with one container to the next one: no autodestroy removes
 * it, and it mounts nothing that only variables or another stack know (reference migration.md 5).
 */
function keepsData({ policy, volumesFrom }: Service): boolean {
  const isKnown = volumesFrom.every((item) => item.kind === "service" && item.stack === undefined);
  return isKnown && policy.autodestroy === "OFF";
}
