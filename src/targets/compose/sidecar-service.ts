import type { SidecarConfig } from "../../lifecycle/config.ts";
import { Quoted } from "../../yaml/print.ts";
import { configPath, sidecarCommand, sidecarHealthcheck } from "../sidecar.ts";
import type { ComposeService } from "./model.ts";

/**
 * The sidecar as a service: no network, no capability, nothing writable but its heartbeat in memory, only the engine's socket and its
 * config. The label holds the config, so that `up` recreates the sidecar when it changes; a file that was replaced stays mounted in
 * its old version.
 */
export function sidecarService(config: SidecarConfig, configFile: string, image: string): ComposeService {
  return {
    image,
    command: sidecarCommand,
    labels: new Map([["io.tutum-stack.config", new Quoted(JSON.stringify({ ...config, $schema: undefined }))]]),
    volumes: ["/var/run/docker.sock:/var/run/docker.sock", `./${configFile}:${configPath}:ro`],
    restart: "always",
    read_only: true,
    tmpfs: ["/tmp"],
    network_mode: "none",
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    mem_limit: "128m",
    pids_limit: 64,
    healthcheck: sidecarHealthcheck,
  };
}
