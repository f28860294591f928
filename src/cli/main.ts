import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import type { Code } from "../diagnostics/catalogue/index.ts";
import { formats } from "../diagnostics/render/index.ts";
import { visible } from "../text/visible.ts";
import { settleLimits } from "../lifecycle/config.ts";
import { targets } from "../targets/index.ts";
import { defaultSidecarImage } from "../targets/sidecar.ts";
import { compileCommand, type CompileFlags } from "./commands/compile.ts";
import { hasColour } from "./colour.ts";
import { request } from "./completion/request.ts";
import type { Shell } from "./completion/scripts.ts";
import { explainCommand } from "./commands/explain.ts";
import type { Io } from "./io.ts";
import { lifecycleCommand } from "./commands/lifecycle.ts";
import { nodeLabelsCommand, type NodeLabelsFlags } from "./commands/node-labels.ts";
import { Problem } from "../files/problem.ts";
import type { ReadFlags } from "./read-stack.ts";
import { warnings } from "./report.ts";
import { schemaCommand, schemas } from "./commands/schema.ts";
import type { SidecarFlags } from "./commands/sidecar.ts";
import type { SidecarImageFlags } from "./commands/sidecar-image.ts";
import { validateCommand, type ValidateFlags } from "./commands/validate.ts";

/**
 * Runs the command line: arguments without the program's name. Returns the exit code: 0 done, 1 mistakes in the input, 2 wrong use or
 * files. It is a promise for what is loaded when it is used only: the sidecar, which goes on until it is told to end, and completion.
 */
export function main(args: readonly string[], io: Io): number | Promise<number> {
  let exitCode: number | Promise<number> = 0;
  const say = (error: unknown): number => sayProblem(error, io);
  try {
    const finish: Finish = (code) => {
      exitCode = code;
    };
    const program = programFor(io, finish);
    if (args[0] === request)
      finish(
        import("./completion/command.ts").then(({ suggestCommand }) => suggestCommand(io, program, args.slice(1))),
      );
    else program.parse(args, { from: "user" });
    return typeof exitCode === "number" ? exitCode : (exitCode as Promise<number>).catch(say);
  } catch (error) {
    return say(error);
  }
}

function sayProblem(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof Problem)) throw error;
  io.stderr.write(`tutum-stack: ${visible(error.message)}\n${error.details}`);
  return 2;
}

/** Takes the exit code. It returns nothing: commander would wait for a promise in its own way. */
type Finish = (exitCode: number | Promise<number>) => void;

/** What commander says against the arguments, as a line of our own. */
function saidByUs(text: string): string {
  const line = text
    .trimEnd()
    .replace(/^error: /, "tutum-stack: ")
    .replace("\n(Did you", " (did you");
  return `${visible(line)}\n`;
}

function programFor(io: Io, finish: Finish): Command {
  const program = new Command("tutum-stack")
    .description("Compiles Tutum and Docker Cloud stack files to Compose files, with autodestroy.")
    .version(packageJson.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .configureHelp({ minWidthToWrap: 30 })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(saidByUs(text)),
      getOutHasColors: () => hasColour(io, io.stdout),
      getErrHasColors: () => hasColour(io, io.stderr),
    });
  const summaries = Object.values(targets).map(({ name, summary }) => `${name} (${summary})`);

  withInput(program.command("compile [file]").description("compile a stack file"))
    .option("-o, --output <dir>", "the folder to write to (default: the stack file's folder)")
    .addOption(
      new Option("--target <name>", `what to compile to: ${summaries.join(", ")}`)
        .choices(Object.keys(targets))
        .default("compose"),
    )
    .option("--name <stack>", "the name of the stack (default: the name of the stack file's folder)")
    .addOption(
      new Option("--sidecar <kind>", "whether to add the autodestroy sidecar as a service of the stack")
        .choices(["service", "none"])
        .default("service"),
    )
    .option("--sidecar-image <ref>", "the image of the sidecar service")
    .addOption(
      new Option(
        "--settle <seconds>",
        "how long a container must have been stopped before it is removed (default: 10)",
      ).argParser(settleTime),
    )
    .option("--keep-volumes", "keep the anonymous volumes of removed containers")
    .option("--socket <path>", "the engine's socket on the machine that runs the stack (default: /var/run/docker.sock)")
    .option(
      "--metrics <folder>",
      "the folder on that machine to which the sidecar writes metrics for Prometheus, as STACK.prom",
    )
    .addOption(
      new Option("--check", "compare with the files on disk and write nothing; exit with 1 if they differ").conflicts([
        "print",
        "force",
      ]),
    )
    .option("--force", "overwrite files that tutum-stack did not generate")
    .option("--print <file name>", "print one of the compiled files to standard output and write nothing")
    .action((file: string | undefined, flags: CompileFlags) => finish(compileCommand(io, file, flags)));

  withInput(program.command("validate [files...]").description("check stack files")).action(
    (files: string[], flags: ValidateFlags) => finish(validateCommand(io, files, flags)),
  );

  program
    .command("lifecycle [file] [services...]")
    .description("show what happens to the containers of each service, or of the named services, when they end")
    .option("--stdin-filename <name>", "the name of standard input in messages")
    .action((file: string | undefined, services: string[], flags: ReadFlags) =>
      finish(lifecycleCommand(io, file, services, flags)),
    );

  program
    .command("node-labels [file]")
    .description("print the commands that give the nodes of a Swarm the labels for the tags of a stack file")
    .option("--interpolate", "treat $NAME and ${NAME} as variables, not as text")
    .option("--stdin-filename <name>", "the name of standard input in messages")
    .action((file: string | undefined, flags: NodeLabelsFlags) => finish(nodeLabelsCommand(io, file, flags)));

  program
    .command("explain [subject]")
    .description("explain a diagnostic, or a field of a service and what it becomes; without a subject, list them all")
    .action((subject: string | undefined) => finish(explainCommand(io, subject)));

  program
    .command("schema")
    .description("print a JSON Schema")
    .addArgument(new Argument("[name]", "which one").choices(Object.keys(schemas)).default("stack"))
    .action((name: keyof typeof schemas) => finish(schemaCommand(io, name)));

  addCompletion(program, io, finish);
  addSidecar(program, io, finish);
  addSidecarImage(program, io, finish);
  return program;
}

