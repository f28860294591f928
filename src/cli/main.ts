import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import type { Code } from "../diagnostics/catalogue/index.ts";
import { formats } from "../diagnostics/render/index.ts";
import { visible } from "../text/visible.ts";
import { settleLimits } from "../lifecycle/config.ts";
import { targets } from "../targets/index.ts";
import { defaultSidecarImage } from "../targets/autodestroy.ts";
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
    .option("-o, --output <dir>", "where the files go (default: the stack file's folder)")
    .addOption(
      new Option("--target <name>", `what to compile to: ${summaries.join(", ")}`)
        .choices(Object.keys(targets))
        .default("compose"),
    )
    .option("--name <stack>", "the name of the stack (default: the name of the stack file's folder)")
    .addOption(
      new Option("--sidecar <kind>", "run autodestroy as a service of the stack, or not")
        .choices(["service", "none"])
        .default("service"),
    )
    .option("--sidecar-image <ref>", "the image of that service")
    .addOption(
      new Option(
        "--settle <seconds>",
        "how long a stopped container stays before it is removed (default: 10)",
      ).argParser(settleTime),
    )
    .option("--keep-volumes", "keep the anonymous volumes of containers that are removed")
    .option("--socket <path>", "the engine's socket on the machine that runs the stack (default: /var/run/docker.sock)")
    .option(
      "--metrics <folder>",
      "the folder there into which the sidecar writes metrics for Prometheus, as STACK.prom",
    )
    .addOption(
      new Option("--check", "compare with the files on disk, write nothing; exit 1 on a difference").conflicts([
        "print",
        "force",
      ]),
    )
    .option("--force", "overwrite files that were not generated")
    .option("--print <file name>", "print that one file to standard output, write nothing")
    .action((file: string | undefined, flags: CompileFlags) => finish(compileCommand(io, file, flags)));

  withInput(program.command("validate [files...]").description("check stack files")).action(
    (files: string[], flags: ValidateFlags) => finish(validateCommand(io, files, flags)),
  );

  program
    .command("lifecycle [file] [services...]")
    .description("show what happens to the containers of each service, or of those named")
    .option("--stdin-filename <name>", "the name of standard input in messages")
    .action((file: string | undefined, services: string[], flags: ReadFlags) =>
      finish(lifecycleCommand(io, file, services, flags)),
    );

  program
    .command("node-labels [file]")
    .description("print the commands that give a Swarm's nodes the labels that tags ask for")
    .option("--interpolate", "take $NAME and ${NAME} for variables instead of text")
    .option("--stdin-filename <name>", "the name of standard input in messages")
    .action((file: string | undefined, flags: NodeLabelsFlags) => finish(nodeLabelsCommand(io, file, flags)));

  program
    .command("explain [subject]")
    .description("explain a diagnostic, or a field of a service and what it becomes, or list them all")
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
    .description("print a script that completes commands in a shell")
    .addArgument(new Argument("<shell>", "which one").choices(["bash", "zsh", "fish"] satisfies Shell[]))
    .action((shell: Shell) =>
      finish(import("./completion/command.ts").then(({ completionCommand }) => completionCommand(io, shell))),
    );
}

/** The sidecar is loaded only when it is used. */
function addSidecar(program: Command, io: Io, finish: Finish): void {
  program
    .command("sidecar")
    .description("remove stopped containers on a Docker engine, as autodestroy.json says")
    .option("--config <file>", "the autodestroy.json that was compiled (default: the text in AUTODESTROY_CONFIG)")
    .option(
      "--project <name>",
      "the Compose project or Swarm stack (default: the one that was started in the config's folder; in a service, its own)",
    )
    .option("--dry-run", "say what would be removed, remove nothing")
    .option("--once", "end when every container that is there has been dealt with")
    .option("--health", "say whether the sidecar with this config is well; exit 1 when not")
    .option(
      "--metrics <where>",
      "give metrics to Prometheus: in a file that ends in .prom, or at [host:]port, on this machine only without a host",
    )
    .addOption(
      new Option("--log <kind>", "how the log is written (default: pretty on a terminal, json elsewhere)").choices([
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
    .description("build the image of the sidecar on a Docker engine, from this very program")
    .option("--base <ref>", "the image to build on, with Node 20.19 or newer", "node:22-alpine")
    .option("--tag <ref>", "the name of the image that is built", defaultSidecarImage)
    .action((flags: SidecarImageFlags) =>
      finish(import("./commands/sidecar-image.ts").then(({ sidecarImageCommand }) => sidecarImageCommand(io, flags))),
    );
}

/** The options of all commands that read a stack file and print diagnostics. */
function withInput(command: Command): Command {
  const kinds = Object.entries(formats).map(([name, { summary }]) => `${name} (${summary})`);
  return command
    .option("--interpolate", "take $NAME and ${NAME} for variables instead of text")
    .option("--strict", "count warnings as errors")
    .addOption(
      new Option("--max-warnings <n>", "fail with more warnings than this").argParser(wholeNumber).conflicts("strict"),
    )
    .addOption(
      new Option("--allow <codes>", "neither print nor count these warnings, separated by commas").argParser(
        warningCodes,
      ),
    )
    .option("--quiet", "print errors only, and nothing when all is well")
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
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It has to be a whole number.");
  return Number(text);
}
