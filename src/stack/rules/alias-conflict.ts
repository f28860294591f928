import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** No service links to two services under one name. */
export function aliasConflict({ services }: Stack, report: Report): void {
  for (const { name, links } of services.values()) {
    const first = new Map<string, (typeof links)[number] & { readonly kind: "link" }>();
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

function nameOf({ service, stack }: { readonly service: string; readonly stack: string | undefined }): string {
  return stack === undefined ? service : `${service}.${stack}`;
}
