import { Argument } from "commander";
import type { Shell } from "../completion/scripts.ts";
import type { DefineCommand } from "../invocation.ts";

/** `tutum-stack completion`: prints a shell's completion script. Its module is loaded only when the command is used. */
export const defineCompletion: DefineCommand = (program, { io, finish }) => {
  program
    .command("completion")
    .description("print a completion script for a shell")
    .addArgument(
      new Argument("<shell>", "the shell that reads the script").choices(["bash", "zsh", "fish"] satisfies Shell[]),
    )
    .action((shell: Shell) =>
      finish(import("../completion/command.ts").then(({ completionCommand }) => completionCommand(io, shell))),
    );
};
