import { nearest } from "../../text/nearest.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";
import { references } from "../references.ts";

/** Every suggestion looks at all services: a file that is wrong throughout gets no more of them. */
const mostSuggestions = 100;

/** Links and volumes name services that exist. */
export function unknownService({ services }: Stack, report: Report): void {
  let suggestions = 0;
  for (const service of services.values()) {
    for (const { field, name, stack, origin } of references(service)) {
      if (stack !== undefined || services.has(name)) continue;
      const near = suggestions++ < mostSuggestions ? nearest(name, services.keys()) : undefined;
      report("unknown-service", { path: origin, part: { text: name } }, { service: service.name, field, name, near });
    }
  }
}
