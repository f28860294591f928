import { settleLimits } from "../lifecycle/config.ts";
import { defaultSidecarImage } from "./sidecar.ts";
import type { SidecarOptions } from "./target.ts";

/** How the sidecar is run, as a person asks for it. */
export interface SidecarSettings {
  /** `none` leaves autodestroy to a sidecar that is run by other means; `service` if left out. */
  readonly sidecar?: "service" | "none";
  /** The image of the service; the one that `tutum-stack sidecar-image` builds if left out. */
  readonly sidecarImage?: string;
  /** How long a container must stay as it is before it is removed: 2 to 3,600 seconds; 10 if left out. */
  readonly settleSeconds?: number;
  /** Whether anonymous volumes stay when their container is removed; false if left out. */
  readonly keepVolumes?: boolean;
  /** The absolute path of the engine's socket on the machine that runs the stack; `/var/run/docker.sock` if left out. */
  readonly socket?: string;
  /**
   * The folder of that machine into which the service writes metrics, for node_exporter's textfile collector; a relative path begins at
   * the folder of the compiled file. No metrics if left out.
   */
  readonly metricsFolder?: string;
}

/** How the sidecar is run. Throws a RangeError for a setting that cannot be. */
export function sidecarOptions(settings: SidecarSettings): SidecarOptions {
  const {
    sidecar = "service",
    sidecarImage = defaultSidecarImage,
    settleSeconds = 10,
    keepVolumes = false,
    socket = "/var/run/docker.sock",
    metricsFolder,
  } = settings;
  if (!isImageName(sidecarImage)) throw new RangeError(`not the name of an image: ${JSON.stringify(sidecarImage)}`);
  if (!(settleSeconds >= settleLimits.least && settleSeconds <= settleLimits.most))
    throw new RangeError(
      `settleSeconds must be from ${settleLimits.least} to ${settleLimits.most}, not ${settleSeconds}`,
    );
  if (!isSocket(socket)) throw new RangeError(`not the absolute path of a socket: ${JSON.stringify(socket)}`);
  if (metricsFolder !== undefined && !isMountable(metricsFolder))
    throw new RangeError(`not the path of a folder: ${JSON.stringify(metricsFolder)}`);
  return { kind: sidecar, image: sidecarImage, settleSeconds, keepVolumes, socket, metricsFolder };
}

/** Whether a text can be the name of an image. */
export function isImageName(text: string): boolean {
  return /^\w[\w./:@-]*$/.test(text);
}

/** Whether a text can be the path of a socket that a container mounts. */
export function isSocket(path: string): boolean {
  return path.startsWith("/") && isMountable(path);
}

/** Whether a text can be the path of a folder that a container mounts: the short syntax ends a path at the first `:`. */
export function isMountable(path: string): boolean {
  return /^(\/|\.\.?(\/|$))[^:\p{Cc}]*$/u.test(path);
}
