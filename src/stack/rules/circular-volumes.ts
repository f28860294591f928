import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";
import { circles, references } from "../references.ts";

/** Services do not use each other's volumes in a circle. */
export function circularVolumes({ services }: Stack, report: Report): void {
  const sources = (name: string): readonly string[] =>
    references(services.get(name)!).flatMap((reference) =>
      reference.field === "volumes_from" && isHere(reference) ? [reference.name] : [],
    );
  const isHere = ({ name, stack }: { readonly name: string; readonly stack: string | undefined }): boolean =>
    stack === undefined && services.has(name);
  for (const circle of circles(services.keys(), sources)) {
    const inCircle = new Set(circle);
    const closing = references(services.get(circle.at(-1)!)!).find(
      (reference) => reference.field === "volumes_from" && inCircle.has(reference.name),
    );
    if (closing) report("circular-volumes", closing.origin, { services: circle });
  }
}
