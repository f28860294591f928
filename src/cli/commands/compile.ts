import { basename, resolve } from "node:path";
import { Option } from "commander";
import { compile, type Compilation } from "../../compile.ts";
import { formats } from "../../diagnostics/render/index.ts";
import { makeChanges, planChanges, refuseToDestroy, type OutputText } from "../../files/changes.ts";
import { Problem } from "../../files/problem.ts";
import { readInput, type Input } from "../../files/stack-file.ts";
import { filesOf } from "../../targets/emit.ts";
import { isGenerated } from "../../targets/header.ts";
import { targets, type TargetName } from "../../targets/index.ts";
import { projectName } from "../../targets/project-name.ts";
import { balancerSettings, withBalancerOptions, type BalancerFlags } from "../balancer-flags.ts";
import { withInputOptions } from "../input-options.ts";
import type { DefineCommand } from "../invocation.ts";
import type { Io } from "../io.ts";
import { differences, imageToBuild, renamed, renaming, sidecarLeftRunning, summary } from "../output-remarks.ts";
import { isFailure, printReport, withoutAllowed, type ReportOptions } from "../report.ts";
import { sidecarSettings, withSidecarOptions, type SidecarServiceFlags } from "../sidecar-flags.ts";

interface CompileFlags extends ReportOptions, SidecarServiceFlags, BalancerFlags {
  readonly output?: string;
  readonly target: TargetName;
  readonly name?: string;
  readonly interpolate?: boolean;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly print?: string;
  readonly stdinFilename?: string;
}

/** `tutum-stack compile`: writes the files of a target. */
export const defineCompile: DefineCommand = (program, { io, finish }) => {
  const summaries = Object.values(targets).map((target) => `${target.name} (${target.summary})`);
  const command = withInputOptions(program.command("compile [file]").description("compile a stack file"))
    .option("-o, --output <dir>", "the folder to write to (default: the stack file's folder)")
    .addOption(
      new Option("--target <name>", `what to compile to: ${summaries.join(", ")}`)
        .choices(Object.keys(targets))
        .default("compose"),
    )
    .option("--name <stack>", "the name of the stack (default: the name of the stack file's folder)");
  withBalancerOptions(withSidecarOptions(command))
    .addOption(
      new Option("--check", "compare with the files on disk and write nothing; exit with 1 if they differ").conflicts([
        "print",
        "force",
      ]),
    )
    .option("--force", "overwrite files that tutum-stack did not generate")
    .option("--print <file name>", "print one of the compiled files to standard output and write nothing")
    .action((file: string | undefined, flags: CompileFlags) => finish(compileFile(io, file, flags)));
};

/** Returns the exit code. Throws a Problem. */
function compileFile(io: Io, file: string | undefined, flags: CompileFlags): number {
  const input = readInput(io, file, flags.stdinFilename);
  const { files, diagnostics: found } = compileInput(input, flags);
  const diagnostics = withoutAllowed(found, flags);
  const { source, isElsewhere } = input;
  const report = (exitCode: number, text: string, remark = ""): number =>
    printReport(io, io.stderr, [{ source, isElsewhere, diagnostics }], flags, { exitCode, text, remark });
  if (isFailure(diagnostics, flags)) return report(1, `${source.name} was not compiled`);
  if (flags.print !== undefined) {
    io.stdout.write(artefact(files, flags.print).text);
    return diagnostics.length > 0 || formats[flags.format].kind === "document"
      ? report(0, `printed ${flags.print}`)
      : 0;
  }
  const folder = { path: resolve(io.cwd, flags.output ?? input.folder), name: flags.output ?? input.folderName };
  const { mode } = input;
  const possible = filesOf(targets[flags.target], files.map((one) => one.name).concat(io.files.list(folder.path)));
  const changes = planChanges(io.files, { folder, outputs: files, possible, mode, isGenerated });
  const config = changes.find(({ name }) => basename(name) === targets[flags.target].outputs.sidecarConfig);
  const stale = changes.filter(({ kind }) => kind !== "none");
  if (flags.check) return report(stale.length === 0 ? 0 : 1, `${differences(stale)}${renaming(config)}`);
  refuseToDestroy(io.files, changes, { stackFile: input.path, force: flags.force ?? false });
  makeChanges(io.files, folder.path, changes);
  return report(
    0,
    summary(changes),
    `${renamed(config)}${imageToBuild(config, flags)}${sidecarLeftRunning(changes, flags.target)}`,
  );
}

function compileInput({ source, failure, folder }: Input, flags: CompileFlags): Compilation {
  const name = stackName(folder, flags.name);
  const { target, interpolate = false } = flags;
  const settings = { ...sidecarSettings(flags), ...balancerSettings(flags) };
  if (failure) return { files: [], diagnostics: [failure] };
  return compile(source.text, { fileName: source.name, name, target, interpolate, ...settings });
}

function stackName(folder: string, given: string | undefined): string {
  const name = given ?? basename(folder);
  if (projectName(name) === "")
    throw new Problem(
      `the stack cannot be named after ${JSON.stringify(name)}; give it a name of letters and digits with --name`,
    );
  return name;
}

function artefact(files: readonly OutputText[], name: string): OutputText {
  const found = files.find((file) => file.name === name);
  if (!found)
    throw new Problem(`this stack has no ${name}; it compiles to ${files.map((file) => file.name).join(" and ")}`);
  return found;
}
