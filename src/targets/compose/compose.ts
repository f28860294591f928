import type { Report } from "../../diagnostics/diagnostic.ts";
import { escapeDollars } from "../../stack/grammar/dollar.ts";
import type { KnownLink, Service, Stack } from "../../stack/model.ts";
import { mapTexts, type Printable } from "../../yaml/print.ts";
import { configOf, configText, runsVolumeName, sidecarEnvironment, sidecarName } from "../autodestroy.ts";
import { linkVariables } from "../link-variables.ts";
import { balancerConfigs, balancerFiles, extended, withHaproxy } from "../balancers.ts";
import { lowerService } from "../lower.ts";
import { namedVolumes } from "../rows.ts";
import type { LoweredFile, Target, TargetOptions } from "../target.ts";
import { balancerKeys, hostOf } from "./balancer.ts";
import { composeTable } from "./lower.ts";
import { composeNetwork } from "./network.ts";
import { sidecarService } from "./sidecar-service.ts";
import { composeVolumes } from "./volumes.ts";

/** One machine: a Compose file. */
export const compose = {
  name: "compose",
  title: "Compose file",
  summary: "one machine: docker-compose.yml, for Docker Compose",
  outputs: { stack: "docker-compose.yml", sidecarConfig: "autodestroy.json", balancer: "haproxy.cfg" },
  lower,
} as const satisfies Target;

function lower(whole: Stack, options: TargetOptions, report: Report): readonly LoweredFile[] {
  const nameOf = (link: KnownLink): string => hostOf(link, whole);
  const stack = withHaproxy(whole, options, nameOf);
  const configs = balancerConfigs(options, compose.outputs.balancer, {
    hostOf: ({ link }) => nameOf(link),
    nameOf: (service) => service,
  });
  const network = composeNetwork(stack, report);
  const volumes = composeVolumes(stack, report);
  const context = { network, volumes, report, linkVariables: linkVariables(stack, network.addressOf, report) };
  const services = new Map<string, Printable>();
  for (const service of stack.services.values()) services.set(service.name, lowered(service));
  const escaped = stack.interpolation === "off" ? (mapTexts(services, escapeDollars) as typeof services) : services;
  const config = configOf(stack, ({ name }) => name, options, { swarm: false });
  const hasSidecar = config !== undefined && options.sidecar.kind === "service";
  const runsVolume = hasSidecar ? runsVolumeName(volumes.names, options) : undefined;
  if (hasSidecar) {
    const environment = sidecarEnvironment(config, escapeDollars, report);
    escaped.set(sidecarName(escaped), sidecarService(environment, runsVolume, options));
  }
  const named = namedVolumes([...volumes.names, ...(runsVolume === undefined ? [] : [runsVolume])]);
  const yaml = new Map<string, Printable>([
    ["services", escaped],
    ...(network.external.size ? [["networks", network.external] as const] : []),
    ...(named.size ? [["volumes", named] as const] : []),
  ]);
  return [
    { name: compose.outputs.stack, content: yaml },
    ...(config ? [{ name: compose.outputs.sidecarConfig, content: configText(config) }] : []),
    ...balancerFiles(configs),
  ];

  function lowered(service: Service): Printable {
    const own = lowerService(composeTable, service, compose.title, context);
    const balancer = configs.get(service.name);
    return balancer ? extended(own, balancerKeys(balancer, service)) : own;
  }
}
