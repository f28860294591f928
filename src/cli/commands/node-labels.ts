import { labelsOf } from "../../targets/swarm/placement.ts";
import type { DefineCommand } from "../invocation.ts";
import type { Io } from "../io.ts";
import { readStackOnly, type ReadFlags } from "../read-stack.ts";

interface NodeLabelsFlags extends ReadFlags {
  readonly interpolate?: boolean;
}

/** `tutum-stack node-labels`: prints the commands that give a Swarm's nodes the labels that tags ask for. */
export const defineNodeLabels: DefineCommand = (program, { io, finish }) => {
  program
    .command("node-labels [file]")
    .description("print the commands that give the nodes of a Swarm the labels for the tags of a stack file")
    .option("--interpolate", "treat $NAME and ${NAME} as variables, not as text")
    .option("--stdin-filename <name>", "the name of standard input in messages")
    .action((file: string | undefined, flags: NodeLabelsFlags) => finish(printNodeLabels(io, file, flags)));
};

/** Returns the exit code. Throws a Problem. */
function printNodeLabels(io: Io, file: string | undefined, flags: NodeLabelsFlags): number {
  const stack = readStackOnly(io, file, flags, flags.interpolate ? "on" : "off");
  if (!stack) return 1;
  const labels = [...labelsOf(stack)];
  if (labels.length === 0) io.stderr.write("tutum-stack: no service has tags, so the nodes need no labels\n");
  for (const [label, services] of labels) {
    io.stdout.write(
      `docker node update --label-add ${shellWord(label)} NODE  # for ${services.map(({ name }) => name).join(", ")}\n`,
    );
  }
  return 0;
}

/** In quotes, if it needs any. A variable in it is for whoever reads the command to fill in: a stack file has no say in a shell. */
function shellWord(text: string): string {
  return /^[\w.=-]+$/.test(text) ? text : `'${text}'`;
}
