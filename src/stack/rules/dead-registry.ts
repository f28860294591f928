import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** No image is from the registry that was shut down with the platform. */
export function deadRegistry({ services }: Stack, report: Report): void {
  for (const { name, image, origin } of services.values()) {
    if (/^(r\.)?tutum\.co\//i.test(image)) report("dead-registry", [...origin, "image"], { service: name, image });
  }
}
