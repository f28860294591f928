import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { Problem } from "../files/problem.ts";
import { visible } from "../text/visible.ts";
import { hasColour } from "./colour.ts";
import { defineCompile } from "./commands/compile.ts";
import { defineValidate } from "./commands/validate.ts";
import { queryCommand } from "./completion/request.ts";
import type { DefineCommand, Invocation } from "./invocation.ts";
import type { Io } from "./io.ts";
import { otherCommands } from "./other-commands.ts";

/** The commands that run on each save of a file: what the others need takes longer to load than to compile a stack. */
const quickCommands: ReadonlyMap<string, DefineCommand> = new Map([
  ["compile", defineCompile],
  ["validate", defineValidate],
]);

/**
 * Runs the command line, given without the program's name. Returns the exit code: 0 done, 1 mistakes in the input, 2
 * wrong use or files. Returns a promise of it for the commands whose modules are loaded only when they are used:
 * completion, live services and the sidecar.
 */
export function main(args: readonly string[], io: Io): number | Promise<number> {
  let exitCode: number | Promise<number> = 0;
  const report = (error: unknown): number => reportProblem(error, io);
  try {
    const finish: Invocation["finish"] = (code) => {
      exitCode = code;
    };
    const program = programFor({ io, words: args, finish });
    if (args[0] === queryCommand)
      finish(
        import("./completion/command.ts").then(({ suggestCommand }) => suggestCommand(io, program, args.slice(1))),
      );
    else program.parse(args, { from: "user" });
    return typeof exitCode === "number" ? exitCode : (exitCode as Promise<number>).catch(report);
  } catch (error) {
    return report(error);
  }
}

/** Prints a Problem and returns its exit code. Throws anything else again: it is a bug. */
function reportProblem(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof Problem)) throw error;
  try {
    io.stderr.write(`tutum-stack: ${visible(error.message)}\n${error.details}`);
  } catch {
    // Nobody can be told that standard error cannot be written; the exit code says that something is wrong.
  }
  return 2;
}

/** Commander's error message in the form of the program's own. */
function ownErrorLine(text: string, [first = "", second]: readonly string[]): string {
  const [, word] = /unknown command '(.*)'/.exec(text) ?? [];
  const meant =
    word === undefined
      ? undefined
      : word === second
        ? commandOfGroup(first, word)
        : word === first
          ? commandFor(word)
          : undefined;
  if (meant) return `tutum-stack: unknown command ${visible(word!)}; did you mean \`${visible(meant)}\`?\n`;
  const line = text
    .trimEnd()
    .replace(/^error: /, "tutum-stack: ")
    .replace("\n(Did you", " (did you");
  return `${visible(line)}\n`;
}

/** What is meant by a file, or by a word that other programs have for a command. */
function commandFor(word: string): string | undefined {
  if (/\.(ya?ml|json)$|^\.{1,2}$|\//i.test(word)) return `tutum-stack compile ${word}`;
  const known = new Map([
    ["check", "tutum-stack compile --check"],
    ["lint", "tutum-stack validate"],
    ["convert", "tutum-stack compile"],
    ["build", "tutum-stack compile"],
    ["ls", "tutum-stack service ps"],
    ["list", "tutum-stack service ps"],
    ["stacks", "tutum-stack stack list"],
    ...["ps", "set", "scale", "start", "stop", "redeploy", "terminate", "inspect", "env", "create"].map(
      (verb) => [verb, `tutum-stack service ${verb}`] as const,
    ),
    ["restart", "tutum-stack service redeploy"],
    ["rm", "tutum-stack service terminate"],
  ]);
  return known.get(word);
}

/** What is meant by a word that other programs have for a command of a group. */
function commandOfGroup(group: string, word: string): string | undefined {
  const terminate = { rm: "terminate", remove: "terminate", delete: "terminate", down: "terminate" };
  const common = { ...terminate, restart: "redeploy", ls: "ps", list: "ps" };
  const known: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    service: { ...common, up: "run" },
    apps: { ...common, up: "run" },
    stack: { ...common, ls: "list", ps: "list", run: "up" },
    container: common,
  };
  const verb = new Map(Object.entries(known[group] ?? {})).get(word);
  return verb === undefined ? undefined : `tutum-stack ${group} ${verb}`;
}

function programFor(invocation: Invocation): Command {
  const { io, words } = invocation;
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
      outputError: (text, write) => write(ownErrorLine(text, words)),
      getOutHasColors: () => hasColour(io, io.stdout),
      getErrHasColors: () => hasColour(io, io.stderr),
    });
  for (const define of commandsFor(words[0] ?? "")) define(program, invocation);
  return program;
}

/** The command of a name alone: to set up the others takes longer than to compile a stack. All for any other word. */
function commandsFor(word: string): Iterable<DefineCommand> {
  const quick = quickCommands.get(word);
  if (quick) return [quick];
  const others = otherCommands();
  const called = others.get(word);
  return called ? [called] : new Set([...quickCommands.values(), ...others.values()]);
}
