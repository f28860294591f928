import type { Report } from "../../diagnostics/diagnostic.ts";
import { mountPoint } from "../../stack/grammar/volume.ts";
import { topologicalOrder } from "../../stack/graph.ts";
import type { Deferred, Service, Stack, Volume } from "../../stack/model.ts";
import { mapTexts, Sourced } from "../../yaml/print.ts";
import { relativePath, volumeItem, volumeNames, type VolumeItem } from "../rows.ts";
import { escapeTemplate } from "./template.ts";
import { uniqueNames, type UniqueNames } from "./unique-names.ts";

/** What the services of a stack mount. */
export interface SwarmVolumes {
  /** The mounts of a service: its own, and those of the services in its `volumes_from`, which Swarm does not have. */
  of(service: Service): readonly Sourced<VolumeItem>[];
  /** Whether a service has a volume that is new for every task. */
  hasTemporary(service: Service): boolean;
  /** The named volumes of the file. */
  readonly names: readonly string[];
}

/** A volume with a source that another service can mount as well. */
type Shareable = Exclude<Volume, Deferred | { readonly kind: "anonymous" }>;

interface Mounts {
  readonly own: readonly Volume[];
  /** The volumes of other services, by their mount point. */
  readonly borrowed: ReadonlyMap<string, Shareable>;
}

/** How many volumes of other services all services together may mount. */
const mostBorrowed = 500_000;

/** Plans the mounts of a stack. An anonymous volume that another service uses as well gets a name. */
export function swarmVolumes(stack: Stack, report: Report): SwarmVolumes {
  const { services } = stack;
  const lenders = (name: string): readonly Lender[] => lendersOf(services.get(name)!);
  const lent = new Set([...services.keys()].flatMap((name) => lenders(name).map((lender) => lender.name)));
  const names = new Set(volumeNames(stack));
  const unique = uniqueNames(names);
  const planned = new Map<string, Mounts>();
  let count = 0;
  for (const name of topologicalOrder(services.keys(), (user) => lenders(user).map((lender) => lender.name))) {
    const mounts = mountsOf(services.get(name)!, planned, (volume) =>
      lent.has(name) ? nameVolume(volume, name, unique) : volume,
    );
    for (const volume of mounts.own) if (volume.kind === "named") names.add(volume.source);
    count += mounts.borrowed.size;
    planned.set(name, count > mostBorrowed ? { ...mounts, borrowed: new Map() } : mounts);
  }
  if (count > mostBorrowed) report("too-many-mounts", [], { limit: mostBorrowed });
  return { of, hasTemporary: ({ name }) => planned.get(name)!.own.some(isTemporary), names: [...names] };

  function of(service: Service): readonly Sourced<VolumeItem>[] {
    for (const volume of service.volumes) reportPlace(service.name, volume, report);
    const { own, borrowed } = planned.get(service.name)!;
    return [...own, ...borrowed.values()].map((volume) => new Sourced(volume.origin, escaped(volumeItem(volume))));
  }
}

type Anonymous = Extract<Volume, { readonly kind: "anonymous" }>;

/**
 * The mounts of a service whose lenders are planned, as Docker plans them: of several volumes at one mount point the
 * last borrowed one wins, and the service's own wins over all of them unless it is anonymous.
 */
function mountsOf(
  service: Service,
  planned: ReadonlyMap<string, Mounts>,
  named: (volume: Anonymous) => Volume,
): Mounts {
  const borrowed = new Map<string, Shareable>();
  for (const { name, readOnly } of lendersOf(service)) {
    const lender = planned.get(name)!;
    for (const volume of [...lender.borrowed.values(), ...lender.own.flatMap((own) => shareable(own) ?? [])])
      borrowed.set(mountPoint(volume.mountPath), readOnly ? { ...volume, readOnly } : volume);
  }
  const own = service.volumes.flatMap((volume): readonly Volume[] => {
    const mountPath = volume.kind === "deferred" ? shareable(volume)?.mountPath : volume.mountPath;
    if (mountPath === undefined) return [volume];
    const place = mountPoint(mountPath);
    if (volume.kind === "anonymous" && borrowed.has(place)) return [];
    borrowed.delete(place);
    return [volume.kind === "anonymous" ? named(volume) : volume];
  });
  return { own, borrowed };
}

function nameVolume({ origin, mountPath }: Anonymous, service: string, unique: UniqueNames): Volume {
  const wanted = `${service}${mountPath}`
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/-$/, "")
    .toLowerCase();
  return { kind: "named", origin, source: unique.take(wanted, 200), mountPath, readOnly: false };
}

/** A service of this stack whose volumes another one uses. */
interface Lender {
  readonly name: string;
  readonly readOnly: boolean;
}

function lendersOf({ volumesFrom }: Service): readonly Lender[] {
  return volumesFrom.flatMap((item) =>
    item.kind === "service" && item.stack === undefined ? [{ name: item.service, readOnly: item.readOnly }] : [],
  );
}

/** The volume as another service mounts it. A text with variables must at least show its parts. */
function shareable(volume: Volume): Shareable | undefined {
  if (volume.kind === "anonymous") return undefined;
  if (volume.kind !== "deferred") return volume;
  const [, source, mountPath, mode] = /^([^:]+):(\/[^:]*)(?::(ro|rw))?$/i.exec(volume.text) ?? [];
  if (source === undefined || mountPath === undefined) return undefined;
  return { kind: "host", origin: volume.origin, source, mountPath, readOnly: mode?.toLowerCase() === "ro" };
}

/** Whether no other task mounts the volume. A text with variables counts if it starts like an anonymous volume. */
function isTemporary(volume: Volume): boolean {
  return volume.kind === "anonymous" || (volume.kind === "deferred" && /^\/[^:]*$/.test(volume.text));
}

function escaped(item: VolumeItem): VolumeItem {
  return mapTexts(item, escapeTemplate) as VolumeItem;
}

/** Reports a volume whose place on the nodes is not plain. */
function reportPlace(service: string, volume: Volume, report: Report): void {
  if (volume.kind !== "named" && volume.kind !== "relative") return;
  const { source, origin } = volume;
  const at = { path: origin, part: { text: source } };
  if (volume.kind === "named") report("named-volume", at, { service, name: source });
  else report("relative-volume", at, { service, source, written: relativePath(source), isOnNodes: true });
}
