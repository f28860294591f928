import { removesAfterExit } from "../../lifecycle/policy.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** The policy of a service removes a container that exits, not only one that is stopped by hand or has used up its retries. */
export function rarelyDestroyed({ services }: Stack, report: Report): void {
  for (const { name, policy, retries, origin, autorestartOrigin } of services.values()) {
    if (policy.autodestroy === "OFF" || retries !== undefined || removesAfterExit(policy)) continue;
    report("rarely-destroyed", { path: [...origin, "autodestroy"], also: autorestartOrigin }, { service: name });
  }
}
