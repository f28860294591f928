import { labelsOf } from "../../targets/swarm/placement.ts";
import type { DefineCommand } from "../invocation.ts";
import type { Io } from "../io.ts";
import { readValidStack, type ReadFlags } from "../read-stack.ts";

interface NodeLabelsFlags extends ReadFlags {
  readonly interpolate?: boolean;
}

/**
 * `tutum-stack node-labels`: prints the commands that add the tags of a stack file as labels to the nodes of a Swarm.
 */
export const defineNodeLabels: DefineCommand = (program, { io, finish }) => {
  program
    .command("node-labels [file]")
    .description("print the commands that add the tags of a stack file as labels to the nodes of a Swarm")
    .option("--interpolate", "treat $NAME and ${NAME} as variables, not as text")
    .option("--stdin-filename <name>", "the name of standard input (-) in messages")
    .action((file: string | undefined, flags: NodeLabelsFlags) => finish(printNodeLabels(io, file, flags)));
};

/** Returns the exit code. Throws a Problem. */
function printNodeLabels(io: Io, file: string | undefined, flags: NodeLabelsFlags): number {
  const stack = readValidStack(io, file, flags, flags.interpolate ? "on" : "off");
  if (!stack) return 1;
  const labels = [...labelsOf(stack)];
  if (labels.length === 0) io.stderr.write("tutum-stack: no service has tags, so the nodes need no labels\n");
  for (const [label, services] of labels) {
    const names = services.map(({ name }) => name).join(", ");
    io.stdout.write(`docker node update --label-add ${quotedForShell(label)} NODE  # for ${names}\n`);
  }
  return 0;
}

/**
 * Quotes a label for the shell if it needs quotes. The shell must not expand a variable that the stack file contains.
 */
function quotedForShell(text: string): string {
  return /^[\w.=-]+$/.test(text) ? text : `'${text}'`;
}
