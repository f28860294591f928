import type { SidecarConfig } from "../../lifecycle/config.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import { braceVariables, escapeDollars } from "../../stack/grammar/dollar.ts";
import type { Service, Stack } from "../../stack/model.ts";
import { mapTexts, Quoted, type Printable } from "../../yaml/print.ts";
import { lowerService } from "../lower.ts";
import { namedVolumes } from "../rows.ts";
import { configOf, configText, sidecarEnvironment, sidecarName } from "../sidecar.ts";
import type { LoweredFile, Target, TargetOptions } from "../target.ts";
import { swarmTable } from "./lower.ts";
import { networkOf } from "./network.ts";
import { longestName, serviceNames } from "./service-name.ts";
import { sidecarService } from "./sidecar-service.ts";
import { escapeTemplate } from "./template.ts";
import { volumesOf } from "./volumes.ts";

/** A cluster: a stack file for `docker stack deploy`. */
export const swarm: Target = {
  name: "swarm",
  title: "Swarm stack file",
  summary: "a cluster: docker-stack.yml, for docker stack deploy",
  outputs: { stack: "docker-stack.yml", sidecarConfig: "autodestroy.swarm.json" },
  table: swarmTable,
  lower,
};

function lower(stack: Stack, options: TargetOptions, report: Report): readonly LoweredFile[] {
  const sidecar = options.sidecar.kind === "service" ? sidecarServiceName(stack) : undefined;
  if (!hasShortName(options.stack, report)) return [];
  const names = serviceNames(stack, { stack: options.stack, taken: sidecar === undefined ? [] : [sidecar] }, report);
  const nameOf = ({ name }: Service): string => names.get(name)!.written;
  const config = configOf(stack, nameOf, options, { swarm: true });
  const network = networkOf(stack, names, report);
  const volumes = volumesOf(stack, report);
  const context = { nameOf, dollar: stack.dollar, network, volumes, report };
  const services = new Map<string, Printable>();
  for (const service of stack.services.values())
    services.set(nameOf(service), lowerService(swarmTable, service, { context, title: swarm.title, report }));
  const escaped = mapTexts(services, stack.dollar === "text" ? escapeDollars : braceVariables) as typeof services;
  const own = sidecar !== undefined && config ? sidecarParts(sidecar, config, options, report) : undefined;
  const networks = new Map<string, Printable>([...network.external, ...(own?.networks ?? [])]);
  const yaml = new Map<string, Printable>([
    ["version", new Quoted("3.8")],
    ["services", new Map([...escaped, ...(own?.services ?? [])])],
    ...(networks.size ? [["networks", networks] as const] : []),
    ...(volumes.names.length ? [["volumes", namedVolumes(volumes.names)] as const] : []),
  ]);
  return [
    { name: swarm.outputs.stack, content: yaml },
    ...(config ? [{ name: swarm.outputs.sidecarConfig, content: configText(config) }] : []),
  ];
}

/** The name of the sidecar's service and of its network, if the stack needs one. */
function sidecarServiceName({ services }: Stack): string | undefined {
  const taken = new Set([...services.keys()].map((name) => name.toLowerCase()));
  return [...services.values()].some(({ policy }) => policy.autodestroy !== "OFF") ? sidecarName(taken) : undefined;
}

/** What the sidecar adds to the file. */
function sidecarParts(
  name: string,
  config: SidecarConfig,
  options: TargetOptions,
  report: Report,
): Readonly<Record<"services" | "networks", ReadonlyMap<string, Printable>>> {
  const environment = sidecarEnvironment(config, (text) => escapeDollars(escapeTemplate(text)), report);
  return {
    services: new Map([[name, sidecarService(environment, name, options) as Printable]]),
    networks: new Map([[name, { internal: true }]]),
  };
}

/** Whether Swarm takes the names that begin with the name of the stack, apart from those of services, which can be shortened. */
function hasShortName(stack: string, report: Report): boolean {
  const rest = "_default";
  const longest = longestName - rest.length;
  if (stack.length <= longest) return true;
  report("long-stack-name", [], { stack, longest, example: stack + rest });
  return false;
}
