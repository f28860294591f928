import { sidecarCapabilities, sidecarCommand, sidecarHealthcheck, sidecarVolumes } from "../sidecar.ts";
import type { TargetOptions } from "../target.ts";
import type { SwarmService } from "./model.ts";

/**
 * The sidecar as a service on every node, because an engine tells of its own containers only: no capability, nothing writable but its
 * heartbeat in memory, only the engine's socket, and a network that leads nowhere, since Swarm takes no service without one.
 */
export function sidecarService(
  environment: Required<SwarmService>["environment"],
  network: string,
  options: TargetOptions,
): SwarmService {
  return {
    image: options.sidecar.image,
    command: sidecarCommand(options),
    environment,
    networks: new Map([[network, null]]),
    volumes: [...sidecarVolumes(options), { type: "tmpfs", target: "/tmp" }],
    read_only: true,
    ...sidecarCapabilities(options),
    cap_drop: ["ALL"],
    healthcheck: sidecarHealthcheck,
    deploy: { mode: "global", restart_policy: { condition: "any" }, resources: { limits: { memory: "128m" } } },
  };
}
