import { InvalidArgumentError, Option, type Command } from "commander";
import { Problem } from "../files/problem.ts";
import { settleLimits } from "../lifecycle/config.ts";
import type { ListedStack } from "../stack-list/parse.ts";
import { isImageName, isMountable, isSocket, type SidecarSettings } from "../targets/sidecar-options.ts";

/** The flags of `compile` for the sidecar. */
export type SidecarServiceFlags = Pick<
  ListedStack,
  "sidecar" | "sidecarImage" | "settle" | "keepVolumes" | "socket" | "metrics" | "runs"
>;

/** Adds the options of `compile` for the sidecar. */
export function withSidecarOptions(command: Command): Command {
  const { least, most } = settleLimits;
  return command
    .addOption(
      new Option(
        "--sidecar <kind>",
        "whether to add the autodestroy sidecar as a service of the stack (default: service)",
      ).choices(["service", "none"]),
    )
    .option("--sidecar-image <ref>", "the image of the sidecar service")
    .addOption(
      new Option(
        "--settle <seconds>",
        `how long a container must have been stopped before it is removed, ${least} to ${most} (default: 10)`,
      ).argParser(settleTime),
    )
    .option("--keep-volumes", "keep the anonymous volumes of removed containers")
    .option("--socket <path>", "the engine's socket on the machine that runs the stack (default: /var/run/docker.sock)")
    .option(
      "--metrics <folder>",
      "the folder for the sidecar's Prometheus metrics on the machine that runs the stack (FOLDER/STACK.prom)",
    )
    .addOption(
      new Option(
        "--runs <where>",
        "where the sidecar keeps how containers ended, with their last output (default: volume, a volume of the stack)",
      ).choices(["volume", "none"]),
    );
}

/** The settings that flags ask for. Throws a Problem. */
export function sidecarSettings({
  sidecar = "service",
  sidecarImage,
  settle,
  keepVolumes,
  socket,
  metrics,
  runs,
}: SidecarServiceFlags): SidecarSettings {
  if (sidecarImage !== undefined && !isImageName(sidecarImage))
    throw new Problem(`--sidecar-image must be the name of an image, not ${JSON.stringify(sidecarImage)}`);
  if (socket !== undefined && !isSocket(socket))
    throw new Problem(
      `--socket must be the absolute path of the engine's socket, without \`:\`, not ${JSON.stringify(socket)}`,
    );
  if (metrics !== undefined && !isMountable(metrics))
    throw new Problem(
      `--metrics must be a folder that begins with \`/\` or \`./\`, without \`:\`, not ${JSON.stringify(metrics)}`,
    );
  return {
    sidecar,
    ...(keepVolumes === undefined ? {} : { keepVolumes }),
    ...(sidecarImage === undefined ? {} : { sidecarImage }),
    ...(settle === undefined ? {} : { settleSeconds: settle }),
    ...(socket === undefined ? {} : { socket }),
    ...(metrics === undefined ? {} : { metricsFolder: metrics }),
    ...(runs === undefined ? {} : { runs }),
  };
}

function settleTime(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(seconds >= settleLimits.least && seconds <= settleLimits.most))
    throw new InvalidArgumentError(
      `It must be a number of seconds from ${settleLimits.least} to ${settleLimits.most}.`,
    );
  return seconds;
}
