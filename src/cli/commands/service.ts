import { Option, type Command } from "commander";
import type { PsFlags, RedeployFlags, RunFlags, SetFlags } from "../live/service.ts";
import type { LogFlags } from "../live/logs.ts";
import type { LiveFlags } from "../live/flags.ts";
import type { DefineCommand, Invocation } from "../invocation.ts";
import {
  wholeNumber,
  withChangeOptions,
  withServiceOptions,
  withSwitches,
  withSwitchValues,
  withViewOptions,
} from "../live-options.ts";
import { defineEnvironment } from "./environment.ts";

/** `tutum-stack service`, with the verbs and options of the old clients. `apps` is its oldest name. */
export const defineService: DefineCommand = (program, invocation) => {
  const group = program.command("service").alias("apps").description("run, change and list services");
  describeRun(group.command("run <image>"), "start", invocation);
  describeRun(group.command("create <image>"), "leave", invocation);
  defineChanging(group, invocation);
  defineActing(group, invocation);
  defineViewing(group, invocation);
  describeLogs(group.command("logs <service...>"), invocation);
  defineEnvironment(group, invocation);
};

/** `tutum-stack run`: the same as `service run`, as in the old clients. */
export const defineRun: DefineCommand = (program, invocation) => {
  describeRun(program.command("run <image>"), "start", invocation);
};

/** `tutum-stack logs`: the same as `service logs`. */
export const defineLogs: DefineCommand = (program, invocation) => {
  describeLogs(program.command("logs <service...>"), invocation);
};

const load = () => import("../live/service.ts");

function describeRun(command: Command, then: "start" | "leave", { io, finish }: Invocation): void {
  const described = command
    .description(
      then === "start" ? "add a service to a stack and start it" : "add a service to a stack, but do not start it",
    )
    .option("-n, --name <name>", "the name of the service (default: that of the image)")
    .option("--stack <name>", "the stack to which it is added (default: services)");
  withChangeOptions(withSwitches(withServiceOptions(described))).action((image: string, flags: RunFlags) =>
    finish(load().then(({ runService }) => runService(io, image, flags, then))),
  );
}

function defineChanging(group: Command, { io, finish }: Invocation): void {
  const set = group
    .command("set <service...>")
    .description("change services in their stack file, and apply the change")
    .option("--image <image>", "the image of the containers");
  const redeployed = withSwitchValues(withServiceOptions(set)).option(
    "--redeploy",
    "always recreate the containers, even if they do not run",
  );
  withChangeOptions(redeployed).action((services: string[], flags: SetFlags) =>
    finish(load().then(({ setServices }) => setServices(io, services, flags))),
  );
  withChangeOptions(group.command("scale <service...>").usage("[options] <service...> <number>"))
    .description("change the number of containers of services")
    .action((words: string[], flags: LiveFlags) =>
      finish(load().then(({ scaleServices }) => scaleServices(io, words, flags))),
    );
}

function defineActing(group: Command, { io, finish }: Invocation): void {
  for (const [verb, description] of [
    ["start", "start the containers of services"],
    ["stop", "stop the containers of services"],
    ["redeploy", "recreate the containers of services"],
    ["terminate", "remove services from their stack file, and remove their containers"],
  ] as const) {
    const command = group.command(`${verb} <service...>`).description(description);
    if (verb === "redeploy") command.option("--not-reuse-volumes", "give the new containers new anonymous volumes");
    withChangeOptions(command).action((services: string[], flags: RedeployFlags) =>
      finish(load().then(({ actOnServices }) => actOnServices(io, verb, services, flags))),
    );
  }
}

function defineViewing(group: Command, { io, finish }: Invocation): void {
  const ps = group
    .command("ps")
    .description("list services")
    .option("-q, --quiet", "print identifiers only")
    .option("-s, --status <state>", "only services in this state")
    .option("--stack <name>", "only services of this stack");
  withViewOptions(ps).action((flags: PsFlags) => finish(load().then(({ psServices }) => psServices(io, flags))));
  withViewOptions(group.command("inspect <service...>").description("print the details of services as JSON")).action(
    (services: string[], flags: LiveFlags) =>
      finish(load().then(({ inspectServices }) => inspectServices(io, services, flags))),
  );
  withViewOptions(
    group.command("runs <service>").description("list the ended containers of a service with their exit codes"),
  ).action((service: string, flags: LiveFlags) =>
    finish(import("../live/runs.ts").then(({ runsOfService }) => runsOfService(io, service, flags))),
  );
}

function describeLogs(command: Command, { io, finish }: Invocation): void {
  const described = command
    .description("print the output of the containers of services")
    .option("-f, --follow", "wait for more output until the containers stop")
    .addOption(new Option("-t, --tail <lines>", "only the last lines").argParser(wholeNumber));
  withViewOptions(described).action((services: string[], flags: LogFlags) =>
    finish(load().then(({ logsOfServices }) => logsOfServices(io, services, flags))),
  );
}
