import { Problem } from "../../files/problem.ts";
import { redeployServices } from "../../platform/actions.ts";
import { actOnContainer, type ContainerVerb } from "../../platform/containers.ts";
import { findNamed, uuidOf } from "../../platform/identifiers.ts";
import type { ListedContainer } from "../../platform/observed.ts";
import { containerState, exitCodeOf } from "../../platform/states.ts";
import { viewStacks, type ServiceView } from "../../platform/views.ts";
import type { Io } from "../io.ts";
import type { RedeployFlags } from "./service.ts";
import { showLogs, type LogFlags } from "./logs.ts";
import { complain, declined, reportOutcome } from "./outcome.ts";
import type { LiveFlags } from "./flags.ts";
import { inSession, type Session } from "./session.ts";
import { ago } from "../../text/ago.ts";
import { table, withSign } from "./table.ts";

/** `container ps`. */
export interface ContainerPsFlags extends LiveFlags {
  readonly status?: string;
  readonly service?: string;
  /** False with `--no-trunc`. */
  readonly trunc?: boolean;
}

/** A container as commands find it. */
interface ContainerView {
  readonly uuid: string;
  readonly name: string;
  readonly stack: string;
  readonly service: ServiceView;
  readonly container: ListedContainer;
}

/** Prints all containers as the old clients did. */
export function psContainers(io: Io, flags: ContainerPsFlags): Promise<number> {
  return inSession(io, flags, "container ps", async (session) => {
    const all = (await viewContainers(session)).filter(
      ({ service, container }) =>
        (flags.status === undefined || containerState(container) === flags.status) &&
        (flags.service === undefined || findNamed([service], flags.service).length > 0),
    );
    if (flags.output === "json") io.stdout.write(`${JSON.stringify(all.map(asJson), null, 2)}\n`);
    else if (flags.quiet) io.stdout.write(all.map(({ uuid }) => `${uuid}\n`).join(""));
    else io.stdout.write(containerTable(all, flags.trunc ?? true, session.platform.now() / 1000));
    return 0;
  });
}

function containerTable(all: readonly ContainerView[], isShort: boolean, now: number): string {
  const headers = ["NAME", "UUID", "STATUS", "IMAGE", "RUN COMMAND", "EXIT CODE", "DEPLOYED", "PORTS", "NODE", "STACK"];
  const short = (text: string): string => (isShort && text.length > 20 ? `${text.slice(0, 17)}...` : text);
  const rows = all.map(({ uuid, name, stack, container }) => [
    name,
    isShort ? uuid.slice(0, 8) : uuid,
    withSign(containerState(container)),
    container.image,
    short(container.command),
    String(exitCodeOf(container) ?? ""),
    ago(container.created, now),
    short(portsOf(container)),
    "localhost",
    stack,
  ]);
  return table(headers, rows);
}

function portsOf({ ports }: ListedContainer): string {
  const texts = ports.map(({ publicPort, privatePort, protocol }) =>
    publicPort === undefined ? `${privatePort}/${protocol}` : `localhost:${publicPort}->${privatePort}/${protocol}`,
  );
  return [...new Set(texts)].join(", ");
}

/** Starts, stops or terminates containers. */
export function actOnContainers(
  io: Io,
  verb: ContainerVerb,
  identifiers: readonly string[],
  flags: LiveFlags,
): Promise<number> {
  return forEachContainer(io, flags, verb, identifiers, async (session, { uuid, name, service, container }) => {
    const outcome = await actOnContainer(session, service.stackRef, container.id, verb);
    if (outcome.kind === "declined") return declined(session, outcome.destroyed);
    if (outcome.kind === "planned") return 0;
    if (outcome.kind === "gone") return complain(session, `container ${name} no longer exists`);
    if (outcome.kind === "done") io.stdout.write(`${uuid}\n`);
    return 0;
  });
}

/** Recreates the container of services that have only one. Compose cannot recreate one container of several. */
export function redeployContainers(io: Io, identifiers: readonly string[], flags: RedeployFlags): Promise<number> {
  return forEachContainer(io, flags, "redeploy", identifiers, async (session, { uuid, service }) => {
    if (service.containers.length > 1)
      return complain(
        session,
        `service ${service.name} has several containers; \`service redeploy ${service.name}\` recreates all of them`,
      );
    const what = { services: new Set([service.name]), renewsVolumes: flags.notReuseVolumes ?? false };
    return reportOutcome(session, await redeployServices(session, service.stackRef, what), uuid);
  });
}

/** Prints the details of containers as JSON. */
export function inspectContainers(io: Io, identifiers: readonly string[], flags: LiveFlags): Promise<number> {
  return forEachContainer(io, flags, "inspect", identifiers, async (session, view) => {
    const details = await session.platform.engine.inspect(view.container.id, session.signal);
    const more = details && {
      exit_code: details.exitCode ?? null,
      started: details.startedAt,
      finished: details.finishedAt,
      restart_count: details.restartCount,
      restart_policy: details.restartPolicy,
      container_envvars: details.environment,
      bindings: details.mounts,
    };
    io.stdout.write(`${JSON.stringify({ ...asJson(view), ...more }, null, 2)}\n`);
    return 0;
  });
}

/** Prints the output of containers. */
export function logsOfContainers(io: Io, identifiers: readonly string[], flags: LogFlags): Promise<number> {
  return inSession(io, flags, "container logs", async (session) => {
    const views = await Promise.all(identifiers.map((identifier) => findContainer(session, identifier)));
    return showLogs(
      session,
      views.map(({ container }) => container),
      flags,
    );
  });
}

function asJson({ uuid, name, stack, service, container }: ContainerView): object {
  return {
    uuid,
    name,
    stack,
    service: service.name,
    docker_id: container.id,
    state: containerState(container),
    image_name: container.image,
    run_command: container.command,
    exit_code: exitCodeOf(container) ?? null,
    ports: container.ports,
  };
}

async function viewContainers({ platform, signal }: Session): Promise<readonly ContainerView[]> {
  const stacks = await viewStacks(platform, signal);
  return stacks.flatMap(({ services }) =>
    services.flatMap((service) =>
      service.containers.map((container) => ({
        uuid: uuidOf("container", container.id),
        name: `${service.name}-${container.number}`,
        stack: service.stack,
        service,
        container,
      })),
    ),
  );
}

function forEachContainer(
  io: Io,
  flags: LiveFlags,
  verb: string,
  identifiers: readonly string[],
  work: (session: Session, container: ContainerView) => Promise<number>,
): Promise<number> {
  return inSession(io, flags, `container ${verb} ${identifiers.join(" ")}`, async (session) => {
    let worst = 0;
    for (const identifier of identifiers)
      worst = Math.max(worst, await work(session, await findContainer(session, identifier)));
    return worst;
  });
}

async function findContainer(session: Session, identifier: string): Promise<ContainerView> {
  const all = await viewContainers(session);
  const byDocker = all.filter(({ container }) => identifier.length >= 12 && container.id.startsWith(identifier));
  const [found, ...others] = byDocker.length > 0 ? byDocker : findNamed(all, identifier);
  if (!found)
    throw new Problem(`there is no container ${JSON.stringify(identifier)}; \`tutum-stack container ps\` lists them`);
  if (others.length > 0) throw new Problem(`${JSON.stringify(identifier)} matches more than one container`);
  return found;
}
