import { basename, resolve } from "node:path";
import { compile } from "../compile.ts";
import { filesOf } from "../targets/emit.ts";
import { targets, type TargetName } from "../targets/index.ts";
import { projectName } from "../targets/project-name.ts";
import type { OutputFile } from "../targets/target.ts";
import { readInput, type Input } from "./input.ts";
import type { Io } from "./io.ts";
import { makeChanges, planChanges, refuseToDestroy, type Change } from "./output.ts";
import { Problem } from "./problem.ts";
import { isFailure, printReport, type ReportOptions } from "./report.ts";

/** The flags of `compile`. */
export interface CompileFlags extends ReportOptions {
  readonly output?: string;
  readonly target: TargetName;
  readonly name?: string;
  readonly interpolate?: boolean;
  readonly sidecar: "service" | "none";
  readonly sidecarImage?: string;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly print?: string;
  readonly stdinFilename?: string;
}

/** `tutum-stack compile`: returns the exit code. Throws a Problem. */
export function compileCommand(io: Io, file: string | undefined, flags: CompileFlags): number {
  const input = readInput(io, file, flags.stdinFilename);
  const { files, diagnostics } = compileInput(input, flags);
  const finding = { source: input.source, diagnostics };
  if (isFailure(diagnostics, flags)) {
    printReport(io, [finding], flags, `${input.source.name} was not compiled`);
    return 1;
  }
  if (flags.print !== undefined) {
    io.stdout.write(artefact(files, flags.print).text);
    if (diagnostics.length > 0 || flags.format === "json") printReport(io, [finding], flags, `printed ${flags.print}`);
    return 0;
  }
  const folder = resolve(io.cwd, flags.output ?? input.folder);
  const changes = planChanges(io.files, folder, files, filesOf(targets[flags.target]), input.mode);
  if (flags.check) return check(io, changes, finding, flags);
  refuseToDestroy(io.files, changes, { stackFile: input.path, force: flags.force ?? false });
  makeChanges(io.files, folder, changes);
  printReport(io, [finding], flags, summary(changes));
  return 0;
}

function compileInput({ source, failure, folder }: Input, flags: CompileFlags): ReturnType<typeof compile> {
  const name = stackName(folder, flags.name);
  const { sidecarImage } = flags;
  if (sidecarImage !== undefined && !/^[\w][\w./:@-]*$/.test(sidecarImage))
    throw new Problem(`--sidecar-image has to be the name of an image, not ${JSON.stringify(sidecarImage)}`);
  if (failure) return { files: [], diagnostics: [failure] };
  const { target, sidecar, interpolate = false } = flags;
  return compile(source.text, { fileName: source.name, name, target, sidecar, interpolate, ...(sidecarImage === undefined ? {} : { sidecarImage }) });
}

function stackName(folder: string, given: string | undefined): string {
  const name = given ?? basename(folder);
  if (projectName(name) === "") throw new Problem(`the stack cannot be named after ${JSON.stringify(name)}; give it a name of letters and digits with --name`);
  return name;
}

function artefact(files: readonly OutputFile[], name: string): OutputFile {
  const found = files.find((file) => file.name === name);
  if (!found) throw new Problem(`this stack has no ${name}; it compiles to ${files.map((file) => file.name).join(" and ")}`);
  return found;
}

function check(io: Io, changes: readonly Change[], finding: Parameters<typeof printReport>[1][number], flags: CompileFlags): number {
  const stale = changes.filter(({ kind }) => kind !== "none");
  const words = { create: "is missing", replace: "differs", remove: "is not needed any more", none: "" };
  const outcome = stale.length === 0 ? "everything is up to date" : `not up to date: ${stale.map(({ name, kind }) => `${name} ${words[kind]}`).join(", ")}`;
  printReport(io, [finding], flags, outcome);
  return stale.length === 0 ? 0 : 1;
}

function summary(changes: readonly Change[]): string {
  const words = [
    ["wrote", changes.filter(({ kind }) => kind === "create" || kind === "replace")],
    ["removed", changes.filter(({ kind }) => kind === "remove")],
    ["unchanged:", changes.filter(({ kind }) => kind === "none")],
  ] as const;
  return words.flatMap(([verb, some]) => (some.length === 0 ? [] : [`${verb} ${some.map(({ name }) => name).join(" and ")}`])).join(", ");
}
