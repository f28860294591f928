import { basename, join } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import { makeChanges, planChanges, refuseToDestroy, type Change } from "../files/changes.ts";
import { readText } from "../files/files.ts";
import { Problem } from "../files/problem.ts";
import { mostBytes } from "../files/stack-file.ts";
import { filesOf } from "../targets/emit.ts";
import { isGenerated, sourceOf } from "../targets/header.ts";
import { targets } from "../targets/index.ts";
import type { BalancerSettings } from "../targets/balancer-options.ts";
import type { SidecarSettings } from "../targets/sidecar-options.ts";
import { adopted, unknownServices } from "./adopt.ts";
import type { ServiceResult } from "./apply-run.ts";
import { applyPlan } from "./apply.ts";
import { compilePlace, servicesOnDisk, type CompileSettings, type WantedStack } from "./compiled.ts";
import { balancersOnDisk, hasLinkVariables, settingsOnDisk } from "./settings-on-disk.ts";
import { composeFor } from "./compose-call.ts";
import { judgeJobs } from "./job-facts.ts";
import { takeLock, type Lock } from "./lock.ts";
import { observeProject, type ObservedContainer } from "./observed.ts";
import { overrideName } from "./places.ts";
import { needsCompose, type Plan, type Request } from "./plan-model.ts";
import { planApply } from "./plan.ts";
import { refuseOtherFolder, type Platform, type StackRef } from "./platform.ts";
import { recovered } from "./recovery.ts";
import { copyRuns } from "./runs.ts";
import { isServed } from "./serving.ts";
import { whatIsDestroyed, type Allowance } from "./consent.ts";

/** A requested change of a stack. */
export interface Wish {
  /** What the user typed: `service set web`. */
  readonly what: string;
  /** Returns the new text of the stack file, or why the change is refused. */
  readonly edit: (text: string, wanted: WantedStack) => { readonly text: string } | { readonly refusal: string };
  readonly request: Request;
  /** The changed settings of the sidecar. */
  readonly sidecar?: SidecarSettings;
  /** Whether the variables of links are written from now on; as before if left out. */
  readonly linkVariables?: boolean;
  /** The changed settings of load balancers. */
  readonly balancer?: BalancerSettings;
  /** What the command itself confirms. */
  readonly allows: ReadonlySet<Allowance>;
  /** Whether new containers get new anonymous volumes. */
  readonly renewsVolumes?: boolean;
  /** Whether files are written and containers stay as they are: always, or if something would be destroyed. */
  readonly isFileOnly?: boolean | "where it destroys";
  /** Whether a missing stack file is created. */
  readonly createsStack?: boolean;
}

/** How a change talks to the user. */
export interface Conversation {
  /** Asks whether to go on, although this is destroyed. */
  readonly confirm: (destroyed: readonly string[]) => Promise<boolean>;
  /**
   * Receives the plan and the new warnings before anything is done. Nothing is done if it returns false
   * (`--dry-run`).
   */
  readonly onPlan: (plan: Plan, diagnostics: readonly Diagnostic[], source: Source) => boolean;
  /** The same for a command without a plan. Receives a list of actions: `stop shop-web-1`. */
  readonly onActions: (actions: readonly string[]) => boolean;
  readonly onStep: (text: string) => void;
}

/** The result of a change. */
export type Outcome =
  | { readonly kind: "invalid"; readonly source: Source; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "planned"; readonly plan: Plan }
  | { readonly kind: "declined"; readonly destroyed: readonly string[] }
  /** The files are written, and nothing is applied. */
  | { readonly kind: "written"; readonly plan: Plan; readonly file: string }
  | { readonly kind: "done"; readonly plan: Plan; readonly results: readonly ServiceResult[] };

/**
 * Changes a stack (reference live.md 3): edits the file and compiles it in memory, plans, asks, writes all files or
 * none, applies the plan, and checks the containers. Rejects with a Problem or an EngineError.
 */
