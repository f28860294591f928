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
  const found: Reference[] = [];
  for (const item of links)
    if (item.kind === "link")
      found.push({ field: "links", name: item.service, stack: item.stack, origin: item.origin });
  for (const item of volumesFrom)
    if (item.kind === "service")
      found.push({ field: "volumes_from", name: item.service, stack: item.stack, origin: item.origin });
  return found;
}
