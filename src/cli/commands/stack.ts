import type { StackActionFlags, StackFileFlags } from "../live/stack.ts";
import type { LiveFlags } from "../live/flags.ts";
import type { DefineCommand } from "../invocation.ts";
import { withChangeOptions, withViewOptions } from "../live-options.ts";

/** `tutum-stack stack`, with the verbs and options of the old clients. */
export const defineStack: DefineCommand = (program, invocation) => {
  const { io, finish } = invocation;
  const group = program.command("stack").description("run, change and list stacks");
  const load = () => import("../live/stack.ts");
  for (const [verb, then, description] of [
    ["create", "leave", "add a stack file to the stacks folder, but do not run it"],
    ["up", "start", "add a stack file to the stacks folder and run it"],
  ] as const)
    withChangeOptions(
      group
        .command(verb)
        .description(description)
        .option("-n, --name <name>", "the name of the stack (default: that of the current folder)")
        .option("-f, --file <file>", fileDescription),
    ).action((flags: StackFileFlags) => finish(load().then(({ createStackFrom }) => createStackFrom(io, flags, then))));
  const update = group
    .command("update <stack>")
    .description("replace or add the services of a file in a stack file, without applying it")
    .option("-f, --file <file>", fileDescription);
  withChangeOptions(update).action((stack: string, flags: StackFileFlags) =>
    finish(load().then(({ updateStackFrom }) => updateStackFrom(io, stack, flags))),
  );
  const list = group.command("list").description("list stacks").option("-q, --quiet", "print identifiers only");
  withViewOptions(list).action((flags: LiveFlags) => finish(load().then(({ listStacks }) => listStacks(io, flags))));
  withViewOptions(group.command("inspect <stack...>").description("print the details of stacks as JSON")).action(
    (stacks: string[], flags: LiveFlags) =>
      finish(load().then(({ inspectStacks }) => inspectStacks(io, stacks, flags))),
  );
  for (const [verb, description] of [
    ["start", "start all services of stacks"],
    ["stop", "stop all services of stacks"],
    ["redeploy", "recreate the containers of all services of stacks"],
    ["terminate", "remove stacks with their containers"],
  ] as const) {
    const command = group.command(`${verb} <stack...>`).description(description);
    if (verb === "redeploy") command.option("--not-reuse-volumes", "give the new containers new anonymous volumes");
    if (verb === "terminate") command.option("--volumes", "remove named volumes, too");
    withChangeOptions(command).action((stacks: string[], flags: StackActionFlags) =>
      finish(load().then(({ actOnStacks }) => actOnStacks(io, verb, stacks, flags))),
    );
  }
  const exporting = group
    .command("export <stack>")
    .description("print the stack file of a stack")
    .option("-f, --file <file>", "write the stack file to this path, where no file may exist yet");
  withViewOptions(exporting).action((stack: string, flags: StackFileFlags) =>
    finish(load().then(({ exportStack }) => exportStack(io, stack, flags))),
  );
};

const fileDescription = "the stack file (default: the one of the current folder)";
