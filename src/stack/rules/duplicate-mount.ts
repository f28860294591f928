import type { Report } from "../../diagnostics/diagnostic.ts";
import { mountPoint } from "../grammar/volume.ts";
import type { Stack } from "../model.ts";

/** No service mounts two volumes at one path. */
export function duplicateMount({ services }: Stack, report: Report): void {
  for (const { name, volumes } of services.values()) {
    const first = new Map<string, (typeof volumes)[number]>();
    for (const volume of volumes) {
      if (volume.kind === "deferred") continue;
      const target = mountPoint(volume.target);
      const earlier = first.get(target);
      if (earlier) report("duplicate-mount", { path: volume.origin, also: earlier.origin }, { service: name, target });
      else first.set(target, volume);
    }
  }
}
