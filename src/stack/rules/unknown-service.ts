import { nearest } from "../../diagnostics/nearest.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";
import { references } from "../references.ts";

/** Links and volumes name services that exist. */
export function unknownService({ services }: Stack, report: Report): void {
  for (const service of services.values()) {
    for (const { field, name, stack, origin } of references(service)) {
      if (stack !== undefined || services.has(name)) continue;
      report("unknown-service", { path: origin, part: { text: name } }, { service: service.name, field, name, near: nearest(name, services.keys()) });
    }
  }
}
