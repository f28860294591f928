import type { Report } from "../../diagnostics/diagnostic.ts";
import { braceVariables, escapeDollars } from "../../stack/grammar/dollar.ts";
import type { Stack } from "../../stack/model.ts";
import { mapTexts, Quoted, type Printable } from "../../yaml/print.ts";
import { lowerService } from "../lower.ts";
import { namedVolumes } from "../rows.ts";
import { configOf, configText, sidecarName } from "../sidecar.ts";
import type { Target, TargetOptions } from "../target.ts";
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
  swarm: true,
  table: swarmTable,
  lower,
};

function lower(stack: Stack, options: TargetOptions, report: Report): ReadonlyMap<string, Printable> {
  const sidecar = options.sidecar === "service" ? sidecarOf(stack, options) : undefined;
  if (!hasShortName(options.stack, sidecar, report)) return new Map();
  const names = serviceNames(stack, { stack: options.stack, taken: sidecar ? [sidecar.name] : [] }, report);
  const network = networkOf(stack, names, report);
  const volumes = volumesOf(stack, report);
  const context = { stack: options.stack, dollar: stack.dollar, network, volumes, report };
  const services = new Map<string, Printable>();
  for (const service of stack.services.values())
    services.set(names.get(service.name)!.written, lowerService(swarmTable, service, { context, title: swarm.title, report }));
  const escaped = mapTexts(services, stack.dollar === "text" ? escapeDollars : braceVariables) as typeof services;
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

interface Sidecar {
  /** The name of its service and of its network. */
  readonly name: string;
  /** The key of its config. A config never changes on a Swarm, so that a new text needs a new key. */
  readonly config: string;
}

function sidecarOf(stack: Stack, options: TargetOptions): Sidecar | undefined {
  const config = configOf(stack, options.stack, swarm);
  const taken = new Set([...stack.services.keys()].map((name) => name.toLowerCase()));
  const name = sidecarName(taken);
  return config && { name, config: `${name}-${fingerprint(configText(config))}` };
}

/** Whether Swarm takes the names that begin with the name of the stack, apart from those of services, which can be shortened. */
function hasShortName(stack: string, sidecar: Sidecar | undefined, report: Report): boolean {
  const names = [{ rest: "_default", longest: longestName }, ...(sidecar ? [{ rest: `_${sidecar.config}`, longest: longestConfigName }] : [])];
  const [tightest] = names.map(({ rest, longest }) => ({ longest: longest - rest.length, example: stack + rest })).toSorted((a, b) => a.longest - b.longest);
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
