import { Option } from "commander";
import type { DefineCommand } from "../invocation.ts";
import type { SidecarFlags } from "../sidecar/run.ts";

/** `tutum-stack sidecar`: removes stopped containers. Its module is loaded only when the command is used. */
export const defineSidecar: DefineCommand = (program, { io, finish }) => {
  program
    .command("sidecar")
    .description("remove stopped containers from a Docker engine according to autodestroy.json")
    .option("--config <file>", "the compiled autodestroy.json (default: the text of the variable AUTODESTROY_CONFIG)")
    .option(
      "--project <name>",
      "the Compose project or Swarm stack (default: the project that was started in the folder of the config; " +
        "in a service, the project of the service)",
    )
    .option("--dry-run", "report what would be removed without removing it")
    .option("--once", "exit when all existing containers have been processed")
    .option("--health", "check whether the sidecar with this config is healthy; exit with 1 if it is not")
    .option("--metrics <where>", "expose Prometheus metrics: FILE.prom, or [host:]port (default host: localhost)")
    .option(
      "--runs <where>",
      "the folder in which to keep how containers ended, with their last output, or none (default: a folder in " +
        "the user's state folder; in a container, none)",
    )
    .addOption(
      new Option("--log <kind>", "the format of the log (default: pretty on a terminal, json otherwise)").choices([
        "json",
        "pretty",
      ]),
    )
    .action((flags: SidecarFlags) =>
      finish(import("../sidecar/run.ts").then(({ sidecarCommand }) => sidecarCommand(io, flags))),
    );
};
