import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Deferred, Service, Stack, Volume } from "../../stack/model.ts";
import { Sourced } from "../../yaml/print.ts";
import { volumeNames, volumeText, writtenSource } from "../rows.ts";
import { unique } from "./service-name.ts";
import { escapeTemplate } from "./template.ts";

/** What the services of a stack mount. */
export interface Volumes {
  /** The mounts of a service: its own, and those of the services whose volumes it uses, which Swarm cannot look up. */
  of(service: Service): readonly Sourced<string>[];
  /** Whether a service has a volume that every task gets anew. */
  hasTemporary(service: Service): boolean;
  /** The named volumes of the file. */
  readonly names: readonly string[];
}

type KnownVolume = Exclude<Volume, Deferred>;

/** Plans the mounts of a stack. A volume without a name that another service uses, too, gets one. */
export function volumesOf(stack: Stack, report: Report): Volumes {
  const { services } = stack;
  const shared = new Map<KnownVolume, KnownVolume>();
  const names = new Set(volumeNames(stack));
  for (const service of services.values())
    for (const source of sourcesOf(service)) for (const volume of services.get(source.name)?.volumes ?? []) share(volume, source.name);
  return { of, hasTemporary: ({ volumes }) => volumes.some((volume) => volume.kind === "anonymous" && !shared.has(volume)), names: [...names] };

  function of(service: Service): readonly Sourced<string>[] {
    for (const volume of service.volumes) say(service.name, volume, report);
    const mounts = [...service.volumes.map((volume) => asShared(volume)), ...inherited(service)];
    return mounts.map((volume) => new Sourced(volume.origin, escapeTemplate(volumeText(volume))));
  }

  /** A service's own volume at a place wins over one that it takes from another. */
  function inherited(service: Service): readonly Volume[] {
    const places = new Set(service.volumes.flatMap((volume) => (volume.kind === "deferred" ? [] : [volume.target])));
    return sourcesOf(service).flatMap(({ name, readOnly }) =>
      (services.get(name)?.volumes ?? []).flatMap((volume): readonly Volume[] => {
        const mount = asShared(volume);
        if (mount.kind === "deferred") return [mount];
        if (places.has(mount.target)) return [];
        places.add(mount.target);
        return [mount.kind === "anonymous" || !readOnly ? mount : { ...mount, readOnly }];
      }),
    );
  }

  /** The services whose volumes a service uses, and those whose volumes they use. */
  function sourcesOf(service: Service): readonly { readonly name: string; readonly readOnly: boolean }[] {
    const found = new Map<string, boolean>();
    const visit = ({ volumesFrom }: Service, isReadOnly: boolean): void => {
      for (const source of volumesFrom) {
        if (source.kind === "deferred" || source.stack !== undefined || found.has(source.service)) continue;
        const readOnly = isReadOnly || source.readOnly;
        found.set(source.service, readOnly);
        const target = services.get(source.service);
        if (target) visit(target, readOnly);
      }
    };
    visit(service, false);
    found.delete(service.name);
    return [...found].map(([name, readOnly]) => ({ name, readOnly }));
  }

  function asShared(volume: Volume): Volume {
    return volume.kind === "deferred" ? volume : (shared.get(volume) ?? volume);
  }

  function share(volume: Volume, service: string): void {
    if (volume.kind !== "anonymous" || shared.has(volume)) return;
    const name = unique(
      `${service}${volume.target}`
        .replace(/[^A-Za-z0-9]+/g, "-")
        .replace(/-$/, "")
        .toLowerCase(),
      names,
    );
    names.add(name);
    shared.set(volume, { kind: "named", origin: volume.origin, source: name, target: volume.target, readOnly: false });
  }
}

function say(service: string, volume: Volume, report: Report): void {
  if (volume.kind !== "named" && volume.kind !== "relative") return;
  const { source, origin } = volume;
  const at = { path: origin, part: { text: source } };
  if (volume.kind === "named") report("named-volume", at, { service, name: source });
  else report("relative-volume", at, { service, source, written: writtenSource(source), isOnNodes: true });
}
