import type { Report } from "../../diagnostics/diagnostic.ts";
import { deadName } from "../knowledge/dead-domains.ts";
import type { Stack } from "../model.ts";

/** No image is from the registry that was shut down with the platform. */
export function deadRegistry({ services }: Stack, report: Report): void {
  for (const { name, image, origin } of services.values()) {
    const registry = /^([^/:]+)(?::\d+)?\//.exec(image)?.[1];
    if (registry !== undefined && deadName(registry, "") !== undefined)
      report("dead-registry", [...origin, "image"], { service: name, image });
  }
}
