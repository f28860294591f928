import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";
import { references } from "../references.ts";

/** No service links to itself or uses its own volumes. */
export function selfReference({ services }: Stack, report: Report): void {
  for (const service of services.values()) {
    for (const { field, name, stack, origin } of references(service)) {
      if (stack === undefined && name === service.name)
        report("self-reference", { path: origin, part: { text: name } }, { service: name, field });
    }
  }
}
