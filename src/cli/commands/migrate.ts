import { Option } from "commander";
import { targets } from "../../targets/index.ts";
import { withBalancerOptions } from "../balancer-flags.ts";
import { withReadOptions } from "../input-options.ts";
import type { DefineCommand } from "../invocation.ts";
import { migrateFiles, type MigrateFlags } from "../migrate-run.ts";
import { withSidecarOptions } from "../sidecar-flags.ts";

/** `tutum-stack migrate`: reports what a person must do to move stacks. */
export const defineMigrate: DefineCommand = (program, { io, finish }) => {
  const command = program
    .command("migrate [files...]")
    .description("print a report of what you must do to move stacks, what is lost, and what was rewritten")
    .addHelpText("after", "\nThe exit code is 1 if a stack file does not compile, and 2 if one cannot be read.")
    .option("-o, --output <file>", "write the report to a file instead of standard output")
    .addOption(new Option("--target <name>", "what to compile to (default: compose)").choices(Object.keys(targets)))
    .option("--name <stack>", "the name of the stack (default: the name of the stack file's folder)");
  withBalancerOptions(withSidecarOptions(withReadOptions(command)))
    .addOption(
      new Option("--format <kind>", "the form of the report: markdown, or json for programs")
        .choices(["markdown", "json"])
        .default("markdown"),
    )
    .option("--force", "overwrite a file that tutum-stack did not generate")
    .action((files: string[], flags: MigrateFlags) => finish(migrateFiles(io, files, flags)));
};
