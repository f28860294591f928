import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** No image comes from the registry that went with the platform. */
export function deadRegistry({ services }: Stack, report: Report): void {
  for (const { name, image, origin } of services.values()) {
    if (/^(r\.)?tutum\.co\//i.test(image)) report("dead-registry", [...origin, "image"], { service: name, image });
  }
}
