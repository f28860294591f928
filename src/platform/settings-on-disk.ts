import { join } from "node:path";
import { readText, type Files } from "../files/files.ts";
import { readConfig } from "../lifecycle/config.ts";
import { balancerImage } from "../stack/knowledge/balancers.ts";
import { linkVariablesComment } from "../targets/rows.ts";
import { runsPath } from "../targets/autodestroy.ts";
import { targets } from "../targets/index.ts";
import type { BalancerSettings } from "../targets/balancer-options.ts";
import { fingerprintLabel } from "../targets/compose/balancer.ts";
import { isGenerated } from "../targets/header.ts";
import type { SidecarSettings } from "../targets/sidecar-options.ts";
import type { Place } from "./places.ts";
import { isSidecar, readYamlData, type Mapping } from "./compiled.ts";

/**
 * The options that the stack was compiled with before, so that they are kept. Undefined when no file shows them.
 */
export function settingsOnDisk(files: Files, { folder }: Place): SidecarSettings | undefined {
  const read = (name: string): string | undefined =>
    readText(files, { path: join(folder, name), name, most: 128 * 1024 ** 2 })?.text;
  const config = readConfig(read(targets.compose.outputs.sidecarConfig) ?? "").config;
  if (!config) return undefined;
  const { settleSeconds, removeVolumes } = config;
  const services = Object.values(
    (readYamlData(read(targets.compose.outputs.stack) ?? "")["services"] ?? {}) as Mapping,
  );
  const sidecar = services.map(Object).find(isSidecar) as Mapping | undefined;
  const common = { settleSeconds, keepVolumes: !removeVolumes };
  return sidecar ? { ...common, ...sidecarServiceSettings(sidecar) } : { ...common, sidecar: "none" };
}

function sidecarServiceSettings({ image, volumes }: Mapping): SidecarSettings {
  const mounts = (Array.isArray(volumes) ? volumes : []).map(String);
  const [socket, metricsFolder] = ["/var/run/docker.sock", "/metrics"].map((target) =>
    mounts.find((mount) => mount.endsWith(`:${target}`))?.slice(0, -target.length - 1),
  );
  return {
    ...(typeof image === "string" ? { sidecarImage: image } : {}),
    ...(socket === undefined ? {} : { socket }),
    ...(metricsFolder === undefined ? {} : { metricsFolder }),
    runs: mounts.some((mount) => mount.endsWith(`:${runsPath}`)) ? "volume" : "none",
  };
}

/** Whether a Compose file was compiled with the variables of links. */
export function hasLinkVariables(text: string): boolean {
  return text.includes(`# ${linkVariablesComment}\n`);
}

/** What became of load balancers when the stack was compiled before, so that it is kept. */
export function balancersOnDisk(files: Files, { folder }: Place): BalancerSettings {
  const { stack: name } = targets.compose.outputs;
  const text = readText(files, { path: join(folder, name), name, most: 128 * 1024 ** 2 })?.text ?? "";
  if (!isGenerated(name, text)) return {};
  for (const service of Object.values((readYamlData(text)["services"] ?? {}) as Mapping)) {
    const { image, labels } = Object(service) as { readonly image?: unknown; readonly labels?: unknown };
    if (typeof image !== "string") continue;
    if (balancerImage(image)) return { balancer: "keep" };
    if (Object.hasOwn(Object(labels) as object, fingerprintLabel)) return { balancer: "haproxy", balancerImage: image };
  }
  return {};
}