export async function changeStack(
  platform: Platform,
  stack: StackRef,
  wish: Wish,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<Outcome> {
  const lock = await takeLock(platform, { folder: platform.store.folder(stack.project), what: wish.what }, signal);
  try {
    return await changeLocked({ platform, stack, wish, conversation, lock, signal });
  } finally {
    lock.release();
  }
}

interface Work {
  readonly platform: Platform;
  readonly stack: StackRef;
  readonly wish: Wish;
  readonly conversation: Conversation;
  readonly lock: Lock;
  readonly signal: AbortSignal;
}

/** Whether only the files are written. */
function leavesContainers({ isFileOnly = false, allows }: Wish, plan: Plan): boolean {
  return isFileOnly === "where it destroys" ? whatIsDestroyed(plan, allows).length > 0 : isFileOnly;
}

async function changeLocked(work: Work): Promise<Outcome> {
  const { platform, stack, wish, conversation, signal } = work;
  const { files, engine, store } = platform;
  const found = wish.createsStack ? readIfThere(platform, stack) : readStackFile(platform, stack);
  const before = found?.text ?? "";
  const settings = compileSettings(platform, stack, wish);
  const old = compilePlace(stack, before, settings);
  const edited = wish.edit(before, old.wanted ?? nothingWanted);
  if ("refusal" in edited) return { kind: "refused", reason: edited.refusal };
  const next = edited.text === before ? old : compilePlace(stack, edited.text, settings);
  const { source, diagnostics } = next;
  if (next.failed) return { kind: "invalid", source, diagnostics };
  const { wanted } = next;
  refuseVariables(platform, stack);
  const changes = fileChanges(platform, stack, { found, text: edited.text }, wanted);
  const observed = await observeProject(engine, stack.project, signal);
  refuseOtherFolder(platform, stack, observed);
  const compose = composeFor(platform, stack, { shellVariables: wanted.shellVariables, lock: work.lock });
  const known = recovered(store.read(stack.project), observed);
  const unknown = unknownServices(wanted, observed, known);
  const onDisk = servicesOnDisk(files, stack, { settings, shellVariables: wanted.shellVariables });
  const state = await adopted(known, { unknown, observed, onDisk, compose, now: platform.now() });
  const { request } = wish;
  const jobs = await judgeJobs(platform, stack, { wanted, observed, state, request, compose }, signal);
  const basis = { project: stack.project, wanted, observed, state, request, jobs, isServed: isServed(platform, stack) };
  const whole = planApply({ ...basis, before: old.wanted });
  const isFileOnly = leavesContainers(wish, whole);
  const plan = isFileOnly ? withoutContainers(whole) : whole;
  const isSame = changes.every(({ kind }) => kind === "none");
  const told = isSame ? diagnostics : request.kind === "up" ? [] : old.diagnostics;
  const fresh = diagnostics.filter((one) => !isAmong(one, told));
  if (!conversation.onPlan(plan, fresh, source)) return { kind: "planned", plan };
  const destroyed = isFileOnly ? [] : whatIsDestroyed(plan, wish.allows);
  if (destroyed.length > 0 && !(await conversation.confirm(destroyed))) return { kind: "declined", destroyed };
  if (readIfThere(platform, stack)?.text !== found?.text)
    throw new Problem(`${stack.file} was changed meanwhile; nothing was done, try again`);
  if (!isFileOnly && needsCompose(plan)) platform.findCompose();
  if (!found) files.makeFolder(stack.folder, 0o700);
  makeChanges(files, stack.folder, changes);
  if (isFileOnly) return { kind: "written", plan: whole, file: stack.file };
  const application = {
    ...basis,
    what: wish.what,
    plan,
    renewsVolumes: wish.renewsVolumes ?? false,
    sidecar: settings.sidecar,
  };
  const tools = {
    engine,
    compose,
    save: (saved: Parameters<typeof store.write>[1]) => store.write(stack.project, saved),
    provideSidecarImage: () => platform.provideSidecarImage(settings.sidecar.sidecarImage),
    copyRuns: (sidecar: ObservedContainer) => copyRuns(platform, sidecar, stack.project, signal),
    onStep: conversation.onStep,
    now: platform.now,
  };
  return { kind: "done", plan, results: await applyPlan(tools, application, signal) };
}

/** Whether a diagnostic was reported before, on any line. */
function isAmong({ code, message }: Diagnostic, others: readonly Diagnostic[]): boolean {
  return others.some((other) => other.code === code && other.message === message);
}

/** What is left of a plan when only the files are written. */
function withoutContainers({ services, sidecar }: Plan): Plan {
  return {
    services: services.map(({ service }) => ({ service, steps: [], notes: [] })),
    sidecar: { ...sidecar, kind: "none" },
    removals: [],
    movedData: [],
  };
}

/** The text of a stack file as it is on disk. Throws a Problem. */
export function readStackFile(platform: Pick<Platform, "files">, stack: Pick<StackRef, "file" | "problem">): StackText {
  const found = readIfThere(platform, stack);
  if (!found) throw new Problem(`cannot read ${stack.file}: no such file`);
  return found;
}

function readIfThere(
  { files }: Pick<Platform, "files">,
  { file, problem }: Pick<StackRef, "file" | "problem">,
): StackText | undefined {
  if (problem !== undefined) throw new Problem(problem);
  const found = Problem.unless(`read ${file}`, () => files.read(file, mostBytes + 1, "plain"));
  if (!found) return undefined;
  if (found.bytes.length > mostBytes) throw new Problem(`cannot read ${file}: it is too large`);
  try {
    // The byte order mark stays: it is written back.
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(found.bytes), mode: found.mode };
  } catch {
    throw new Problem(`cannot read ${file}: it is not UTF-8`);
  }
}

