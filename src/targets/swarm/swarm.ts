import type { SidecarConfig } from "../../lifecycle/config.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import { braceVariables, escapeDollars } from "../../stack/grammar/dollar.ts";
import type { Service, Stack } from "../../stack/model.ts";
import { mapTexts, Quoted, type Printable } from "../../yaml/print.ts";
import { lowerService } from "../lower.ts";
import { namedVolumes } from "../rows.ts";
import { configOf, configText, sidecarName } from "../sidecar.ts";
import type { Lowered, Target, TargetOptions } from "../target.ts";
import { swarmTable } from "./lower.ts";
import { networkOf } from "./network.ts";
import { longestName, serviceNames } from "./service-name.ts";
import { sidecarService } from "./sidecar-service.ts";
import { volumesOf } from "./volumes.ts";

/** What swarmkit allows for the whole name of a config, `STACK_NAME`. */
const longestConfigName = 64;

/** A cluster: a stack file for `docker stack deploy`. */
export const swarm: Target = {
  name: "swarm",
  title: "Swarm stack file",
  summary: "a cluster: docker-stack.yml, for docker stack deploy",
  file: "docker-stack.yml",
  configFile: "autodestroy.swarm.json",
  table: swarmTable,
  lower,
};

function lower(stack: Stack, options: TargetOptions, report: Report): Lowered {
  const sidecar = options.sidecar === "service" ? sidecarServiceName(stack) : undefined;
  if (!hasShortName(options.stack, sidecar, report)) return { yaml: new Map(), config: undefined };
  const names = serviceNames(stack, { stack: options.stack, taken: sidecar === undefined ? [] : [sidecar] }, report);
  const known = { stack: options.stack, nameOf: ({ name }: Service): string => names.get(name)!.written };
  const config = configOf(stack, known, { swarm: true });
  const network = networkOf(stack, names, report);
  const volumes = volumesOf(stack, report);
  const context = { ...known, dollar: stack.dollar, network, volumes, report };
  const services = new Map<string, Printable>();
  for (const service of stack.services.values())
    services.set(known.nameOf(service), lowerService(swarmTable, service, { context, title: swarm.title, report }));
  const escaped = mapTexts(services, stack.dollar === "text" ? escapeDollars : braceVariables) as typeof services;
  const own = sidecar !== undefined && config ? sidecarParts(sidecar, config, options.sidecarImage) : undefined;
  const networks = new Map<string, Printable>([...network.external, ...(own?.networks ?? [])]);
  const yaml = new Map<string, Printable>([
    ["version", new Quoted("3.8")],
    ["services", new Map([...escaped, ...(own?.services ?? [])])],
    ...(networks.size ? [["networks", networks] as const] : []),
    ...(volumes.names.length ? [["volumes", namedVolumes(volumes.names)] as const] : []),
    ...(own ? [["configs", own.configs] as const] : []),
  ]);
  return { yaml, config };
}

/** The name of the sidecar's service and of its network, if the stack needs one. */
function sidecarServiceName({ services }: Stack): string | undefined {
  const taken = new Set([...services.keys()].map((name) => name.toLowerCase()));
  return [...services.values()].some(({ autodestroy }) => autodestroy !== "OFF") ? sidecarName(taken) : undefined;
}

/** What the sidecar adds to the file. A config never changes on a Swarm, so that a new text needs a new key. */
function sidecarParts(
  name: string,
  config: SidecarConfig,
  image: string,
): Readonly<Record<"services" | "networks" | "configs", ReadonlyMap<string, Printable>>> {
  const key = configKey(name, fingerprint(configText(config)));
  return {
    services: new Map([[name, sidecarService(key, name, image) as Printable]]),
    networks: new Map([[name, { internal: true }]]),
    configs: new Map([[key, { file: `./${swarm.configFile}` }]]),
  };
}

function configKey(sidecar: string, print: string): string {
  return `${sidecar}-${print}`;
}

/** Whether Swarm takes the names that begin with the name of the stack, apart from those of services, which can be shortened. */
function hasShortName(stack: string, sidecar: string | undefined, report: Report): boolean {
  const config =
    sidecar === undefined ? [] : [{ rest: `_${configKey(sidecar, fingerprint(""))}`, longest: longestConfigName }];
  const names = [{ rest: "_default", longest: longestName }, ...config];
  const [tightest] = names
    .map(({ rest, longest }) => ({ longest: longest - rest.length, example: stack + rest }))
    .toSorted((a, b) => a.longest - b.longest);
  if (stack.length <= tightest!.longest) return true;
  report("long-stack-name", [], { stack, ...tightest! });
  return false;
}

/** FNV-1a, 32 bits: tells one version of a config from the next. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
