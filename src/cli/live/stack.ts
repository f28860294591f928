import { basename, dirname, resolve } from "node:path";
import { Problem } from "../../files/problem.ts";
import { redeployServices, startServices, up } from "../../platform/actions.ts";
import { createStack, updateStack } from "../../platform/stack-actions.ts";
import { readStackFile, type Wish } from "../../platform/change.ts";
import { findNamed, uuidOf } from "../../platform/identifiers.ts";
import { checkStackName, currentPlace, placeOfFile } from "../../platform/places.ts";
import { stackAt, type StackRef } from "../../platform/platform.ts";
import { stopServices } from "../../platform/stop.ts";
import { viewStacks, type StackView } from "../../platform/views.ts";
import { validate } from "../../compile.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { namedSource } from "../../diagnostics/source.ts";
import { projectName } from "../../targets/project-name.ts";
import type { Io } from "../io.ts";
import { reportOutcome, reportStop } from "./outcome.ts";
import { removeStack, takeDown } from "./removal.ts";
import type { LiveFlags } from "./flags.ts";
import { inSession, type Session } from "./session.ts";
import { ago } from "../../text/ago.ts";
import type { Reruns } from "../../platform/plan-model.ts";
import { waitAfterUp, type WaitFlags } from "./wait.ts";
import { table, withSign } from "./table.ts";

/** `stack create`, `stack up` and `stack update`. */
export interface StackFileFlags extends LiveFlags {
  readonly name?: string;
  readonly file?: string;
}

/** `up`. */
export interface UpFlags extends WaitFlags {
  readonly name?: string;
  readonly linkVariables?: true;
  readonly wait?: boolean;
  readonly rerun?: readonly string[];
}

/** `down` and `stack terminate`. */
export interface DownFlags extends LiveFlags {
  readonly name?: string;
  readonly volumes?: boolean;
}

/** `stack start`, `stop`, `redeploy` and `terminate`. */
export interface StackActionFlags extends DownFlags {
  readonly notReuseVolumes?: boolean;
}

/** `tutum-stack up`: runs a stack file as it is. Resolves to the exit code. */
export function upHere(
  io: Io,
  file: string | undefined,
  flags: UpFlags,
  settings: Pick<Wish, "sidecar" | "balancer">,
): Promise<number> {
  if (flags.timeout !== undefined && !flags.wait) throw new Problem("--timeout is only for --wait");
  return inSession(io, flags, "up", async (session) => {
    const stack = await stackHere(session, file, flags.name);
    // The old clients print the UUID, which only scripts need.
    const isForScript = flags.quiet || flags.output === "json";
    const outcome = await up(session, stack, {
      ...settings,
      reruns: rerunsOf(flags.rerun),
      ...(flags.linkVariables ? { linkVariables: true } : {}),
    });
    const code = reportOutcome(session, outcome, isForScript ? uuidOf("stack", stack.project) : "");
    if (code !== 0 || !flags.wait || outcome.kind !== "done") return code;
    return waitAfterUp(session, stack, outcome.plan, flags);
  });
}

function rerunsOf(names: readonly string[] = []): Reruns {
  return names.includes("all") ? "all" : new Set(names);
}

/** `tutum-stack down`: removes the containers of the stack in the current folder. */
export function downHere(io: Io, file: string | undefined, flags: DownFlags): Promise<number> {
  return inSession(io, flags, "down", async (session) => {
    const stack = await stackHere(session, file, flags.name);
    return takeDown(session, stack, flags);
  });
}

/** The stack of a file, or of the current folder. Rejects with a Problem. */
export async function stackHere(
  { io, platform, signal }: Session,
  file: string | undefined,
  name: string | undefined,
): Promise<StackRef> {
  const place = file === undefined ? currentPlace(platform) : placeOfFile(resolve(io.cwd, file));
  if (!place) throw new Problem("this folder has no stack file, or more than one; name the file");
  return stackAt(platform, place, name, signal);
}

/** Adds a stack to the stacks folder, and starts it unless `then` is `leave`. */
export function createStackFrom(io: Io, flags: StackFileFlags, then: "start" | "leave"): Promise<number> {
  return inSession(io, flags, `stack ${then === "start" ? "up" : "create"}`, async (session) => {
    const file = stackFileOf(session, flags.file);
    const name = flags.name ?? projectName(basename(io.cwd));
    checkStackName(name);
    const { text } = readStackFile(session.platform, { file });
    const source = namedSource(text, basename(file));
    const diagnostics = validate(text, { fileName: source.name });
    if (hasErrors(diagnostics)) return reportOutcome(session, { kind: "invalid", source, diagnostics }, "");
    if (then === "start") session.platform.findCompose();
    return reportOutcome(session, await createStack(session, name, { text, next: then }), uuidOf("stack", name));
  });
}

