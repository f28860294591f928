import type { Report } from "../../diagnostics/diagnostic.ts";
import { dataImage, idleImage } from "../../stack/knowledge/images.ts";
import { mountPoint } from "../../stack/grammar/volume.ts";
import { topologicalOrder } from "../../stack/graph.ts";
import type { Service, Stack, Volume, VolumesFrom } from "../../stack/model.ts";
import { Sourced } from "../../yaml/printable.ts";
import { dataServices } from "../data-services.ts";
import { lendersOf, planMounts } from "../mounts.ts";
import { relativePath, namedVolume, volumeItem, type VolumeItem } from "../rows.ts";
import { volumeNaming } from "../volume-names.ts";

/** What the services of a stack mount. */
export interface ComposeVolumes {
  /**
   * The volumes of a service, and those of other services that it must not write to. Compose 2 and 5 drop the mode of
   * `volumes_from: [db:ro]`, and a mount of the service's own wins over it. Reports what is lost.
   */
  of(service: Service): readonly Sourced<VolumeItem>[];
  /** Whether a volume that the old platform gave to the next container has no name. Known after `of`. */
  hasTemporary(service: Service): boolean;
  /** The named volumes of the file. */
  readonly names: Iterable<string>;
}

/**
 * Plans the mounts of a stack. The volumes of a service that keeps its data get names, and so do those of one that only
 * holds them, so that no clean-up ends them.
 */
export function composeVolumes(stack: Stack, report: Report): ComposeVolumes {
  const holders = dataServices(stack);
  const { named, renamed, names } = volumeNaming(stack, { others: holders, isSingle }, report);
  const planned = planMounts(stack, named, report);
  const anonymousPaths = ({ volumes }: Service): readonly string[] =>
    volumes.flatMap((volume) => (volume.kind === "anonymous" && !renamed.has(volume) ? [volume.mountPath] : []));
  let writable: ReadonlyMap<string, Writable> | undefined;
  return { of, hasTemporary, names };

  /** What autodestroy removes with its container is meant to go. */
  function hasTemporary(service: Service): boolean {
    return service.policy.autodestroy === "OFF" && anonymousPaths(service).length > 0;
  }

  function of(service: Service): readonly Sourced<VolumeItem>[] {
    for (const volume of service.volumes) reportPlace(service.name, volume, report);
    for (const item of service.volumesFrom) reportWritable(service, item);
    const { borrowed } = planned.get(service.name)!;
    const limited = [...borrowed.values()].flatMap(({ volume, isLimited }) => (isLimited ? [volume] : []));
    const places = new Set(limited.map(({ mountPath }) => mountPoint(mountPath)));
    const own = service.volumes
      .filter((volume) => volume.kind !== "anonymous" || !places.has(mountPoint(volume.mountPath)))
      .map((volume) => renamed.get(volume) ?? volume);
    return [...own, ...limited].map((volume) => new Sourced(volume.origin, volumeItem(volume)));
  }

  /** Reports an item with `:ro` of which something stays writable. */
  function reportWritable({ name }: Service, item: VolumesFrom): void {
    if (item.kind === "deferred" || !item.readOnly) return;
    const lender = item.stack === undefined ? stack.services.get(item.service) : undefined;
    writable ??= writableOf(stack, anonymousPaths);
    const { anonymous, declared } = writable.get(lender?.name ?? "") ?? { anonymous: true, declared: true };
    if (!anonymous && !declared) return;
    const paths = lender ? anonymousPaths(lender) : [];
    report("writable-volumes", item.origin, { service: name, source: item.service, paths, anonymous, declared });
  }
}

/** One machine is every node. */
function isSingle({ replicas, strategy }: Service): boolean {
  return replicas === 1 || strategy === "EVERY_NODE";
}

interface Writable {
  /** Whether a volume without a name is among the volumes that the service lends. */
  readonly anonymous: boolean;
  /** Whether its image may declare a volume that the stack file does not have. */
  readonly declared: boolean;
}

/** What Compose 2 and 5 lend writable although it is asked for read only, by the name of the lender. */
function writableOf(
  { services }: Stack,
  anonymousPaths: (service: Service) => readonly string[],
): ReadonlyMap<string, Writable> {
  const found = new Map<string, Writable>();
  const lendersTo = (name: string): readonly string[] => lendersOf(services.get(name)!).map((lender) => lender.name);
  for (const name of topologicalOrder(services.keys(), lendersTo)) {
    const service = services.get(name)!;
    const lent = lendersTo(name).map((lender) => found.get(lender)!);
    found.set(name, {
      anonymous: anonymousPaths(service).length > 0 || lent.some((lender) => lender.anonymous),
      declared: mayDeclareMore(service) || lent.some((lender) => lender.declared),
    });
  }
  return found;
}

/** Whether an image may declare volumes at paths where the service itself mounts nothing. */
function mayDeclareMore({ image, volumes }: Service): boolean {
  if (idleImage(image)) return false;
  const mounted = volumes.flatMap((volume) => (volume.kind === "deferred" ? [] : [mountPoint(volume.mountPath)]));
  return !dataImage(image)?.paths.some(({ path }) => mounted.includes(path));
}

/** Reports a volume whose place on the machine is not plain. */
function reportPlace(service: string, item: Volume, report: Report): void {
  if (item.kind === "named")
    report("named-volume", { path: item.origin, part: { text: item.source } }, namedVolume(service, item));
  if (item.kind === "relative") {
    const { source } = item;
    const written = relativePath(source);
    const at = { path: item.origin, part: { text: source } };
    if (!written.startsWith(".") || written !== source)
      report("relative-volume", at, { service, source, written, isOnNodes: false });
  }
}
