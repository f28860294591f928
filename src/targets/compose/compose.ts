import type { Report } from "../../diagnostics/diagnostic.ts";
import { escapeDollars } from "../../stack/grammar/dollar.ts";
import type { Service, Stack } from "../../stack/model.ts";
import { mapTexts, printYaml, Sourced, type Printable } from "../../yaml/print.ts";
import { configFile, configOf, configOutput, sidecarName } from "../sidecar.ts";
import { headerFor } from "../header.ts";
import { lower, type OutputFile, type Target, type TargetOptions } from "../target.ts";
import { composeTable, type Context } from "./lower.ts";
import type { ComposeFile, ComposeService } from "./model.ts";
import { networkOf } from "./network.ts";
import { sidecarService } from "./sidecar-service.ts";

const composeFile = "docker-compose.yml";

/** One machine: a Compose file, and the sidecar's config when a service has autodestroy. */
export const compose: Target = {
  name: "compose",
  summary: `one machine: ${composeFile}, for Docker Compose`,
  files: [composeFile, configFile],
  emit,
};

function emit(stack: Stack, options: TargetOptions, report: Report): readonly OutputFile[] {
  const config = configOf(stack, options.stack);
  const file = lowerStack(stack, options, report);
  const text = printYaml(file as unknown as Printable, headerFor(options.source), stack.comments);
  const output = { name: composeFile, text };
  return config ? [output, configOutput(config)] : [output];
}

/** The Compose file as data; values of the stack file are escaped as `stack.dollar` asks. */
export function lowerStack(stack: Stack, options: TargetOptions, report: Report): ComposeFile {
  const network = networkOf(stack, report);
  const services = new Map<string, Printable>();
  for (const service of stack.services.values()) services.set(service.name, lowerService(service, { stack: options.stack, network, report }));
  const escaped = stack.dollar === "text" ? (mapTexts(services, escapeDollars) as typeof services) : services;
  const config = configOf(stack, options.stack);
  if (config && options.sidecar === "service") escaped.set(sidecarName(stack), sidecarService(config, options.sidecarImage) as Printable);
  const volumes = namedVolumes(stack);
  return {
    services: escaped as ComposeFile["services"],
    ...(network.external.size ? { networks: network.external } : {}),
    ...(volumes.size ? { volumes } : {}),
  };
}

/** The first key that a field writes carries its comments. */
function lowerService(service: Service, context: Context): Sourced<ReadonlyMap<string, Printable>> {
  const lowered = new Map<string, Printable>();
  for (const [field, output] of lower(composeTable, service, { context, target: "Compose file", report: context.report })) {
    const origin = field === "autorestart" ? service.restart.origin : [...service.origin, field];
    for (const [index, [key, value]] of (Object.entries(output) as [keyof ComposeService, Printable][]).entries()) {
      lowered.set(key, index === 0 ? new Sourced(origin, value) : value);
    }
  }
  return new Sourced(service.origin, lowered);
}

function namedVolumes(stack: Stack): NonNullable<ComposeFile["volumes"]> {
  const names = [...stack.services.values()].flatMap(({ volumes }) => volumes.flatMap((volume) => (volume.kind === "named" ? [volume.source] : [])));
  return new Map(names.map((name) => [name, new Map()]));
}
