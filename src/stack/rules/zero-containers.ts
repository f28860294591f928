import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** A service with autodestroy has containers. One without was probably exported after they had been destroyed. */
export function zeroContainers({ services }: Stack, report: Report): void {
  for (const { name, replicas, policy, strategy, origin } of services.values()) {
    if (replicas !== 0 || policy.autodestroy === "OFF" || strategy === "EVERY_NODE") continue;
    report("zero-containers", [...origin, "target_num_containers"], {
      service: name,
      autodestroy: policy.autodestroy,
    });
  }
}
