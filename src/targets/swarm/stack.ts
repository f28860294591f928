import type { SidecarConfig } from "../../lifecycle/config.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import { braceVariables, escapeDollars } from "../../stack/grammar/dollar.ts";
import type { Service, Stack } from "../../stack/model.ts";
import { mapTexts, Quoted, type Printable } from "../../yaml/print.ts";
import { configOf, configText, runsVolumeName, sidecarEnvironment, sidecarName } from "../autodestroy.ts";
import { linkVariables } from "../link-variables.ts";
import { balancerConfigs, balancerFiles, extended, withHaproxy } from "../balancers.ts";
import { lowerService } from "../lower.ts";
import { dataServices } from "../data-services.ts";
import { namedVolumes } from "../rows.ts";
import type { LoweredFile, TargetOptions } from "../target.ts";
import { balancerKeys, hostOf, swarmConfig } from "./balancer.ts";
import { swarmTable } from "./lower.ts";
import { swarmOutputs, swarmTitle } from "./model.ts";
import { swarmNetwork } from "./network.ts";
import { longestName, serviceNames } from "./service-name.ts";
import { sidecarService } from "./sidecar-service.ts";
import { escapeTemplate } from "./template.ts";
import { swarmVolumes, type SwarmVolumes } from "./volumes.ts";

/** The files of a stack for a Swarm, as data. Reports what is lost. */
export function lowerForSwarm(written: Stack, options: TargetOptions, report: Report): readonly LoweredFile[] {
  const { stackName } = options;
  if (reportLongName(stackName, report)) return [];
  const whole = withHaproxy(written, options, ({ service }) => service);
  const sidecar = options.sidecar.kind === "service" ? sidecarServiceName(whole) : undefined;
  const volumes = swarmVolumes(whole, report);
  const stack = withoutDataServices(whole, volumes, report);
  const names = serviceNames(stack, { stackName, taken: sidecar === undefined ? [] : [sidecar] }, report);
  const nameOf = ({ name }: Service): string => names.get(name)!.name;
  const configs = balancerConfigs(options, swarmOutputs.balancer, {
    hostOf: (backend) => hostOf(backend, names),
    nameOf: (service) => names.get(service)!.name,
  });
  const kept = new Map([...configs].map(([name, one]) => [name, swarmConfig(one, stackName)]));
  const config = configOf(stack, nameOf, options, { swarm: true });
  const network = swarmNetwork(stack, names, report);
  const variables = linkVariables(stack, network.addressOf, report);
  const context = { interpolation: stack.interpolation, network, volumes, report, linkVariables: variables };
  const services = new Map<string, Printable>();
  for (const service of stack.services.values()) services.set(nameOf(service), lowered(service));
  const escape = stack.interpolation === "off" ? escapeDollars : braceVariables;
  const escaped = mapTexts(services, escape) as typeof services;
  const runsVolume = runsVolumeName(volumes.names, options);
  const own =
    sidecar !== undefined && config ? sidecarParts(sidecar, { config, runsVolume }, options, report) : undefined;
  const networks = new Map<string, Printable>([...network.external, ...(own?.networks ?? [])]);
  const named = namedVolumes([...volumes.names, ...(own?.volumes ?? [])]);
  const yaml = new Map<string, Printable>([
    ["version", new Quoted("3.8")],
    ["services", new Map([...escaped, ...(own?.services ?? [])])],
    ...(networks.size ? [["networks", networks] as const] : []),
    ...(named.size ? [["volumes", named] as const] : []),
    ...(kept.size ? [["configs", new Map([...kept.values()].map(({ key, value }) => [key, value]))] as const] : []),
  ]);
  return [
    { name: swarmOutputs.stack, content: yaml },
    ...(config ? [{ name: swarmOutputs.sidecarConfig, content: configText(config) }] : []),
    ...balancerFiles(configs),
  ];

  function lowered(service: Service): Printable {
    const balancer = kept.get(service.name);
    if (!balancer) return lowerService(swarmTable, service, swarmTitle, context);
    const isOnEveryNode = service.strategy === "EVERY_NODE";
    const plain = isOnEveryNode ? { ...service, ports: [] } : service;
    return extended(lowerService(swarmTable, plain, swarmTitle, context), balancerKeys(balancer.key, service));
  }
}

/** The stack without the services that only hold volumes for others, which named volumes do here. Reports each. */
function withoutDataServices(stack: Stack, volumes: SwarmVolumes, report: Report): Stack {
  const unneeded = dataServices(stack);
  if (unneeded.size === 0) return stack;
  for (const service of [...stack.services.values()].filter(({ name }) => unneeded.has(name))) {
    volumes.reportPlaces(service);
    report("data-service", { path: service.origin, part: "key" }, { service: service.name });
  }
  return { ...stack, services: new Map([...stack.services].filter(([name]) => !unneeded.has(name))) };
}

/** The name of the sidecar's service and of its network; undefined for a stack that needs no sidecar. */
function sidecarServiceName({ services }: Stack): string | undefined {
  const taken = new Set([...services.keys()].map((name) => name.toLowerCase()));
  return [...services.values()].some(({ policy }) => policy.autodestroy !== "OFF") ? sidecarName(taken) : undefined;
}

/** What the sidecar adds to the file. */
interface SidecarParts {
  readonly services: ReadonlyMap<string, Printable>;
  readonly networks: ReadonlyMap<string, Printable>;
  /** The names of volumes. */
  readonly volumes: readonly string[];
}

/** The service, the network and the volume that the sidecar adds to the file. */
function sidecarParts(
  name: string,
  { config, runsVolume }: { readonly config: SidecarConfig; readonly runsVolume: string | undefined },
  options: TargetOptions,
  report: Report,
): SidecarParts {
  const environment = sidecarEnvironment(config, (text) => escapeDollars(escapeTemplate(text)), report);
  return {
    services: new Map([[name, sidecarService(environment, { network: name, runsVolume }, options)]]),
    networks: new Map([[name, { internal: true }]]),
    volumes: runsVolume === undefined ? [] : [runsVolume],
  };
}

/** Reports a stack name that is too long for Swarm, which would refuse the network's name. Returns whether it did. */
function reportLongName(stackName: string, report: Report): boolean {
  const rest = "_default";
  const longest = longestName - rest.length;
  if (stackName.length <= longest) return false;
  report("long-stack-name", [], { stack: stackName, longest, example: stackName + rest });
  return true;
}
