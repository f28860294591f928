import type { ContainerResource } from "../server/resource-types.ts";
import { askForAll } from "./list.ts";

/**
 * A sentence for each container that there is at this moment, of a service or of a stack: `web-1 is removed.` So a
 * question never names fewer than there are.
 */
export async function sentencesFor(
  of: { readonly service: string } | { readonly stack__name: string },
  what: string,
): Promise<readonly string[]> {
  const answer = await askForAll<ContainerResource>("/api/v1/container/", of);
  if (!answer.ok) return [`Its containers cannot be listed now: ${answer.reason}. Each of them ${what}`];
  return answer.value.objects.map(({ name }) => `${name} ${what}`);
}
