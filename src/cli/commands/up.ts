import type { DownFlags } from "../live/stack.ts";
import type { LiveFlags } from "../live/session.ts";
import type { DefineCommand } from "../invocation.ts";
import { isCalled, withChangeOptions } from "../live-options.ts";
import { sidecarSettings, withSidecarOptions, type SidecarServiceFlags } from "../sidecar-flags.ts";

interface UpFlags extends LiveFlags, SidecarServiceFlags {
  readonly name?: string;
}

/** `tutum-stack up`. */
export const defineUp: DefineCommand = (program, invocation) => {
  const { io, finish } = invocation;
  const command = program.command("up [file]").description("compile a stack file and run it with Docker Compose");
  if (!isCalled(invocation, "up")) return;
  withSidecarOptions(withChangeOptions(command))
    .option("--name <stack>", "the name of the stack, if it does not run yet (default: the name of its folder)")
    .action((file: string | undefined, flags: UpFlags) => {
      const given = command.getOptionValueSource("sidecar") === "cli";
      const { sidecar, ...others } = sidecarSettings(flags);
      const settings = given && sidecar !== undefined ? { ...others, sidecar } : others;
      finish(import("../live/stack.ts").then(({ upHere }) => upHere(io, file, flags, settings)));
    });
};

/** `tutum-stack down`. */
export const defineDown: DefineCommand = (program, invocation) => {
  const { io, finish } = invocation;
  const command = program.command("down [file]").description("remove the containers of a stack; its files stay");
  if (!isCalled(invocation, "down")) return;
  withChangeOptions(command)
    .option("--name <stack>", "the name of the stack (default: the one that runs from this folder)")
    .option("--volumes", "remove named volumes, too")
    .action((file: string | undefined, flags: DownFlags) =>
      finish(import("../live/stack.ts").then(({ downHere }) => downHere(io, file, flags))),
    );
};
