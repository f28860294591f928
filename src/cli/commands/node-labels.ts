import type { Stack } from "../../stack/model.ts";
import { labelsOf, nodeLabel } from "../../targets/swarm/placement.ts";
import { visible } from "../../text/visible.ts";
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
  const impossible = impossibleTags(stack);
  if (impossible.length > 0)
    io.stderr.write(`tutum-stack: no node can have a label for ${visible(someOf(impossible))}\n`);
  else if (labels.length === 0) io.stderr.write("tutum-stack: no service has tags, so the nodes need no labels\n");
  for (const [label, services] of labels) {
    io.stdout.write(
      `docker node update --label-add ${shellWord(label)} NODE  # for ${services.map(({ name }) => name).join(", ")}\n`,
    );
  }
  return 0;
}

/** The tags that cannot be labels, each with its service. `compile --target swarm` says why. */
function impossibleTags({ services, interpolation }: Stack): readonly string[] {
  return [...services.values()].flatMap(({ name, tags }) =>
    [...new Set(tags)]
      .filter((tag) => !nodeLabel(tag, interpolation))
      .map((tag) => `the tag ${JSON.stringify(tag)} of service ${name}`),
  );
}

/** The first of them, and how many more there are. */
function someOf(texts: readonly string[]): string {
  const more = texts.length - 10;
  return `${texts.slice(0, 10).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

/** In quotes, if it needs any. A variable in it is for whoever reads the command to fill in: a stack file has no say in a shell. */
function shellWord(text: string): string {
  return /^[\w.=-]+$/.test(text) ? text : `'${text}'`;
}
