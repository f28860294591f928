import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Service, Stack } from "../model.ts";

/** A service on the network of the host does not publish ports, has no links and no MAC address of its own. */
export function hostNetwork({ services }: Stack, report: Report): void {
  for (const service of services.values()) {
    if (!service.hostNetwork) continue;
    for (const field of uselessFields(service)) {
      const at = { path: [...service.origin, field], part: "key", also: [...service.origin, "net"] } as const;
      report("host-network", at, { service: service.name, field });
    }
  }
}

function uselessFields({ ports, links, macAddress }: Service): readonly ("ports" | "links" | "mac_address")[] {
  return [
    ...(ports.length > 0 ? (["ports"] as const) : []),
    ...(links.length > 0 ? (["links"] as const) : []),
    ...(macAddress === undefined ? [] : (["mac_address"] as const)),
  ];
}
