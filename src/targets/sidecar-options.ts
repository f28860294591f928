import { settleLimits } from "../lifecycle/config.ts";
import { defaultSidecarImage } from "./autodestroy.ts";
import type { SidecarOptions } from "./target.ts";

/** How the caller wants the sidecar to be run. */
export interface SidecarSettings {
  /** `none` leaves autodestroy to a sidecar that is run by other means; `service` if left out. */
  readonly sidecar?: "service" | "none";
  /** The image of the service; the one that `tutum-stack sidecar-image` builds if left out. */
  readonly sidecarImage?: string;
  /** How long a container must be stopped before it is removed: 2 to 3,600 seconds; 10 if left out. */
  readonly settleSeconds?: number;
  /** Whether anonymous volumes stay when their container is removed; false if left out. */
  readonly keepVolumes?: boolean;
  /** The path of the Docker socket on the machine that runs the stack, absolute; `/var/run/docker.sock` if left out. */
  readonly socket?: string;
  /**
   * The folder of that machine that the service writes metrics into, for node_exporter's textfile collector; a relative
   * path begins at the folder of the compiled file. No metrics if left out.
   */
  readonly metricsFolder?: string;
  /**
   * Where the service keeps how containers ended, with their last output: in a named volume of the stack, or nowhere;
   * `volume` if left out.
   */
  readonly runs?: "volume" | "none";
}

/** The settings with their defaults. Throws a RangeError for an impossible one. */
export function sidecarOptions(settings: SidecarSettings): SidecarOptions {
  const {
    sidecar = "service",
    sidecarImage = defaultSidecarImage,
    settleSeconds = 10,
    keepVolumes = false,
    socket = "/var/run/docker.sock",
    metricsFolder,
    runs = "volume",
  } = settings;
  if (sidecar !== "service" && sidecar !== "none")
    throw new RangeError(`sidecar must be "service" or "none", not ${JSON.stringify(sidecar)}`);
  if (runs !== "volume" && runs !== "none")
    throw new RangeError(`runs must be "volume" or "none", not ${JSON.stringify(runs)}`);
  if (!isImageName(sidecarImage)) throw new RangeError(`not the name of an image: ${JSON.stringify(sidecarImage)}`);
  if (!(settleSeconds >= settleLimits.least && settleSeconds <= settleLimits.most))
    throw new RangeError(
      `settleSeconds must be from ${settleLimits.least} to ${settleLimits.most}, not ${settleSeconds}`,
    );
  if (!isSocket(socket)) throw new RangeError(`not the absolute path of a socket: ${JSON.stringify(socket)}`);
  if (metricsFolder !== undefined && !isMountable(metricsFolder))
    throw new RangeError(`not the path of a folder: ${JSON.stringify(metricsFolder)}`);
  return { kind: sidecar, image: sidecarImage, settleSeconds, keepVolumes, socket, metricsFolder, runs };
}

/** Whether a text can be the name of an image. */
export function isImageName(text: string): boolean {
  return /^\w[\w./:@-]*$/.test(text);
}

/** Whether a path can be that of a socket that a container mounts. */
export function isSocket(path: string): boolean {
  return path.startsWith("/") && isMountable(path);
}

/** Whether a container can mount the path: the short syntax ends a path at the first `:`. */
export function isMountable(path: string): boolean {
  return /^(\/|\.\.?(\/|$))[^:\p{Cc}\p{Cs}]*$/u.test(path);
}
