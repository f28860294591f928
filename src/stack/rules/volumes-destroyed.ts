import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";
import { references } from "../references.ts";

/** Nobody uses the volumes of a service whose containers are removed. */
export function volumesDestroyed({ services }: Stack, report: Report): void {
  for (const service of services.values()) {
    for (const { field, name, stack, origin } of references(service)) {
      const source = services.get(name);
      if (field !== "volumes_from" || stack !== undefined || !source || source.policy.autodestroy === "OFF") continue;
      report(
        "volumes-destroyed",
        { path: origin, part: { text: name }, also: [...source.origin, "autodestroy"] },
        { service: service.name, source: name },
      );
    }
  }
}
