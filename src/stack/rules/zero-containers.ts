import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** A service that destroys itself was not exported after it had done so. */
export function zeroContainers({ services }: Stack, report: Report): void {
  for (const { name, replicas, autodestroy, strategy, origin } of services.values()) {
    if (replicas !== 0 || autodestroy === "OFF" || strategy === "EVERY_NODE") continue;
    report("zero-containers", [...origin, "target_num_containers"], { service: name, autodestroy });
  }
}
