import type { Report } from "../../diagnostics/diagnostic.ts";
import { escapeDollars } from "../../stack/grammar/dollar.ts";
import type { Stack } from "../../stack/model.ts";
import { mapTexts, Quoted, type Printable } from "../../yaml/print.ts";
import { lowerService } from "../lower.ts";
import { namedVolumes } from "../rows.ts";
import { configOf, configText, sidecarName } from "../sidecar.ts";
import type { Target, TargetOptions } from "../target.ts";
import { swarmTable } from "./lower.ts";
import { networkOf } from "./network.ts";
import { serviceNames } from "./service-name.ts";
import { sidecarService } from "./sidecar-service.ts";
import { volumesOf } from "./volumes.ts";

/** A cluster: a stack file for `docker stack deploy`. */
export const swarm: Target = {
  name: "swarm",
  title: "Swarm stack file",
  summary: "a cluster: docker-stack.yml, for docker stack deploy",
  file: "docker-stack.yml",
  configFile: "autodestroy.swarm.json",
  swarm: true,
  table: swarmTable,
  lower,
};

function lower(stack: Stack, options: TargetOptions, report: Report): ReadonlyMap<string, Printable> {
  const names = serviceNames(stack, report);
  const network = networkOf(stack, names, report);
  const volumes = volumesOf(stack, report);
  const context = { stack: options.stack, dollar: stack.dollar, network, volumes, report };
  const services = new Map<string, Printable>();
  for (const service of stack.services.values())
    services.set(names.get(service.name)!, lowerService(swarmTable, service, { context, title: swarm.title, report }));
  const escaped = stack.dollar === "text" ? (mapTexts(services, escapeDollars) as typeof services) : services;
  const sidecar = options.sidecar === "service" ? sidecarOf(stack, options, services) : undefined;
  if (sidecar) escaped.set(sidecar.name, sidecarService(sidecar.config, sidecar.name, options.sidecarImage) as Printable);
  const networks = new Map<string, Printable>([...network.external, ...(sidecar ? [[sidecar.name, { internal: true }] as const] : [])]);
  return new Map<string, Printable>([
    ["version", new Quoted("3.8")],
    ["services", escaped],
    ...(networks.size ? [["networks", networks] as const] : []),
    ...(volumes.names.length ? [["volumes", namedVolumes(volumes.names)] as const] : []),
    ...(sidecar ? [["configs", { [sidecar.config]: { file: `./${swarm.configFile}` } }] as const] : []),
  ]);
}

/** The name of the sidecar's service, and the key of its config. A config never changes on a Swarm, so that a new text needs a new key. */
function sidecarOf(
  stack: Stack,
  options: TargetOptions,
  services: ReadonlyMap<string, unknown>,
): { readonly name: string; readonly config: string } | undefined {
  const config = configOf(stack, options.stack, swarm);
  const name = sidecarName(services);
  return config && { name, config: `${name}-${fingerprint(configText(config))}` };
}

/** FNV-1a, 32 bits: tells one version of a config from the next. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
