import { join } from "node:path";
import { makeChanges } from "../files/changes.ts";
import { Problem } from "../files/problem.ts";
import { readConfig, type SidecarConfig } from "../lifecycle/config.ts";
import { judge } from "../sidecar/judge.ts";
import { targets } from "../targets/index.ts";
import type { Context } from "./actions.ts";
import { compileSettings, readStackFile } from "./change.ts";
import { compilePlace, type WantedStack } from "./compiled.ts";
import type { ComposeResult } from "./compose.ts";
import { composeFor } from "./compose-call.ts";
import { takeLock, type Lock } from "./lock.ts";
import { restartPolicyOf } from "./live-update.ts";
import { isUp, observeProject, policyOf, type ObservedContainer, type ObservedProject } from "./observed.ts";
import { configIn, isSidecarContainer } from "./plan-sidecar.ts";
import { refuseOtherFolder, type StackRef } from "./platform.ts";
import { withoutPrototype, type AppliedService } from "./state.ts";

/** The result of a stop. */
export type StopOutcome =
  | { readonly kind: "done"; readonly stopped: readonly string[] }
  | { readonly kind: "planned" }
  | { readonly kind: "declined"; readonly destroyed: readonly string[] };

/**
 * Stops the containers of services. A container with `always` gets the policy `no` first, so that it stays stopped when
 * the engine restarts; `service start` restores it (reference live.md 4.4). Asks if autodestroy will remove stopped
 * ones.
 */
export function stopServices(context: Context, stack: StackRef, services: ReadonlySet<string>): Promise<StopOutcome> {
  return withLock(context, stack, async () => {
    const { platform, conversation, signal } = context;
    const observed = await observeProject(platform.engine, stack.project, signal);
    refuseOtherFolder(platform, stack, observed);
    const containers = [...services].flatMap((service) => observed.get(service) ?? []);
    const running = containers.filter(isUp);
    const destroyed = removedOnceStopped(running, configsNow(context, stack, observed), stack.project);
    const actions = [...running.map(({ name }) => `stop ${name}`), ...destroyed];
    if (!conversation.onActions(actions)) return { kind: "planned" };
    if (destroyed.length > 0 && !(await conversation.confirm(destroyed))) return { kind: "declined", destroyed };
    await withoutAutodestroy(context, observed, async () => {
      for (const container of running) await stopContainer(context, container);
    });
    markStopped(context, stack, services);
    return { kind: "done", stopped: running.map(({ name }) => name) };
  });
}

/** Stops one container, as `stopServices` does. */
export async function stopContainer(
  { platform, conversation, signal }: Context,
  container: ObservedContainer,
): Promise<void> {
  const { id, name } = container;
  conversation.onStep(`stopping ${name}`);
  if (policyOf(container) === "always")
    await platform.engine.update(id, { restartPolicy: restartPolicyOf("no") }, signal);
  await platform.engine.stop(id, {}, signal);
}

/** The result of `down`. */
export type DownOutcome =
  | { readonly kind: "done"; readonly keptVolumes: readonly string[] }
  | { readonly kind: "planned" }
  | { readonly kind: "failed"; readonly output: string };

/**
 * Removes the containers of a stack with their anonymous volumes, and its network. Named volumes are removed only on
 * request (reference live.md 1.4). The stack file stays.
 */
export function downStack(
  context: Context,
  stack: StackRef,
  { volumes }: { readonly volumes: "keep" | "remove" },
): Promise<DownOutcome> {
  return withLock(context, stack, async (lock) => {
    const { platform, conversation, signal } = context;
    const observed = await observeProject(platform.engine, stack.project, signal);
    refuseOtherFolder(platform, stack, observed);
    const containers = [...observed.values()].flat();
    const named = [...new Set(containers.flatMap(namedVolumes))].toSorted();
    const removed = [...containers.map(({ name }) => name), ...(volumes === "remove" ? named : [])];
    if (!conversation.onActions(removed.map((name) => `remove ${name}`))) return { kind: "planned" };
    const { stack: composeFile } = targets.compose.outputs;
    // A stack that was created and never started has neither containers nor a network.
    if (observed.size === 0 && platform.files.length(join(stack.folder, composeFile)) === undefined)
      return { kind: "done", keptVolumes: [] };
    const { wanted } = compiledNow(context, stack);
    provideComposeFile(context, stack, wanted);
    const compose = composeFor(platform, stack, { shellVariables: wanted?.shellVariables ?? [], lock });
    platform.findCompose();
    const applied = platform.store.read(stack.project)?.services ?? {};
    const isOurs = (container: ObservedContainer): boolean =>
      isSidecarContainer(container) || Object.hasOwn(applied, container.service);
    const held = sidecars(observed).filter(isUp);
    for (const { id } of held) await platform.engine.stop(id, {}, signal);
    conversation.onStep(`removing the containers of ${stack.name}`);
    // `down` alone leaves the anonymous volumes, and a container that is no longer in the file keeps the network.
    const calls = [
      () => compose(["rm", "--stop", "--force", "-v"]),
      () => removeLeft(context, stack, isOurs),
      () => compose(["down", ...(volumes === "remove" ? ["--volumes"] : [])]),
    ];
    for (const call of calls) {
      const { exitCode, output } = await call();
      if (exitCode === 0) continue;
      for (const { id } of held) await platform.engine.start(id, signal);
      return { kind: "failed", output };
    }
    platform.store.remove(stack.project);
    return { kind: "done", keptVolumes: volumes === "remove" ? [] : named };
  });
}

