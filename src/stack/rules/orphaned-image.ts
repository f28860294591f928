import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** No image is one that the platform published and nobody updates any more. */
export function orphanedImage({ services }: Stack, report: Report): void {
  for (const { name, image, origin } of services.values()) {
    if (/^((index\.)?docker\.io\/)?(tutum|dockercloud)\//i.test(image))
      report("orphaned-image", [...origin, "image"], { service: name, image });
  }
}
