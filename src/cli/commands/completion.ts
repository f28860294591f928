import { Argument } from "commander";
import type { Shell } from "../completion/scripts.ts";
import type { DefineCommand } from "../invocation.ts";

/** `tutum-stack completion`: prints the script with which a shell completes commands. It is loaded only when it is used. */
export const defineCompletion: DefineCommand = (program, { io, finish }) => {
  program
    .command("completion")
    .description("print a completion script for a shell")
    .addArgument(new Argument("<shell>", "which one").choices(["bash", "zsh", "fish"] satisfies Shell[]))
    .action((shell: Shell) =>
      finish(import("../completion/command.ts").then(({ completionCommand }) => completionCommand(io, shell))),
    );
};
