import { basename, join, relative, resolve, sep } from "node:path";
import { compileText, type CompiledText, type CompileOptions } from "../compile.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { mostOutput, planChanges, type Change } from "../files/changes.ts";
import { readText } from "../files/files.ts";
import { Problem } from "../files/problem.ts";
import type { Input } from "../files/stack-file.ts";
import { filesOf } from "../targets/emit.ts";
import { isGenerated, sourceOf } from "../targets/header.ts";
import { isStackFolder } from "../targets/host-paths.ts";
import { targets } from "../targets/index.ts";
import { projectName } from "../targets/project-name.ts";
import { balancerSettings } from "./balancer-flags.ts";
import type { Io } from "./io.ts";
import type { Job, StackSettings } from "./jobs.ts";
import { withoutAllowed } from "./report.ts";
import { sidecarSettings } from "./sidecar-flags.ts";

/** A stack that was compiled in memory. */
export interface CompiledStack extends CompiledText {
  readonly job: Job;
  readonly folder: { readonly path: string; readonly name: string };
  /** Without the warnings that the settings allow. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles a stack in memory. Throws a Problem for settings that are not possible. */
export function compileJob(io: Io, job: Job): CompiledStack {
  const { input, settings } = job;
  const folder = {
    path: resolve(io.cwd, settings.output ?? input.folder),
    name: settings.output ?? input.folderName,
  };
  const earlier = earlierFile(io, folder, settings);
  const compiled = compilation(input, settings, {
    stackFolder: stackFolder(io, input, folder),
    ...earlier,
  });
  return { ...compiled, job, folder, diagnostics: withoutAllowed(compiled.diagnostics, settings) };
}

/** What must happen to the files on disk. Throws a Problem. */
export function changesFor(io: Io, { job: { input, settings }, folder, files }: CompiledStack): readonly Change[] {
  return planChanges(io.files, {
    folder,
    outputs: files,
    possible: filesOf(targets[settings.target ?? "compose"], [
      ...files.map(({ name }) => name),
      ...io.files.list(folder.path),
    ]),
    mode: input.mode,
    isGenerated,
    ...(input.path === undefined ? {} : { origin: { stackFile: input.path, sourceOf } }),
  });
}

/** The change of the sidecar's config among others. */
export function configAmong(changes: readonly Change[], { target = "compose" }: StackSettings): Change | undefined {
  return changes.find(({ name }) => basename(name) === targets[target].outputs.sidecarConfig);
}

/** What an earlier run has written and this one replaces. Throws a Problem if it cannot be read. */
function earlierFile(
  { files }: Io,
  folder: CompiledStack["folder"],
  { target = "compose" }: StackSettings,
): Pick<CompileOptions, "earlierFile"> {
  const { stack } = targets[target].outputs;
  const place = { path: join(folder.path, stack), name: join(folder.name, stack), most: mostOutput };
  const text = readText(files, place)?.text;
  return text !== undefined && isGenerated(stack, text) ? { earlierFile: text } : {};
}

function compilation(
  { source, failure, folder }: Input,
  settings: StackSettings,
  onDisk: Pick<CompileOptions, "stackFolder" | "earlierFile">,
): CompiledText {
  const name = stackName(folder, settings.name);
  const { target = "compose", interpolate = false, linkVariables = false, header = true } = settings;
  const sidecar = sidecarSettings(settings);
  const balancer = balancerSettings(settings);
  if (failure) return { files: [], diagnostics: [failure], found: [failure], read: undefined, lowered: [] };
  const options = { fileName: source.name, name, target, interpolate, linkVariables, header };
  return compileText(source.text, { ...options, ...onDisk, ...sidecar, ...balancer });
}

/** The path from the folder of the output to that of the stack file. Throws a Problem if no volume can have it. */
function stackFolder({ files }: Io, input: Input, output: CompiledStack["folder"]): string {
  if (output.path === input.folder) return ".";
  const way = Problem.unless(`write to ${output.name}`, () =>
    relative(files.resolve(output.path), files.resolve(input.folder)).replaceAll(sep, "/"),
  );
  const path = way === "" ? "." : way.startsWith("..") ? way : `./${way}`;
  if (isStackFolder(path)) return path;
  throw new Problem(
    `cannot write to ${output.name}: the path from that folder to the stack file, ${JSON.stringify(path)}, ` +
      "cannot stand in a volume; choose another folder",
  );
}

/** The name of a stack, as Compose normalises it: the given one, or that of its folder. */
export function stackNameOf(folder: string, given: string | undefined): string {
  return projectName(stackName(folder, given));
}

/** Throws a Problem for a name without letters and digits. */
function stackName(folder: string, given: string | undefined): string {
  const name = given ?? basename(folder);
  if (projectName(name) === "")
    throw new Problem(
      `the stack cannot be named after ${JSON.stringify(name)}; give it a name of letters and digits with --name`,
    );
  return name;
}
