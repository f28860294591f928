import type { Report } from "../diagnostics/diagnostic.ts";
import { mountPoint } from "../stack/grammar/volume.ts";
import { topologicalOrder } from "../stack/graph.ts";
import type { Deferred, Service, Stack, Volume } from "../stack/model.ts";

/** A volume without a name or a path, which belongs to one container. */
export type Anonymous = Extract<Volume, { readonly kind: "anonymous" }>;

/** A volume with a source that another service can mount as well. */
export type Shareable = Exclude<Volume, Deferred | { readonly kind: "anonymous" }>;

/** What a service mounts. */
export interface Mounts {
  /** Its own volumes, without those that a borrowed one takes the place of. */
  readonly own: readonly Volume[];
  /** The volumes of other services, by their mount point. */
  readonly borrowed: ReadonlyMap<string, Borrowed>;
}

/** A volume of another service; `isLimited` when only the borrower is kept from writing. */
export interface Borrowed {
  readonly volume: Shareable;
  readonly isLimited: boolean;
}

/** How many volumes of other services all services together may mount. */
const mostBorrowed = 500_000;

/**
 * The mounts of every service, by its name. `named` gives an anonymous volume of a service a name, or leaves it as it
 * is. Reports when they are too many.
 */
export function planMounts(
  { services }: Stack,
  named: (volume: Anonymous, service: string) => Volume,
  report: Report,
): ReadonlyMap<string, Mounts> {
  const planned = new Map<string, Mounts>();
  let count = 0;
  const lendersOfName = (name: string): readonly string[] =>
    lendersOf(services.get(name)!).map((lender) => lender.name);
  for (const name of topologicalOrder(services.keys(), lendersOfName)) {
    const mounts = mountsOf(services.get(name)!, planned, (volume) => named(volume, name));
    count += mounts.borrowed.size;
    planned.set(name, count > mostBorrowed ? { ...mounts, borrowed: new Map() } : mounts);
  }
  if (count > mostBorrowed) report("too-many-mounts", [], { limit: mostBorrowed });
  return planned;
}

/**
 * The mounts of a service whose lenders are planned, as Docker plans them: of several volumes at one mount point the
 * last borrowed one wins, and the service's own wins over all of them unless it is anonymous.
 */
function mountsOf(
  service: Service,
  planned: ReadonlyMap<string, Mounts>,
  named: (volume: Anonymous) => Volume,
): Mounts {
  const borrowed = new Map<string, Borrowed>();
  for (const { name, readOnly } of lendersOf(service))
    for (const item of lentBy(planned.get(name)!)) {
      const { volume } = item;
      const isLimited = item.isLimited || (readOnly && !volume.readOnly);
      borrowed.set(mountPoint(volume.mountPath), {
        volume: isLimited ? { ...volume, readOnly: true } : volume,
        isLimited,
      });
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

/** What a service lends: what it borrows itself, and its own volumes. */
function lentBy({ own, borrowed }: Mounts): readonly Borrowed[] {
  const lent = own.flatMap((volume) => shareable(volume) ?? []);
  return [...borrowed.values(), ...lent.map((volume) => ({ volume, isLimited: false }))];
}

/** A service of this stack whose volumes another one uses. */
export interface Lender {
  readonly name: string;
  readonly readOnly: boolean;
}

/** The services of this stack whose volumes a service uses. */
export function lendersOf({ volumesFrom }: Service): readonly Lender[] {
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
