import type { Policy } from "./policy.ts";

/** The version of the config format. A sidecar refuses any other. */
export const configVersion = 1;

/** Where the config's JSON Schema is published; also the mark by which a file of ours is recognised. */
export const configSchema = "https://unpkg.com/tutum-stack@1/schema/autodestroy.schema.json";

/** The label that names the stack of a container whose service has autodestroy. */
export const stackLabel = "io.tutum-stack.stack";

/** The label that names the service of a container whose service has autodestroy. */
export const serviceLabel = "io.tutum-stack.service";

/** `autodestroy.json`: the contract between compiler and sidecar. Times are in seconds. */
export interface SidecarConfig {
  readonly $schema: string;
  readonly version: typeof configVersion;
  readonly stack: string;
  readonly settleSeconds: number;
  readonly removeVolumes: boolean;
  /** Only services whose autodestroy is not OFF. */
  readonly services: Readonly<Record<string, Policy>>;
}

/** The config for the services of a stack whose autodestroy is not OFF. */
export function sidecarConfig(stack: string, policies: ReadonlyMap<string, Policy>): SidecarConfig {
  const services: Record<string, Policy> = Object.create(null);
  for (const [name, { autorestart, autodestroy }] of policies) services[name] = { autorestart, autodestroy };
  return { $schema: configSchema, version: configVersion, stack, settleSeconds: 10, removeVolumes: false, services };
}
