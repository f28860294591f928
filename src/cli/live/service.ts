import { Problem } from "../../files/problem.ts";
import {
  createService,
  redeployServices,
  scaleService,
  setService,
  startServices,
  terminateService,
} from "../../platform/actions.ts";
import { stackForRun } from "../../platform/stack-actions.ts";
import type { Outcome } from "../../platform/change.ts";
import { isOnlyService } from "../../platform/terminate.ts";
import { stopServices } from "../../platform/stop.ts";
import type { StackRef } from "../../platform/platform.ts";
import { viewStacks, type ServiceView, type StackView } from "../../platform/views.ts";
import { findNamed, uuidOf } from "../../platform/identifiers.ts";
import { showLogs, type LogFlags } from "./logs.ts";
import { visible } from "../../text/visible.ts";
import type { Io } from "../io.ts";
import { fieldsOf, type ServiceFlags } from "./fields.ts";
import { nameOfImage } from "../../platform/edits.ts";
import { complain, reportOutcome, reportStop } from "./outcome.ts";
import { removeStack } from "./removal.ts";
import type { LiveFlags } from "./flags.ts";
import { inSession, type Session } from "./session.ts";
import { ago } from "../../text/ago.ts";
import { table, withSign } from "./table.ts";

/** `service ps`. */
export interface PsFlags extends LiveFlags {
  readonly status?: string;
  readonly stack?: string;
}

/** `service run` and `service create`. */
export interface RunFlags extends LiveFlags, ServiceFlags {
  readonly name?: string;
  readonly stack?: string;
}

/** `service set`. */
export interface SetFlags extends LiveFlags, ServiceFlags {
  readonly redeploy?: boolean;
}

/** `service redeploy`. */
export interface RedeployFlags extends LiveFlags {
  readonly notReuseVolumes?: boolean;
}

/** Adds a service to a stack, and starts it unless `then` is `leave`. Resolves to the exit code. */
export function runService(io: Io, image: string, flags: RunFlags, then: "start" | "leave"): Promise<number> {
  const name = flags.name ?? nameOfImage(image);
  return inSession(io, flags, `service ${then === "start" ? "run" : "create"} ${name}`, async (session) => {
    // Without Compose, the service would be added to the file and could not start.
    if (then === "start") session.platform.findCompose();
    const stack = await stackNamed(session, flags.stack);
    const uuid = uuidOf("service", stack.project, name);
    const fields = fieldsOf(io, { ...flags, image });
    return reportOutcome(session, await createService(session, stack, name, { fields, next: then }), uuid);
  });
}

/** The stack to which a service is added: a visible one, else a new one in the stacks folder. */
async function stackNamed({ platform, signal }: Session, name: string | undefined): Promise<StackRef> {
  const [found] = name === undefined ? [] : findNamed(await viewStacks(platform, signal), name);
  return found?.ref ?? stackForRun(platform, name);
}

/** Changes fields of services. */
export function setServices(io: Io, identifiers: readonly string[], flags: SetFlags): Promise<number> {
  const fields = fieldsOf(io, flags);
  return forEachService(io, flags, "set", identifiers, async (session, { name, uuid, stackRef }) => {
    const next = flags.redeploy ? "redeploy" : "apply";
    return reportOutcome(session, await setService(session, stackRef, name, { fields, next }), uuid);
  });
}

/** Starts, stops, redeploys or terminates services. */
export function actOnServices(
  io: Io,
  verb: "start" | "stop" | "redeploy" | "terminate",
  identifiers: readonly string[],
  flags: RedeployFlags,
): Promise<number> {
  return forEachService(io, flags, verb, identifiers, async (session, service) => {
    const { name, uuid, stackRef } = service;
    if (verb === "stop") return reportStop(session, await stopServices(session, stackRef, new Set([name])), uuid);
    if (verb === "terminate") return terminate(session, service);
    const outcome =
      verb === "start"
        ? await startServices(session, stackRef, new Set([name]))
        : await redeploy(session, stackRef, name, flags);
    return reportOutcome(session, outcome, uuid);
  });
}

/** Removes a service. A stack file must have one, so a stack of the stacks folder is removed with its last service. */
async function terminate(session: Session, { name, uuid, stackRef }: ServiceView): Promise<number> {
  if (!isOnlyService(session.platform, stackRef, name))
    return reportOutcome(session, await terminateService(session, stackRef, name), uuid);
  if (stackRef.isManaged) return removeStack(session, stackRef, { ...session.flags, uuid });
  const why = `service ${name} is the only service in its stack file, and a stack file must have a service`;
  return complain(session, `${why}; \`tutum-stack down\` removes its containers`);
}

/** Changes how many containers services have: the last argument is the number. */
export function scaleServices(io: Io, words: readonly string[], flags: LiveFlags): Promise<number> {
  const count = words.at(-1) ?? "";
  if (words.length < 2 || !/^\d+$/.test(count))
    throw new Problem("the last argument must be a number: `tutum-stack service scale SERVICE... NUMBER`");
  return forEachService(io, flags, "scale", words.slice(0, -1), async (session, { name, uuid, stackRef }) =>
    reportOutcome(session, await scaleService(session, stackRef, name, Number(count)), uuid),
  );
}

function redeploy(
  session: Session,
  stack: StackRef,
  service: string,
  { notReuseVolumes = false }: RedeployFlags,
): Promise<Outcome> {
  return redeployServices(session, stack, { services: new Set([service]), renewsVolumes: notReuseVolumes });
}