/** Writes the Compose file if it is missing: `down` needs it. Throws a Problem when the stack file has errors. */
function provideComposeFile({ platform: { files } }: Context, { folder, file }: StackRef, wanted?: WantedStack): void {
  const { stack: name } = targets.compose.outputs;
  const path = join(folder, name);
  if (files.length(path) !== undefined) return;
  const output = wanted?.outputs.find((one) => one.name === name);
  if (!output) throw new Problem(`there is no ${name}, and ${file} has errors; \`tutum-stack validate\` shows them`);
  const change = { name, path, kind: "create", text: output.text, before: undefined, isGenerated: false } as const;
  makeChanges(files, folder, [{ ...change, mode: undefined }]);
}

/** Removes the containers of applied services that Compose left. Others stay: the output names them. */
async function removeLeft(
  { platform: { engine }, signal }: Context,
  { project }: StackRef,
  isOurs: (container: ObservedContainer) => boolean,
): Promise<ComposeResult> {
  const left = [...(await observeProject(engine, project, signal)).values()].flat();
  for (const { id } of left.filter(isOurs)) {
    await engine.stop(id, {}, signal);
    await engine.remove(id, { volumes: true }, signal);
  }
  const others = left.filter((container) => !isOurs(container)).map(({ name }) => name);
  const output = `${others.join(", ")} of the project ${project} are not in the stack file, and were left alone`;
  return others.length === 0 ? { exitCode: 0, output: "" } : { exitCode: 1, output };
}

/** Stops the sidecar, does something, and starts the sidecar again (reference live.md 3.6). */
export async function withoutAutodestroy(
  { platform: { engine }, signal }: Context,
  observed: ObservedProject,
  action: () => Promise<void>,
): Promise<void> {
  const held = sidecars(observed).filter(isUp);
  for (const { id } of held) await engine.stop(id, {}, signal);
  try {
    await action();
  } finally {
    // Also after Ctrl-C: nothing else would start it again.
    for (const { id } of held) await engine.start(id, AbortSignal.timeout(patience));
  }
}

/** How long the engine may take to start a sidecar again, in milliseconds. */
const patience = 30_000;

async function withLock<T>(
  { platform, what, signal }: Context,
  stack: StackRef,
  action: (lock: Lock) => Promise<T>,
): Promise<T> {
  const lock = await takeLock(platform, { folder: platform.store.folder(stack.project), what }, signal);
  try {
    return await action(lock);
  } finally {
    lock.release();
  }
}

function compiledNow({ platform }: Context, stack: StackRef): { readonly wanted?: WantedStack } {
  return compilePlace(stack, readStackFile(platform, stack).text, compileSettings(platform, stack));
}

function sidecars(observed: ObservedProject): readonly ObservedContainer[] {
  return [...observed.values()].flat().filter(isSidecarContainer);
}

/**
 * What autodestroy may act by: running sidecars in containers, what a server was told last, and the stack file. The
 * file may have errors, or changes that were not applied.
 */
export function configsNow(
  context: Context,
  stack: StackRef,
  observed: ObservedProject,
): readonly (SidecarConfig | undefined)[] {
  const running = sidecars(observed).filter(isUp);
  return [
    ...running.map((sidecar) => readConfig(configIn(sidecar) ?? "").config),
    context.platform.store.read(stack.project)?.served,
    compiledNow(context, stack).wanted?.config,
  ];
}

/** What autodestroy may remove once running containers are stopped: they end with 0, or with 137 by SIGKILL. */
export function removedOnceStopped(
  running: readonly ObservedContainer[],
  configs: readonly (SidecarConfig | undefined)[],
  project: string,
): readonly string[] {
  const identity = { project: { orchestrator: "compose", name: project }, ownId: undefined } as const;
  return running.flatMap((container) => {
    const ended = (exitCode: number): ObservedContainer => ({
      ...container,
      status: "exited",
      isAlive: false,
      exitCode,
      finishedAt: container.startedAt,
      restartPolicy: "no",
    });
    const isRemoved = configs.some(
      (config) => config && [0, 137].some((code) => judge(ended(code), config, identity).verdict === "remove"),
    );
    return isRemoved ? [`autodestroy will remove ${container.name} with all data inside, once it is stopped`] : [];
  });
}

function markStopped({ platform: { store } }: Context, { project }: StackRef, services: ReadonlySet<string>): void {
  // A change that was interrupted before stays pending.
  const state = store.read(project);
  if (!state) return;
  const marked = withoutPrototype<AppliedService>(state.services);
  for (const service of services) if (marked[service]) marked[service] = { ...marked[service], isStopped: true };
  store.write(project, { ...state, services: marked });
}

function namedVolumes({ mounts }: ObservedContainer): readonly string[] {
  return mounts.flatMap(({ type, name }) => (type === "volume" && !/^[0-9a-f]{64}$/.test(name) ? [name] : []));
}
