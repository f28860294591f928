import { configPath, sidecarCommand, sidecarHealthcheck } from "../sidecar.ts";
import type { SwarmService } from "./model.ts";

/**
 * The sidecar as a service on every node, because an engine tells of its own containers only: no capability, nothing writable but its
 * heartbeat in memory, only the engine's socket and its config, and a network that leads nowhere, since Swarm takes no service without one.
 */
export function sidecarService(config: string, network: string, image: string): SwarmService {
  return {
    image,
    command: sidecarCommand,
    networks: new Map([[network, null]]),
    configs: [{ source: config, target: configPath }],
    volumes: ["/var/run/docker.sock:/var/run/docker.sock", { type: "tmpfs", target: "/tmp" }],
    read_only: true,
    cap_drop: ["ALL"],
    healthcheck: sidecarHealthcheck,
    deploy: { mode: "global", restart_policy: { condition: "any" }, resources: { limits: { memory: "128m" } } },
  };
}
