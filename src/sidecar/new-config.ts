import { readConfig, type SidecarConfig } from "../lifecycle/config.ts";
import type { Log } from "./log.ts";

/**
 * Reads the new text of a config that a sidecar already uses. Logs the mistakes of the text, and then returns
 * undefined.
 */
export function readNewConfig(text: string, log: Log): SidecarConfig | undefined {
  const { config, problems = [] } = readConfig(text);
  for (const problem of problems)
    log({ level: "error", event: "config refused", reason: `${problem}; the last valid config stays in use` });
  return config;
}