/** Completion is loaded only when it is used. */
function addCompletion(program: Command, io: Io, finish: Finish): void {
  program
    .command("completion")
    .description("print a completion script for a shell")
    .addArgument(new Argument("<shell>", "which one").choices(["bash", "zsh", "fish"] satisfies Shell[]))
    .action((shell: Shell) =>
      finish(import("./completion/command.ts").then(({ completionCommand }) => completionCommand(io, shell))),
    );
}

/** The sidecar is loaded only when it is used. */
function addSidecar(program: Command, io: Io, finish: Finish): void {
  program
    .command("sidecar")
    .description("remove stopped containers from a Docker engine according to autodestroy.json")
    .option("--config <file>", "the compiled autodestroy.json (default: the text of the variable AUTODESTROY_CONFIG)")
    .option(
      "--project <name>",
      "the Compose project or Swarm stack (default: the project that was started in the config's folder; in a service, its own)",
    )
    .option("--dry-run", "report what would be removed without removing it")
    .option("--once", "exit when all existing containers have been processed")
    .option("--health", "check whether the sidecar with this config is healthy; exit with 1 if it is not")
    .option(
      "--metrics <where>",
      "expose metrics to Prometheus: in a file that ends in .prom, or at [host:]port (default host: localhost)",
    )
    .addOption(
      new Option("--log <kind>", "the format of the log (default: pretty on a terminal, json otherwise)").choices([
        "json",
        "pretty",
      ]),
    )
    .action((flags: SidecarFlags) =>
      finish(import("./commands/sidecar.ts").then(({ sidecarCommand }) => sidecarCommand(io, flags))),
    );
}

/** What builds the sidecar's image is loaded only when it is used. */
function addSidecarImage(program: Command, io: Io, finish: Finish): void {
  program
    .command("sidecar-image")
    .description("build the image of the sidecar from this program, on a Docker engine")
    .option("--base <ref>", "the base image, which must have Node 20.19 or newer", "node:22-alpine")
    .option("--tag <ref>", "the name of the new image", defaultSidecarImage)
    .action((flags: SidecarImageFlags) =>
      finish(import("./commands/sidecar-image.ts").then(({ sidecarImageCommand }) => sidecarImageCommand(io, flags))),
    );
}

/** The options of all commands that read a stack file and print diagnostics. */
function withInput(command: Command): Command {
  const kinds = Object.entries(formats).map(([name, { summary }]) => `${name} (${summary})`);
  return command
    .option("--interpolate", "treat $NAME and ${NAME} as variables, not as text")
    .option("--strict", "treat warnings as errors")
    .addOption(
      new Option("--max-warnings <n>", "fail if there are more warnings than this")
        .argParser(wholeNumber)
        .conflicts("strict"),
    )
    .addOption(new Option("--allow <codes>", "ignore these warnings (comma-separated codes)").argParser(warningCodes))
    .option("--quiet", "print only errors, and nothing if there are none")
    .addOption(
      new Option("--format <kind>", `how diagnostics are printed: ${kinds.join(", ")}`)
        .choices(Object.keys(formats))
        .default("pretty"),
    )
    .option("--stdin-filename <name>", "the name of standard input (-) in messages");
}

/** Goes on from what the option was given before. */
function warningCodes(text: string, before: readonly Code[] = []): readonly Code[] {
  const known = warnings();
  const given = text.split(",").map((word) => {
    const code = known.find((candidate) => candidate === word.trim());
    if (code === undefined)
      throw new InvalidArgumentError(
        `There is no warning ${JSON.stringify(word)}; \`tutum-stack explain\` lists them.`,
      );
    return code;
  });
  return [...before, ...given];
}

function settleTime(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(seconds >= settleLimits.least && seconds <= settleLimits.most))
    throw new InvalidArgumentError(
      `It must be a number of seconds from ${settleLimits.least} to ${settleLimits.most}.`,
    );
  return seconds;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
