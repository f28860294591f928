import { removesAfterExit } from "../../lifecycle/policy.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** Autodestroy removes containers that exit on their own, not only those that are stopped by hand. */
export function rarelyDestroyed({ services }: Stack, report: Report): void {
  for (const { name, policy, retries, origin, autorestartOrigin } of services.values()) {
    if (policy.autodestroy === "OFF" || retries !== undefined || removesAfterExit(policy)) continue;
    const field = String(autorestartOrigin.at(-1));
    report("rarely-destroyed", { path: [...origin, "autodestroy"], also: autorestartOrigin }, { service: name, field });
  }
}