/** A stack file as it is on disk. */
export interface StackText {
  readonly text: string;
  readonly mode: number;
}

/** The settings to compile a stack with: those used before, with the requested changes. */
export function compileSettings(
  platform: Pick<Platform, "files" | "shell" | "store">,
  stack: StackRef,
  { sidecar, balancer, linkVariables }: Pick<Wish, "sidecar" | "balancer" | "linkVariables"> = {},
): CompileSettings {
  const { files, shell, store } = platform;
  const read = (name: string): string | undefined =>
    readText(files, { path: join(stack.folder, name), name, most: 16 * 1024 ** 2 })?.text;
  return {
    project: stack.project,
    sidecar: { ...(settingsOnDisk(files, stack) ?? store.read(stack.project)?.sidecar), ...sidecar },
    linkVariables: linkVariables ?? hasLinkVariables(read(targets.compose.outputs.stack) ?? ""),
    balancer: { ...balancersOnDisk(files, stack), ...balancer },
    override: read(overrideName),
    shell,
    dotEnv: read(".env"),
  };
}

const nothingWanted: WantedStack = {
  services: new Map(),
  sidecar: undefined,
  sidecarsByHand: new Set(),
  config: undefined,
  outputs: [],
  shellVariables: [],
};

/** Throws a Problem for a stack compiled with `--interpolate`: its variables would become plain text. */
function refuseVariables({ files }: Platform, { folder }: StackRef): void {
  const { stack: name } = targets.compose.outputs;
  const text = readText(files, { path: join(folder, name), name, most: 16 * 1024 ** 2 })?.text ?? "";
  if (!isGenerated(name, text) || !text.replaceAll("$$", "").includes("$")) return;
  throw new Problem(
    `${name} was compiled with --interpolate, but \`tutum-stack up\` takes \`$NAME\` as text; write the values into ` +
      `the stack file, and remove ${name}`,
  );
}

/** The stack file and what is compiled from it, as they will be on disk. Throws a Problem if a file would be lost. */
function fileChanges(
  { files }: Platform,
  stack: StackRef,
  { found, text }: { readonly found: StackText | undefined; readonly text: string },
  { outputs }: WantedStack,
): readonly Change[] {
  const folder = { path: stack.folder, name: "." };
  const possible = filesOf(targets.compose, outputs.map(({ name }) => name).concat(files.list(stack.folder)));
  const mode = found?.mode ?? 0o600;
  const origin = { stackFile: stack.file, sourceOf };
  const compiled = planChanges(files, { folder, outputs, possible, mode, isGenerated, origin });
  const forcing = "`tutum-stack compile --force`";
  refuseToDestroy(files, compiled, { stackFile: stack.file, force: false, forcing });
  const own: Change = {
    name: basename(stack.file),
    path: files.resolve(stack.file),
    kind: found === undefined ? "create" : text === found.text ? "none" : "replace",
    text,
    before: found?.text,
    isGenerated: false,
    mode,
  };
  return [own, ...compiled];
}
