import { Option } from "commander";
import { targets } from "../../targets/index.ts";
import { compileFiles, type CompileFlags } from "../compile-run.ts";
import { withBalancerOptions } from "../balancer-flags.ts";
import { withInputOptions } from "../input-options.ts";
import type { DefineCommand } from "../invocation.ts";
import { withSidecarOptions } from "../sidecar-flags.ts";

/** `tutum-stack compile`: writes the files of a target. */
export const defineCompile: DefineCommand = (program, { io, finish }) => {
  const summaries = Object.values(targets).map((target) => `${target.name} (${target.summary})`);
  const command = withInputOptions(program.command("compile [files...]").description("compile stack files"))
    .option("-o, --output <dir>", "the folder to write to (default: the stack file's folder)")
    .addOption(
      new Option("--target <name>", `what to compile to: ${summaries.join(", ")} (default: compose)`).choices(
        Object.keys(targets),
      ),
    )
    .option("--name <stack>", "the name of the stack (default: the name of the stack file's folder)");
  withBalancerOptions(withSidecarOptions(command))
    .addOption(
      new Option("--check", "compare with the files on disk and write nothing; exit with 1 if they differ").conflicts([
        "print",
        "force",
      ]),
    )
    .option(
      "--no-header",
      "leave out the header that marks the files as generated; later runs then overwrite them only with --force",
    )
    .option("--force", "overwrite files that tutum-stack did not generate")
    .option("--print <file name>", "print one of the compiled files to standard output and write nothing")
    .action((files: string[], flags: CompileFlags) => finish(compileFiles(io, files, flags)));
};
