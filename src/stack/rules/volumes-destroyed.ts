import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";
import { references } from "../references.ts";

/** No service uses the volumes of a service with autodestroy. */
export function volumesDestroyed({ services }: Stack, report: Report): void {
  for (const service of services.values()) {
    for (const { field, name, stack, origin } of references(service)) {
      const used = services.get(name);
      if (field !== "volumes_from" || stack !== undefined || !used || used.policy.autodestroy === "OFF") continue;
      report(
        "volumes-destroyed",
        { path: origin, part: { text: name }, also: [...used.origin, "autodestroy"] },
        { service: service.name, source: name },
      );
    }
  }
}
