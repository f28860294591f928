import { sidecarCapabilities, sidecarCommand, sidecarHealthcheck, sidecarVolumes } from "../autodestroy.ts";
import { escapeDollars } from "../../stack/grammar/dollar.ts";
import { escapeTemplate } from "./template.ts";
import type { TargetOptions } from "../target.ts";
import type { SwarmService } from "./model.ts";

/**
 * The sidecar as a service on every node, because a Docker engine knows only its own containers. It has the Docker
 * socket, but no capability it does not need and nothing writable except its heartbeat in memory and the volume for
 * its runs, of which each node has its own. Swarm requires a network, so it gets one that nothing else uses.
 */
export function sidecarService(
  environment: Required<SwarmService>["environment"],
  { network, runsVolume }: { readonly network: string; readonly runsVolume: string | undefined },
  options: TargetOptions,
): SwarmService {
  return {
    image: options.sidecar.image,
    command: sidecarCommand(options),
    environment,
    networks: new Map([[network, null]]),
    volumes: [
      ...sidecarVolumes(options, runsVolume).map((volume) => escapeDollars(escapeTemplate(volume))),
      { type: "tmpfs", target: "/tmp" },
    ],
    read_only: true,
    ...sidecarCapabilities(options),
    cap_drop: ["ALL"],
    healthcheck: sidecarHealthcheck,
    deploy: { mode: "global", restart_policy: { condition: "any" }, resources: { limits: { memory: "128m" } } },
  };
}
