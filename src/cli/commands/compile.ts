import { basename, resolve } from "node:path";
import { compile } from "../../compile.ts";
import { formats } from "../../diagnostics/render/index.ts";
import { readConfig } from "../../lifecycle/config.ts";
import { filesOf } from "../../targets/emit.ts";
import { targets, type TargetName } from "../../targets/index.ts";
import { projectName } from "../../targets/project-name.ts";
import { defaultSidecarImage, forgottenSidecar } from "../../targets/sidecar.ts";
import { isImageName, isMountable, isSocket, type SidecarSettings } from "../../targets/sidecar-options.ts";
import type { OutputFile } from "../../targets/target.ts";
import { readInput, type Input } from "../../files/stack-file.ts";
import type { Io } from "../io.ts";
import { makeChanges, planChanges, refuseToDestroy, type Change } from "../../files/changes.ts";
import { Problem } from "../../files/problem.ts";
import { isFailure, printReport, withoutAllowed, type ReportOptions } from "../report.ts";

/** The flags of `compile`. */
export interface CompileFlags extends ReportOptions {
  readonly output?: string;
  readonly target: TargetName;
  readonly name?: string;
  readonly interpolate?: boolean;
  readonly sidecar: "service" | "none";
  readonly sidecarImage?: string;
  readonly settle?: number;
  readonly keepVolumes?: boolean;
  readonly socket?: string;
  readonly metrics?: string;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly print?: string;
  readonly stdinFilename?: string;
}

/** `tutum-stack compile`: returns the exit code. Throws a Problem. */
export function compileCommand(io: Io, file: string | undefined, flags: CompileFlags): number {
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
  const folder = resolve(io.cwd, flags.output ?? input.folder);
  const changes = planChanges(
    io.files,
    { path: folder, name: flags.output ?? input.folderName },
    files,
    filesOf(targets[flags.target]),
    input.mode,
  );
  const config = changes.find(({ name }) => basename(name) === targets[flags.target].configFile);
  const stale = changes.filter(({ kind }) => kind !== "none");
  if (flags.check) return report(stale.length === 0 ? 0 : 1, `${differences(stale)}${renaming(config)}`);
  refuseToDestroy(io.files, changes, { stackFile: input.path, force: flags.force ?? false });
  makeChanges(io.files, folder, changes);
  return report(0, summary(changes), `${imageToBuild(config, flags)}${leftRunning(changes, flags)}`);
}

function compileInput({ source, failure, folder }: Input, flags: CompileFlags): ReturnType<typeof compile> {
  const name = stackName(folder, flags.name);
  const { target, interpolate = false } = flags;
  const settings = sidecarSettings(flags);
  if (failure) return { files: [], diagnostics: [failure] };
  return compile(source.text, { fileName: source.name, name, target, interpolate, ...settings });
}

function sidecarSettings({
  sidecar,
  sidecarImage,
  settle,
  keepVolumes = false,
  socket,
  metrics,
}: CompileFlags): SidecarSettings {
  if (sidecarImage !== undefined && !isImageName(sidecarImage))
    throw new Problem(`--sidecar-image must be the name of an image, not ${JSON.stringify(sidecarImage)}`);
  if (socket !== undefined && !isSocket(socket))
    throw new Problem(
      `--socket must be the absolute path of the engine's socket, without \`:\`, not ${JSON.stringify(socket)}`,
    );
  if (metrics !== undefined && !isMountable(metrics))
    throw new Problem(
      `--metrics must be a folder that begins with \`/\` or \`./\`, without \`:\`, not ${JSON.stringify(metrics)}`,
    );
  return {
    sidecar,
    keepVolumes,
    ...(sidecarImage === undefined ? {} : { sidecarImage }),
    ...(settle === undefined ? {} : { settleSeconds: settle }),
    ...(socket === undefined ? {} : { socket }),
    ...(metrics === undefined ? {} : { metricsFolder: metrics }),
  };
}

function stackName(folder: string, given: string | undefined): string {
  const name = given ?? basename(folder);
  if (projectName(name) === "")
    throw new Problem(
      `the stack cannot be named after ${JSON.stringify(name)}; give it a name of letters and digits with --name`,
    );
  return name;
}

function artefact(files: readonly OutputFile[], name: string): OutputFile {
  const found = files.find((file) => file.name === name);
  if (!found)
    throw new Problem(`this stack has no ${name}; it compiles to ${files.map((file) => file.name).join(" and ")}`);
  return found;
}

function differences(stale: readonly Change[]): string {
  const words = { create: "is missing", replace: "differs", remove: "is no longer needed", none: "" };
  return stale.length === 0
    ? "everything is up to date"
    : `not up to date: ${stale.map(({ name, kind }) => `${name} ${words[kind]}`).join(", ")}`;
}

/** Said once, when the sidecar's config is new: without its image, which no registry has, not one service starts. */
function imageToBuild(config: Change | undefined, { sidecar, sidecarImage, quiet }: CompileFlags): string {
  const isNeeded = config?.kind === "create" && !quiet && sidecar === "service" && sidecarImage === undefined;
  return isNeeded
    ? `; the sidecar needs the image ${defaultSidecarImage}: build it with \`tutum-stack sidecar-image\``
    : "";
}

/** Says that a sidecar which is no longer in the file goes on by its old config, until somebody ends it. */
function leftRunning(changes: readonly Change[], { target }: CompileFlags): string {
  const [file] = changes;
  const name = forgottenSidecar(file?.before ?? "", file?.text ?? "");
  if (name === undefined) return "";
  const command = target === "swarm" ? "docker stack deploy --prune" : "docker compose up -d --remove-orphans";
  return `; the old sidecar, service ${name}, still removes containers by its old policies until you run \`${command}\``;
}

/** Says that the files on disk are for another stack, which shows only there: the stack is named after the folder, if nothing names it. */
function renaming(config: Change | undefined): string {
  if (config?.kind !== "replace") return "";
  const [before, now] = [config.before, config.text].map((text = "") => readConfig(text).config?.stack);
  return before === now || before === undefined
    ? ""
    : `; the files are for a stack named ${before}, and this one is named ${now}: use --name ${before}`;
}

function summary(changes: readonly Change[]): string {
  const words = [
    ["wrote", changes.filter(({ kind }) => kind === "create" || kind === "replace")],
    ["removed", changes.filter(({ kind }) => kind === "remove")],
    ["unchanged:", changes.filter(({ kind }) => kind === "none")],
  ] as const;
  return words
    .flatMap(([verb, some]) => (some.length === 0 ? [] : [`${verb} ${some.map(({ name }) => name).join(" and ")}`]))
    .join(", ");
}