/** Prints all services as the old clients did. */
export function psServices(io: Io, flags: PsFlags): Promise<number> {
  return inSession(io, flags, "service ps", async ({ platform, signal }) => {
    const stacks = await viewStacks(platform, signal);
    const meant = flags.stack === undefined ? stacks : findNamed(stacks, flags.stack);
    if (meant.length === 0 && flags.stack !== undefined)
      throw new Problem(`there is no stack ${JSON.stringify(flags.stack)}`);
    const services = meant
      .flatMap((stack) => stack.services)
      .filter(({ state, word }) => flags.status === undefined || flags.status === state || flags.status === word);
    if (flags.output === "json") io.stdout.write(`${JSON.stringify(services.map(asJson), null, 2)}\n`);
    else if (flags.quiet) io.stdout.write(services.map(({ uuid }) => `${uuid}\n`).join(""));
    else printServices(io, services, meant, platform.now() / 1000);
    return 0;
  });
}

function printServices(io: Io, services: readonly ServiceView[], stacks: readonly StackView[], now: number): void {
  const headers = ["NAME", "UUID", "STATUS", "#CONTAINERS", "IMAGE", "DEPLOYED", "PUBLIC DNS", "STACK"];
  const rows = services.map(({ name, uuid, word, isCurrent, containers, wanted, deployed, stack }) => [
    name,
    uuid.slice(0, 8),
    `${withSign(word)}${isCurrent === false ? "(*)" : ""}`,
    String(containers.length),
    wanted?.image ?? containers[0]?.image ?? "",
    ago(deployed, now),
    "localhost",
    stack,
  ]);
  io.stdout.write(table(headers, rows));
  const outdated = services.filter(({ isCurrent }) => isCurrent === false);
  if (outdated.length > 0)
    io.stdout.write(
      `\n(*) out of date; \`tutum-stack service redeploy ${outdated[0]!.name}\` applies the stack file\n`,
    );
  const byHand = services.flatMap(({ changedByHand }) => changedByHand);
  if (byHand.length > 0) io.stdout.write(`\nrestart policy changed by hand: ${visible(byHand.join(", "))}\n`);
  for (const { name, isBroken, problem, interrupted } of stacks) {
    if (problem !== undefined) io.stderr.write(`${visible(`tutum-stack: ${problem}`)}\n`);
    else if (isBroken)
      io.stderr.write(`tutum-stack: the stack file of ${name} has errors; \`tutum-stack validate\` shows them\n`);
    if (interrupted !== undefined)
      io.stderr.write(`tutum-stack: \`${interrupted}\` was interrupted in ${name}; \`tutum-stack up\` finishes it\n`);
  }
}

/** Prints the details of services as JSON. */
export function inspectServices(io: Io, identifiers: readonly string[], flags: LiveFlags): Promise<number> {
  return forEachService(io, flags, "inspect", identifiers, async (_, service) => {
    io.stdout.write(`${JSON.stringify(asJson(service), null, 2)}\n`);
    return 0;
  });
}

/** A service in the words of the old API. */
function asJson(service: ServiceView): object {
  const { name, uuid, stack, state, word, isCurrent, isWell, changedByHand, wanted, containers } = service;
  return {
    name,
    uuid,
    stack,
    state,
    status: word,
    is_well: isWell,
    synchronized: isCurrent ?? null,
    changed_by_hand: changedByHand,
    image_name: wanted?.image ?? containers[0]?.image ?? null,
    autorestart: wanted?.policy.autorestart ?? null,
    autodestroy: wanted?.policy.autodestroy ?? null,
    target_num_containers: wanted?.replicas ?? null,
    current_num_containers: containers.length,
    containers: containers.map(({ id, name: own, state: engineState, status }) => ({
      uuid: uuidOf("container", id),
      name: own,
      docker_id: id,
      state: engineState,
      status,
    })),
  };
}

/** Does something with each named service, also after one fails. The highest exit code counts. */
export function forEachService(
  io: Io,
  flags: LiveFlags,
  verb: string,
  identifiers: readonly string[],
  work: (session: Session, service: ServiceView) => Promise<number>,
): Promise<number> {
  return inSession(io, flags, `service ${verb} ${identifiers.join(" ")}`, async (session) => {
    let worst = 0;
    for (const identifier of identifiers) {
      const service = await findService(session, identifier);
      worst = Math.max(worst, await work(session, service));
    }
    return worst;
  });
}

export async function findService({ platform, signal }: Session, identifier: string): Promise<ServiceView> {
  const stacks = await viewStacks(platform, signal);
  const [found, ...others] = findNamed(
    stacks.flatMap(({ services }) => services),
    identifier,
  );
  if (!found)
    throw new Problem(`there is no service ${JSON.stringify(identifier)}; \`tutum-stack service ps\` lists them`);
  if (others.length === 0) return found;
  const names = [found, ...others].map(({ name, stack }) => `${name}.${stack}`).join(", ");
  throw new Problem(`${JSON.stringify(identifier)} matches more than one service: ${names}`);
}

/** Prints the output of the containers of services. */
export function logsOfServices(io: Io, identifiers: readonly string[], flags: LogFlags): Promise<number> {
  return inSession(io, flags, "service logs", async (session) => {
    const services = await Promise.all(identifiers.map((identifier) => findService(session, identifier)));
    return showLogs(
      session,
      services.flatMap(({ containers }) => containers),
      flags,
    );
  });
}
