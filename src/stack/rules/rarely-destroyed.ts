import { removesAfterExit } from "../../lifecycle/policy.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** A service that asks for autodestroy gets there without somebody stopping it; with a number of retries, it does once they are used up. */
export function rarelyDestroyed({ services }: Stack, report: Report): void {
  for (const { name, restart, autodestroy, origin } of services.values()) {
    if (
      autodestroy === "OFF" ||
      restart.retries !== undefined ||
      removesAfterExit({ autorestart: restart.policy, autodestroy })
    )
      continue;
    report("rarely-destroyed", { path: [...origin, "autodestroy"], also: restart.origin }, { service: name });
  }
}
