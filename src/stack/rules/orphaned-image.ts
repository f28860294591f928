import type { Report } from "../../diagnostics/diagnostic.ts";
import { balancerImage } from "../knowledge/balancers.ts";
import { orphanedImage as orphanOf, type OrphanedImage } from "../knowledge/orphaned-images.ts";
import type { Service, Stack } from "../model.ts";

/**
 * No image is one that the platform published and nobody updates any more. Load balancers are none of this rule's
 * business: HAProxy replaces them.
 */
export function orphanedImage({ services }: Stack, report: Report): void {
  for (const service of services.values()) {
    const { name, image, origin } = service;
    const orphan = balancerImage(image) ? undefined : orphanOf(image);
    if (orphan)
      report("orphaned-image", [...origin, "image"], {
        service: name,
        image,
        use: orphan.use,
        changes: changesOf(service, orphan),
        missing: missingOf(service, orphan),
      });
  }
}

/** The variables of a service that mean nothing, or something else, to the successor of its image. */
function changesOf(
  { environment }: Service,
  { variables = {}, option }: OrphanedImage,
): readonly { readonly name: string; readonly advice: string }[] {
  return environment.flatMap(({ name }) => {
    const advice = Object.hasOwn(variables, name) ? variables[name] : option?.(name);
    return advice === undefined ? [] : [{ name, advice }];
  });
}

/** The variable without which the successor does not start, if the service has nothing that stands for it. */
function missingOf({ environment }: Service, { needs }: OrphanedImage): string | undefined {
  const isThere = environment.some(({ name }) => name === needs?.variable || needs?.was.includes(name));
  return isThere ? undefined : needs?.variable;
}
