import { configVariable, sidecarConfig, type SidecarConfig } from "../lifecycle/config.ts";
import type { Report } from "../diagnostics/diagnostic.ts";
import { Block } from "../yaml/printable.ts";
import type { TargetOptions } from "./target.ts";
import type { Policy } from "../lifecycle/policy.ts";
import type { Service, Stack } from "../stack/model.ts";
import { uniqueNames } from "./unique-names.ts";

/** How many bytes of config fit into a variable: Linux allows 128 KiB with the name (measured: 200,000 are refused). */
const largestConfig = 120 * 1024;

/**
 * The image that `tutum-stack sidecar-image` builds. It is not published, so Docker never fetches a stranger's image by
 * this name.
 */
export const defaultSidecarImage = "localhost/tutum-stack-sidecar:1";

/** The sidecar's config for a stack; undefined when no service has autodestroy. */
export function configOf(
  { services }: Stack,
  nameOf: (service: Service) => string,
  { stackName, header, sidecar: { settleSeconds, keepVolumes } }: TargetOptions,
  { swarm }: { readonly swarm: boolean },
): SidecarConfig | undefined {
  const policies = new Map<string, Policy>();
  for (const service of services.values()) {
    if (service.policy.autodestroy !== "OFF") policies.set(nameOf(service), service.policy);
  }
  const settings = { swarm, settleSeconds, removeVolumes: !keepVolumes, comment: header };
  return policies.size === 0 ? undefined : sidecarConfig(stackName, policies, settings);
}

/**
 * The variables of the sidecar's service; `escape` protects the config from whatever reads the file. Reports one that
 * is too large.
 */
export function sidecarEnvironment(
  config: SidecarConfig,
  escape: (text: string) => string,
  report: Report,
): ReadonlyMap<string, Block> {
  const text = configText(config);
  const size = text.length;
  if (size > largestConfig)
    report("large-config", [], { size, largest: largestConfig, isSwarm: config.swarm ?? false });
  return new Map([[configVariable, new Block(escape(text))]]);
}

/** The text of `autodestroy.json`, in ASCII: the name of the stack file may have characters that end a line of YAML. */
export function configText(config: SidecarConfig): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(config, null, 2).replace(/[^\n -~]/g, escape)}\n`;
}

/** A name for the sidecar's service that is not taken. */
export function sidecarName(taken: { has(name: string): boolean }): string {
  let name = "autodestroy";
  while (taken.has(name)) name += "-sidecar";
  return name;
}

/** The folder of the sidecar's container that holds its runs. */
export const runsPath = "/runs";

/** The command of the sidecar's container. */
export function sidecarCommand({ stackName, sidecar: { metricsFolder, runs } }: TargetOptions): readonly string[] {
  return [
    "sidecar",
    ...(metricsFolder === undefined ? [] : ["--metrics", `/metrics/${stackName}.prom`]),
    ...(runs === "none" ? [] : ["--runs", runsPath]),
  ];
}

/**
 * The volumes of the sidecar: the engine's socket, the folder for its metrics, and the named volume for its runs, if
 * there is one.
 */
export function sidecarVolumes(
  { sidecar: { socket, metricsFolder } }: TargetOptions,
  runsVolume: string | undefined,
): readonly string[] {
  const metrics = metricsFolder === undefined ? [] : [`${metricsFolder}:/metrics`];
  const runs = runsVolume === undefined ? [] : [`${runsVolume}:${runsPath}`];
  return [`${socket}:/var/run/docker.sock`, ...metrics, ...runs];
}

/**
 * The name of the volume in which the sidecar keeps runs (reference jobs.md 1.3): none of the given names. Undefined
 * when it keeps none.
 */
export function runsVolumeName(taken: Iterable<string>, { sidecar }: TargetOptions): string | undefined {
  return sidecar.runs === "none" ? undefined : uniqueNames(taken).take("autodestroy-runs");
}

/** The one capability that the sidecar may need, which lets it write metrics into a folder that root does not own. */
export function sidecarCapabilities({ sidecar: { metricsFolder } }: TargetOptions): {
  readonly cap_add?: readonly string[];
} {
  return metricsFolder === undefined ? {} : { cap_add: ["DAC_OVERRIDE"] };
}

/** How Docker finds out whether the sidecar is healthy. */
export const sidecarHealthcheck = {
  test: ["CMD", "tutum-stack", "sidecar", "--health"],
  interval: "30s",
  timeout: "10s",
  retries: 1,
} as const;

/**
 * The name of the sidecar's service in one generated file, if the next one does not have a service of that name: its
 * container keeps running. Knows the files of earlier versions as well.
 */
export function forgottenSidecar(before: string, after: string): string | undefined {
  const name = sidecarIn(before);
  return name !== undefined && !after.split("\n").includes(`  ${name}:`) ? name : undefined;
}

function sidecarIn(text: string): string | undefined {
  let name: string | undefined;
  for (const line of text.split("\n")) {
    name = /^ {2}([\w.-]+):$/.exec(line)?.[1] ?? name;
    if (/^ {6}(AUTODESTROY_CONFIG: \||io\.tutum-stack\.config: "\{|- source: autodestroy)/.test(line)) return name;
  }
  return undefined;
}
