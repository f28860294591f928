import type { Path } from "../diagnostics/diagnostic.ts";
import type { Service } from "./model.ts";

/** One service named by another. */
export interface Reference {
  readonly field: "links" | "volumes_from";
  readonly name: string;
  readonly stack: string | undefined;
  readonly origin: Path;
}

/** Every service that a service names and that is known before variables are filled in. */
export function references({ links, volumesFrom }: Service): readonly Reference[] {
  const linked = links.flatMap((link) => (link.kind === "link" ? [{ ...link, field: "links" as const }] : []));
  const used = volumesFrom.flatMap((source) =>
    source.kind === "service" ? [{ ...source, field: "volumes_from" as const }] : [],
  );
  return [...linked, ...used].map(({ field, service: name, stack, origin }) => ({ field, name, stack, origin }));
}
