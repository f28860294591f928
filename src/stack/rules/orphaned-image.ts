import type { Report } from "../../diagnostics/diagnostic.ts";
import { balancerImage } from "../knowledge/balancers.ts";
import type { Stack } from "../model.ts";

/**
 * No image is one that the platform published and nobody updates any more. Load balancers are none of this rule's
 * business: HAProxy replaces them.
 */
export function orphanedImage({ services }: Stack, report: Report): void {
  for (const { name, image, origin } of services.values()) {
    if (!balancerImage(image) && /^((index\.)?docker\.io\/)?(tutum|dockercloud)\//i.test(image))
      report("orphaned-image", [...origin, "image"], { service: name, image });
  }
}
