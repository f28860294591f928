import type { Report } from "../../diagnostics/diagnostic.ts";
import { cycles } from "../graph.ts";
import type { Stack } from "../model.ts";
import { references, type Reference } from "../references.ts";

/** The `volumes_from` of services form no cycle. */
export function circularVolumes({ services }: Stack, report: Report): void {
  const usesHere = (service: string): readonly Reference[] =>
    references(services.get(service)!).filter(
      ({ field, name, stack }) => field === "volumes_from" && stack === undefined && services.has(name),
    );
  for (const cycle of cycles(services.keys(), (service) => usesHere(service).map(({ name }) => name))) {
    const members = new Set(cycle);
    const closing = usesHere(cycle.at(-1)!).find(({ name }) => members.has(name));
    if (closing) report("circular-volumes", closing.origin, { services: cycle });
  }
}
