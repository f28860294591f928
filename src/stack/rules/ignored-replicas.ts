import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** A service that runs on every node does not set a number of containers. */
export function ignoredReplicas({ services }: Stack, report: Report): void {
  for (const { name, strategy, replicas, origin } of services.values()) {
    if (strategy !== "EVERY_NODE" || replicas === 1) continue;
    report(
      "ignored-replicas",
      { path: [...origin, "target_num_containers"], also: [...origin, "deployment_strategy"] },
      { service: name, replicas },
    );
  }
}
