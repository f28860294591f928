import type { Report } from "../../diagnostics/diagnostic.ts";
import { mountPoint } from "../../stack/grammar/volume.ts";
import type { Deferred, Service, Stack, Volume } from "../../stack/model.ts";
import { topologicalOrder } from "../../stack/graph.ts";
import { mapTexts, Sourced } from "../../yaml/print.ts";
import { volumeItem, volumeNames, writtenSource, type VolumeItem } from "../rows.ts";
import { escapeTemplate } from "./template.ts";
import { uniqueNames } from "./unique-names.ts";

/** What the services of a stack mount. */
export interface Volumes {
  /** The mounts of a service: its own, and those of the services whose volumes it uses, which Swarm cannot look up. */
  of(service: Service): readonly Sourced<VolumeItem>[];
  /** Whether a service has a volume that every task gets anew. */
  hasTemporary(service: Service): boolean;
  /** The named volumes of the file. */
  readonly names: readonly string[];
}

/** What is mounted from somewhere that another service can mount, too. */
type Shareable = Exclude<Volume, Deferred | { readonly kind: "anonymous" }>;

interface Mounts {
  readonly own: readonly Volume[];
  /** Those of other services, by their place. */
  readonly taken: ReadonlyMap<string, Shareable>;
}

/** How many volumes of other services all services together may mount. */
const mostTaken = 500_000;

/** Plans the mounts of a stack. A volume without a name that another service uses, too, gets one. */
export function volumesOf(stack: Stack, report: Report): Volumes {
  const { services } = stack;
  const used = new Set([...services.values()].flatMap((service) => sourcesOf(service).map(({ name }) => name)));
  const names = new Set(volumeNames(stack));
  const unique = uniqueNames(names);
  const planned = new Map<string, Mounts>();
  let taken = 0;
  for (const name of topologicalOrder(services.keys(), (user) =>
    sourcesOf(services.get(user)!).map((source) => source.name),
  )) {
    const mounts = plan(services.get(name)!);
    taken += mounts.taken.size;
    planned.set(name, taken > mostTaken ? { ...mounts, taken: new Map() } : mounts);
  }
  if (taken > mostTaken) report("too-many-mounts", [], { limit: mostTaken });
  return { of, hasTemporary: ({ name }) => planned.get(name)!.own.some(isTemporary), names: [...names] };

  function of(service: Service): readonly Sourced<VolumeItem>[] {
    for (const volume of service.volumes) say(service.name, volume, report);
    const { own, taken } = planned.get(service.name)!;
    return [...own, ...taken.values()].map((volume) => new Sourced(volume.origin, escaped(volumeItem(volume))));
  }

  /** As the engine does it: the last source of a place wins, and a service's own volume wins over all, unless it is one without a name. */
  function plan(service: Service): Mounts {
    const taken = new Map<string, Shareable>();
    for (const { name, readOnly } of sourcesOf(service)) {
      const source = planned.get(name)!;
      for (const volume of [...source.taken.values(), ...source.own.flatMap((own) => shareable(own) ?? [])])
        taken.set(mountPoint(volume.target), readOnly ? { ...volume, readOnly } : volume);
    }
    const own = service.volumes.flatMap((volume): readonly Volume[] => {
      const target = "target" in volume ? volume.target : shareable(volume)?.target;
      const place = target && mountPoint(target);
      if (place === undefined) return [volume];
      if (volume.kind === "anonymous" && taken.has(place)) return [];
      taken.delete(place);
      return [volume.kind === "anonymous" && used.has(service.name) ? named(service, volume) : volume];
    });
    return { own, taken };
  }

  function named({ name }: Service, { origin, target }: Extract<Volume, { kind: "anonymous" }>): Volume {
    const wanted = `${name}${target}`
      .replace(/[^A-Za-z0-9]+/g, "-")
      .replace(/-$/, "")
      .toLowerCase();
    const source = unique.take(wanted, 200);
    names.add(source);
    return { kind: "named", origin, source, target, readOnly: false };
  }
}

/** The services of this stack whose volumes a service uses. */
function sourcesOf({ volumesFrom }: Service): readonly { readonly name: string; readonly readOnly: boolean }[] {
  return volumesFrom.flatMap((source) =>
    source.kind === "service" && source.stack === undefined
      ? [{ name: source.service, readOnly: source.readOnly }]
      : [],
  );
}

/** The volume as another service mounts it. A text with variables has to say what is mounted where. */
function shareable(volume: Volume): Shareable | undefined {
  if (volume.kind === "anonymous") return undefined;
  if (volume.kind !== "deferred") return volume;
  const [, source, target, mode] = /^([^:]+):(\/[^:]*)(?::(ro|rw))?$/i.exec(volume.text) ?? [];
  if (source === undefined || target === undefined) return undefined;
  return { kind: "host", origin: volume.origin, source, target, readOnly: mode?.toLowerCase() === "ro" };
}

/** No other task mounts it; of a text with variables it is said that begins like one. */
function isTemporary(volume: Volume): boolean {
  return volume.kind === "anonymous" || (volume.kind === "deferred" && /^\/[^:]*$/.test(volume.text));
}

function escaped(item: VolumeItem): VolumeItem {
  return mapTexts(item, escapeTemplate) as VolumeItem;
}

function say(service: string, volume: Volume, report: Report): void {
  if (volume.kind !== "named" && volume.kind !== "relative") return;
  const { source, origin } = volume;
  const at = { path: origin, part: { text: source } };
  if (volume.kind === "named") report("named-volume", at, { service, name: source });
  else report("relative-volume", at, { service, source, written: writtenSource(source), isOnNodes: true });
}
