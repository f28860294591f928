import type { Report } from "../../diagnostics/diagnostic.ts";
import { mountPoint } from "../../stack/grammar/volume.ts";
import type { Service, Stack, Volume } from "../../stack/model.ts";
import { Escaped, Sourced } from "../../yaml/printable.ts";
import { lendersOf, planMounts } from "../mounts.ts";
import { namedVolume, relativePath, volumeItem, type VolumeItem } from "../rows.ts";
import { volumeNaming } from "../volume-names.ts";
import { escapeTemplate } from "./template.ts";

/** What the services of a stack mount. */
export interface SwarmVolumes {
  /** The mounts of a service: its own, and those of the services in its `volumes_from`, which Swarm does not have. */
  of(service: Service): readonly Sourced<Escaped<VolumeItem>>[];
  /** Reports the volumes of a service whose place on the nodes is not plain. */
  reportPlaces(service: Service): void;
  /** Whether a service has a volume that is new for every task. */
  hasTemporary(service: Service): boolean;
  /** Whether a service mounts a volume of another one. */
  hasBorrowed(service: Service): boolean;
  /** The paths at which a service mounts something that is not new for every task. */
  keptPaths(service: Service): readonly string[];
  /** The named volumes of the file. */
  readonly names: ReadonlySet<string>;
}

/**
 * Plans the mounts of a stack. The volumes of a service that keeps its data get names, and so do those that another
 * service uses as well.
 */
export function swarmVolumes(stack: Stack, report: Report): SwarmVolumes {
  const lent = new Set([...stack.services.values()].flatMap((service) => lendersOf(service).map(({ name }) => name)));
  const { named, names } = volumeNaming(stack, { others: lent, isSingle }, report);
  const planned = planMounts(stack, named, report);
  return {
    of: ({ name }) =>
      mountsOf(name).map((volume) => new Sourced(volume.origin, new Escaped(volumeItem(volume), escapeTemplate))),
    reportPlaces: ({ name, volumes }) => {
      for (const volume of volumes) reportPlace(name, volume, report);
    },
    hasTemporary: ({ name }) => planned.get(name)!.own.some(isTemporary),
    hasBorrowed: ({ name }) => planned.get(name)!.borrowed.size > 0,
    keptPaths: ({ name }) =>
      mountsOf(name).flatMap((volume) =>
        volume.kind === "deferred" || volume.kind === "anonymous" ? [] : [mountPoint(volume.mountPath)],
      ),
    names,
  };

  function mountsOf(name: string): readonly Volume[] {
    const { own, borrowed } = planned.get(name)!;
    return [...own, ...[...borrowed.values()].map(({ volume }) => volume)];
  }
}

function isSingle({ replicas, strategy }: Service): boolean {
  return replicas === 1 && strategy !== "EVERY_NODE";
}

/** Whether no other task mounts the volume. A text with variables counts if it starts like an anonymous volume. */
function isTemporary(volume: Volume): boolean {
  return volume.kind === "anonymous" || (volume.kind === "deferred" && /^\/[^:]*$/.test(volume.text));
}

/** Reports a volume whose place on the nodes is not plain. */
function reportPlace(service: string, volume: Volume, report: Report): void {
  if (volume.kind !== "named" && volume.kind !== "relative") return;
  const { source, origin } = volume;
  const at = { path: origin, part: { text: source } };
  if (volume.kind === "named") report("named-volume", at, namedVolume(service, volume));
  else report("relative-volume", at, { service, source, written: relativePath(source), isOnNodes: true });
}
