import type { Command } from "commander";
import type { ListFlags, RemoveFlags } from "../live/environment.ts";
import type { SetFlags } from "../live/service.ts";
import type { Invocation } from "../invocation.ts";
import { collect, withChangeOptions, withVariableOptions, withViewOptions } from "../live-options.ts";

/** `tutum-stack service env`, with the verbs and options of the old clients. */
export function defineEnvironment(service: Command, { io, finish }: Invocation): void {
  const load = () => import("../live/environment.ts");
  const group = service.command("env").description("list and change the variables of services");
  const list = group
    .command("list <service>")
    .description("list the variables of a service, and where they come from")
    .option("-q, --quiet", "print only KEY=VALUE")
    .option("--user", "only those of the stack file")
    .option("--image", "only those of the image");
  withViewOptions(list).action((name: string, flags: ListFlags) =>
    finish(load().then(({ listVariables }) => listVariables(io, name, flags))),
  );
  for (const [verb, description] of [
    ["add", "add variables that services do not have yet"],
    ["update", "change the values of variables that services have"],
    ["set", "replace all variables of services in the stack file"],
  ] as const)
    withRedeploy(withVariableOptions(group.command(`${verb} <service...>`).description(description))).action(
      (names: string[], flags: SetFlags) =>
        finish(load().then(({ changeVariables }) => changeVariables(io, verb, names, flags))),
    );
  const remove = group
    .command("remove <service...>")
    .description("remove variables from the stack file")
    .option("-n, --name <key>", "the name of a variable; can be repeated", collect);
  withRedeploy(remove).action((names: string[], flags: RemoveFlags) =>
    finish(load().then(({ removeVariables }) => removeVariables(io, names, flags))),
  );
}

function withRedeploy(command: Command): Command {
  return withChangeOptions(command.option("--redeploy", "always recreate the containers, even if they do not run"));
}
