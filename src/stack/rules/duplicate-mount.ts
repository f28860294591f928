import type { Report } from "../../diagnostics/diagnostic.ts";
import { mountPoint } from "../grammar/volume.ts";
import type { Stack } from "../model.ts";

/** A service mounts only one volume at each path. */
export function duplicateMount({ services }: Stack, report: Report): void {
  for (const { name, volumes } of services.values()) {
    const first = new Map<string, (typeof volumes)[number]>();
    for (const volume of volumes) {
      if (volume.kind === "deferred") continue;
      const path = mountPoint(volume.mountPath);
      const earlier = first.get(path);
      if (!earlier) first.set(path, volume);
      else report("duplicate-mount", { path: volume.origin, also: earlier.origin }, { service: name, target: path });
    }
  }
}
