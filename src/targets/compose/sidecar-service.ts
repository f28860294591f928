import { sidecarCapabilities, sidecarCommand, sidecarHealthcheck, sidecarVolumes } from "../autodestroy.ts";
import { escapeDollars } from "../../stack/grammar/dollar.ts";
import type { TargetOptions } from "../target.ts";
import type { ComposeService } from "./model.ts";

/**
 * The sidecar as a service. It has the Docker socket, but no network, no capability it does not need, and nothing
 * writable except its heartbeat in memory and the volume for its runs. A new config is a new variable, so `up`
 * recreates the sidecar.
 */
export function sidecarService(
  environment: Required<ComposeService>["environment"],
  runsVolume: string | undefined,
  options: TargetOptions,
): ComposeService {
  return {
    image: options.sidecar.image,
    command: sidecarCommand(options),
    environment,
    volumes: sidecarVolumes(options, runsVolume).map(escapeDollars),
    restart: "always",
    read_only: true,
    tmpfs: ["/tmp"],
    network_mode: "none",
    ...sidecarCapabilities(options),
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    mem_limit: "128m",
    pids_limit: 64,
    healthcheck: sidecarHealthcheck,
  };
}
