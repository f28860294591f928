import type { Report } from "../../diagnostics/diagnostic.ts";
import type { KnownLink, Stack } from "../model.ts";

/** Each alias of a service names only one other service. */
export function aliasConflict({ services }: Stack, report: Report): void {
  for (const { name, links } of services.values()) {
    const first = new Map<string, KnownLink>();
    for (const link of links) {
      if (link.kind !== "link") continue;
      const earlier = first.get(link.alias);
      if (!earlier) first.set(link.alias, link);
      else if (earlier.service !== link.service || earlier.stack !== link.stack) {
        report(
          "alias-conflict",
          { path: link.origin, also: earlier.origin },
          { service: name, alias: link.alias, first: nameOf(earlier), second: nameOf(link) },
        );
      }
    }
  }
}

function nameOf({ service, stack }: KnownLink): string {
  return stack === undefined ? service : `${service}.${stack}`;
}
