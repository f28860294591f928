import { Option } from "commander";
import type { ContainerPsFlags } from "../live/container.ts";
import type { LogFlags } from "../live/logs.ts";
import type { RedeployFlags } from "../live/service.ts";
import type { LiveFlags } from "../live/flags.ts";
import type { DefineCommand } from "../invocation.ts";
import { wholeNumber, withChangeOptions, withViewOptions } from "../live-options.ts";

/** `tutum-stack container`, with the verbs and options of the old clients. */
export const defineContainer: DefineCommand = (program, invocation) => {
  const { io, finish } = invocation;
  const group = program.command("container").description("list, start, stop and remove containers");
  const load = () => import("../live/container.ts");
  const ps = group
    .command("ps")
    .description("list containers")
    .option("-q, --quiet", "print identifiers only")
    .option("-s, --status <state>", "only containers in this state")
    .option("--service <service>", "only containers of this service")
    .option("--no-trunc", "print everything in full");
  withViewOptions(ps).action((flags: ContainerPsFlags) =>
    finish(load().then(({ psContainers }) => psContainers(io, flags))),
  );
  withViewOptions(
    group.command("inspect <container...>").description("print the details of containers as JSON"),
  ).action((containers: string[], flags: LiveFlags) =>
    finish(load().then(({ inspectContainers }) => inspectContainers(io, containers, flags))),
  );
  const logs = group
    .command("logs <container...>")
    .description("print the output of containers")
    .option("-f, --follow", "wait for more output until the containers stop")
    .addOption(new Option("-t, --tail <lines>", "only the last lines").argParser(wholeNumber));
  withViewOptions(logs).action((containers: string[], flags: LogFlags) =>
    finish(load().then(({ logsOfContainers }) => logsOfContainers(io, containers, flags))),
  );
  for (const [verb, description] of [
    ["start", "start containers"],
    ["stop", "stop containers"],
    ["terminate", "remove containers with their anonymous volumes"],
  ] as const)
    withChangeOptions(group.command(`${verb} <container...>`).description(description)).action(
      (containers: string[], flags: LiveFlags) =>
        finish(load().then(({ actOnContainers }) => actOnContainers(io, verb, containers, flags))),
    );
  const redeploy = group
    .command("redeploy <container...>")
    .description("recreate the container of services that have only one")
    .option("--not-reuse-volumes", "give the new container new anonymous volumes");
  withChangeOptions(redeploy).action((containers: string[], flags: RedeployFlags) =>
    finish(load().then(({ redeployContainers }) => redeployContainers(io, containers, flags))),
  );
};
