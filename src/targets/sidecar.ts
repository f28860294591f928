import { serviceLabel, sidecarConfig, stackLabel, type SidecarConfig } from "../lifecycle/config.ts";
import type { Policy } from "../lifecycle/policy.ts";
import type { Service, Stack } from "../stack/model.ts";

/** Where the sidecar finds its config in its container. */
export const configPath = "/etc/tutum-stack/autodestroy.json";

/** The image that `tutum-stack sidecar-image` builds. No registry has it, so Docker never fetches a stranger's image under this name. */
export const defaultSidecarImage = "localhost/tutum-stack-sidecar:1";

/** What containers are called where they run. */
export interface Names {
  /** The name of the stack. */
  readonly stack: string;
  /** The name of a service, which may be another one than in the stack file. */
  readonly nameOf: (service: Service) => string;
}

/** The sidecar's config for a stack; undefined when no service has autodestroy. */
export function configOf(
  { services }: Stack,
  { stack, nameOf }: Names,
  { swarm }: { readonly swarm: boolean },
): SidecarConfig | undefined {
  const policies = new Map<string, Policy>();
  for (const service of services.values()) {
    if (service.autodestroy !== "OFF")
      policies.set(nameOf(service), { autorestart: service.restart.policy, autodestroy: service.autodestroy });
  }
  return policies.size === 0 ? undefined : sidecarConfig(stack, policies, { swarm });
}

/** The labels by which the sidecar recognises a container; none for a service that it must not touch. */
export function lifecycleLabels(service: Service, { stack, nameOf }: Names): readonly (readonly [string, string])[] {
  if (service.autodestroy === "OFF") return [];
  return [
    [stackLabel, stack],
    [serviceLabel, nameOf(service)],
  ];
}

/** The text of `autodestroy.json`. */
export function configText(config: SidecarConfig): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** A name for the sidecar's service that no other service has. */
export function sidecarName(taken: { has(name: string): boolean }): string {
  let name = "autodestroy";
  while (taken.has(name)) name += "-sidecar";
  return name;
}

/** What runs the sidecar in its container, and what says whether it is well. */
export const sidecarCommand = ["sidecar", "--config", configPath] as const;
export const sidecarHealthcheck = {
  test: ["CMD", "tutum-stack", ...sidecarCommand, "--health"],
  interval: "30s",
  timeout: "10s",
  retries: 3,
} as const;
