import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";

/** A service on the host's network neither publishes ports nor links, nor has a MAC address of its own. */
export function hostNetwork({ services }: Stack, report: Report): void {
  for (const { name, hostNetwork: onHost, ports, links, macAddress, origin } of services.values()) {
    if (!onHost) continue;
    for (const [field, items] of [
      ["ports", ports],
      ["links", links],
      ["mac_address", macAddress ?? []],
    ] as const) {
      if (items.length > 0)
        report(
          "host-network",
          { path: [...origin, field], part: "key", also: [...origin, "net"] },
          { service: name, field },
        );
    }
  }
}
