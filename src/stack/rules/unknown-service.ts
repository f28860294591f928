import { nearest } from "../../text/nearest.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";
import { references } from "../references.ts";

/** The most suggestions for one file, because each of them compares a name with all services. */
const mostSuggestions = 100;

/** `links` and `volumes_from` name services that exist. */
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
