import type { Stack } from "../../stack/model.ts";
import { labelsOf, nodeLabel } from "../../targets/swarm/placement.ts";
import { shellWord } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
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
  const impossible = impossibleTags(stack);
  if (impossible.length > 0)
    io.stderr.write(`tutum-stack: no node can have a label for ${visible(someOf(impossible))}\n`);
  else if (labels.length === 0) io.stderr.write("tutum-stack: no service has tags, so the nodes need no labels\n");
  for (const [label, services] of labels) {
    const names = services.map(({ name }) => name).join(", ");
    io.stdout.write(`docker node update --label-add ${shellWord(label)} NODE  # for ${names}\n`);
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
