import { serviceLabel, sidecarConfig, stackLabel, type SidecarConfig } from "../lifecycle/config.ts";
import type { Policy } from "../lifecycle/policy.ts";
import type { Service, Stack } from "../stack/model.ts";
import type { OutputFile } from "./target.ts";

/** The name of the config file beside the compiled file. */
export const configFile = "autodestroy.json";

/** Where the sidecar finds its config in its container. */
export const configPath = `/etc/tutum-stack/${configFile}`;

/** The image that `npm run image` builds. No registry has it, so Docker never fetches a stranger's image under this name. */
export const defaultSidecarImage = "localhost/tutum-stack-sidecar:1";

/** The sidecar's config for a stack; undefined when no service has autodestroy. */
export function configOf(stack: Stack, name: string): SidecarConfig | undefined {
  const policies = new Map<string, Policy>();
  for (const service of stack.services.values()) {
    if (service.autodestroy !== "OFF") policies.set(service.name, { autorestart: service.restart.policy, autodestroy: service.autodestroy });
  }
  return policies.size === 0 ? undefined : sidecarConfig(name, policies);
}

/** The labels by which the sidecar recognises a container; none for a service that it must not touch. */
export function lifecycleLabels({ name, autodestroy }: Service, stack: string): readonly (readonly [string, string])[] {
  if (autodestroy === "OFF") return [];
  return [
    [stackLabel, stack],
    [serviceLabel, name],
  ];
}

/** `autodestroy.json`. */
export function configOutput(config: SidecarConfig): OutputFile {
  return { name: configFile, text: `${JSON.stringify(config, null, 2)}\n` };
}

/** A name for the sidecar's service that no service of the stack has. */
export function sidecarName(stack: Stack): string {
  let name = "autodestroy";
  while (stack.services.has(name)) name += "-sidecar";
  return name;
}
