import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** No image was left behind by the platform. */
export function orphanedImage({ services }: Stack, report: Report): void {
  for (const { name, image, origin } of services.values()) {
    if (/^((index\.)?docker\.io\/)?(tutum|dockercloud)\//i.test(image))
      report("orphaned-image", [...origin, "image"], { service: name, image });
  }
}