function stackFileOf({ io, platform }: Session, given: string | undefined): string {
  const file = given === undefined ? currentPlace(platform)?.file : resolve(io.cwd, given);
  if (file === undefined) throw new Problem("this folder has no stack file, or more than one; use --file FILE");
  return file;
}

/** Replaces or adds the services of a file in a stack file. Other services stay, and nothing is applied. */
export function updateStackFrom(io: Io, identifier: string, flags: StackFileFlags): Promise<number> {
  return forEachStack(io, flags, "update", [identifier], async (session, { ref, uuid }) => {
    const { text } = readStackFile(session.platform, { file: stackFileOf(session, flags.file) });
    return reportOutcome(session, await updateStack(session, ref, text), uuid);
  });
}

/** Starts, stops, redeploys or terminates all services of stacks. */
export function actOnStacks(
  io: Io,
  verb: "start" | "stop" | "redeploy" | "terminate",
  identifiers: readonly string[],
  flags: StackActionFlags,
): Promise<number> {
  return forEachStack(io, flags, verb, identifiers, async (session, { ref, uuid, services }) => {
    const names = new Set(services.map(({ name }) => name));
    if (verb === "stop") return reportStop(session, await stopServices(session, ref, names), uuid);
    if (verb === "start") return reportOutcome(session, await startServices(session, ref, names), uuid);
    if (verb === "redeploy") {
      const renewsVolumes = flags.notReuseVolumes ?? false;
      return reportOutcome(session, await redeployServices(session, ref, { services: names, renewsVolumes }), uuid);
    }
    return removeStack(session, ref, { ...flags, uuid });
  });
}

/** Prints the text of a stack file, or writes it to a file that does not exist. */
export function exportStack(io: Io, identifier: string, flags: StackFileFlags): Promise<number> {
  return forEachStack(io, flags, "export", [identifier], async ({ platform }, { ref }) => {
    const { text } = readStackFile(platform, ref);
    if (flags.file === undefined) io.stdout.write(text);
    else Problem.unless(`write ${flags.file}`, () => io.files.create(resolve(io.cwd, flags.file!), text, undefined));
    return 0;
  });
}

/** Prints all stacks as the old clients did. */
export function listStacks(io: Io, flags: LiveFlags): Promise<number> {
  return inSession(io, flags, "stack list", async ({ platform, signal }) => {
    const stacks = await viewStacks(platform, signal);
    if (flags.output === "json") io.stdout.write(`${JSON.stringify(stacks.map(asJson), null, 2)}\n`);
    else if (flags.quiet) io.stdout.write(stacks.map(({ uuid }) => `${uuid}\n`).join(""));
    else {
      const now = platform.now() / 1000;
      const rows = stacks.map(({ name, uuid, state, deployed }) => [
        name,
        uuid.slice(0, 8),
        withSign(state),
        ago(deployed, now),
        "",
      ]);
      io.stdout.write(table(["NAME", "UUID", "STATUS", "DEPLOYED", "DESTROYED"], rows));
    }
    return 0;
  });
}

/** Prints the details of stacks as JSON. */
export function inspectStacks(io: Io, identifiers: readonly string[], flags: LiveFlags): Promise<number> {
  return forEachStack(io, flags, "inspect", identifiers, async (_, stack) =>
    printed(io, JSON.stringify(asJson(stack), null, 2)),
  );
}

function asJson({ name, uuid, state, services, ref, isBroken, interrupted }: StackView): object {
  return {
    name,
    uuid,
    state,
    project: ref.project,
    folder: dirname(ref.file),
    has_errors: isBroken,
    interrupted: interrupted ?? null,
    services: services.map(({ name: service, uuid: own, state: of, word }) => ({
      name: service,
      uuid: own,
      state: of,
      status: word,
    })),
  };
}

function printed(io: Io, text: string): number {
  io.stdout.write(`${text}\n`);
  return 0;
}

function forEachStack(
  io: Io,
  flags: LiveFlags,
  verb: string,
  identifiers: readonly string[],
  work: (session: Session, stack: StackView) => Promise<number>,
): Promise<number> {
  return inSession(io, flags, `stack ${verb} ${identifiers.join(" ")}`, async (session) => {
    let worst = 0;
    for (const identifier of identifiers) {
      const [found, ...others] = findNamed(await viewStacks(session.platform, session.signal), identifier);
      if (!found)
        throw new Problem(`there is no stack ${JSON.stringify(identifier)}; \`tutum-stack stack list\` lists them`);
      if (others.length > 0) throw new Problem(`${JSON.stringify(identifier)} matches more than one stack`);
      worst = Math.max(worst, await work(session, found));
    }
    return worst;
  });
}
