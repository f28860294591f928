import { Option } from "commander";
import type { DownFlags, UpFlags } from "../live/stack.ts";
import type { DefineCommand } from "../invocation.ts";
import { balancerSettings, withBalancerOptions, type BalancerFlags } from "../balancer-flags.ts";
import { collect, positiveNumber, withChangeOptions } from "../live-options.ts";
import { sidecarSettings, withSidecarOptions, type SidecarServiceFlags } from "../sidecar-flags.ts";

interface UpCommandFlags extends UpFlags, SidecarServiceFlags, BalancerFlags {
  readonly file?: string;
}

/** `tutum-stack up`. */
export const defineUp: DefineCommand = (program, invocation) => {
  const { io, finish } = invocation;
  const command = program.command("up [file]").description("compile a stack file and run it with Docker Compose");
  command
    .option("-n, --name <name>", "the name of the stack, if it does not run yet (default: the name of its folder)")
    .option("--link-variables", "from now on, write the variables that Docker set for links")
    .option("--wait", "wait until all services run and all jobs have ended; the exit code is that of the jobs")
    .option("--timeout <seconds>", "with --wait: give up after this time, with exit code 124", positiveNumber)
    .option("--rerun <job>", "run this job again, even if it succeeded; `all` means all jobs; can be repeated", collect)
    .addOption(new Option("-f, --file <file>", "the same as the argument, for old scripts").hideHelp());
  withChangeOptions(withBalancerOptions(withSidecarOptions(command))).action(
    (file: string | undefined, flags: UpCommandFlags) => {
      const given = command.getOptionValueSource("sidecar") === "cli";
      const { sidecar, ...others } = sidecarSettings(flags);
      const settings = {
        sidecar: given && sidecar !== undefined ? { ...others, sidecar } : others,
        balancer: balancerSettings(flags),
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
