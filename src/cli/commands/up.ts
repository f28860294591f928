import { Option } from "commander";
import type { DownFlags } from "../live/stack.ts";
import type { LiveFlags } from "../live/flags.ts";
import type { DefineCommand } from "../invocation.ts";
import { givenBalancerSettings, withBalancerOptions, type BalancerFlags } from "../balancer-flags.ts";
import { withChangeOptions } from "../live-options.ts";
import { sidecarSettings, withSidecarOptions, type SidecarServiceFlags } from "../sidecar-flags.ts";

interface UpFlags extends LiveFlags, SidecarServiceFlags, BalancerFlags {
  readonly name?: string;
  readonly file?: string;
}

/** `tutum-stack up`. */
export const defineUp: DefineCommand = (program, invocation) => {
  const { io, finish } = invocation;
  const command = program.command("up [file]").description("compile a stack file and run it with Docker Compose");
  command
    .option("-n, --name <name>", "the name of the stack, if it does not run yet (default: the name of its folder)")
    .addOption(new Option("-f, --file <file>", "the same as the argument, for old scripts").hideHelp());
  withChangeOptions(withBalancerOptions(withSidecarOptions(command))).action(
    (file: string | undefined, flags: UpFlags) => {
      const given = command.getOptionValueSource("sidecar") === "cli";
      const { sidecar, ...others } = sidecarSettings(flags);
      const settings = {
        sidecar: given && sidecar !== undefined ? { ...others, sidecar } : others,
        balancer: givenBalancerSettings(command, flags),
      };
      finish(import("../live/stack.ts").then(({ upHere }) => upHere(io, file ?? flags.file, flags, settings)));
    },
  );
};

/** `tutum-stack down`. */
export const defineDown: DefineCommand = (program, invocation) => {
  const { io, finish } = invocation;
  const command = program.command("down [file]").description("remove the containers of a stack; its files stay");
  command
    .option("-n, --name <name>", "the name of the stack (default: the one that runs from this folder)")
    .option("--volumes", "remove named volumes, too");
  withChangeOptions(command).action((file: string | undefined, flags: DownFlags) =>
    finish(import("../live/stack.ts").then(({ downHere }) => downHere(io, file, flags))),
  );
};
