import type { Context } from "./actions.ts";
import { compileSettings, readStackFile } from "./change.ts";
import { compilePlace } from "./compiled.ts";
import { takeLock } from "./lock.ts";
import { updateOf } from "./live-update.ts";
import { isUp, observeProject, type ObservedContainer } from "./observed.ts";
import { refuseOtherFolder, type StackRef } from "./platform.ts";
import { configsNow, removedOnceStopped, stopContainer, withoutAutodestroy } from "./stop.ts";

/** What can be done with one container. */
export type ContainerVerb = "start" | "stop" | "terminate";

/** The result. */
export type ContainerOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "planned" }
  | { readonly kind: "gone" }
  | { readonly kind: "declined"; readonly destroyed: readonly string[] };

/**
 * Starts, stops or removes one container, while the sidecar of its stack is stopped. The command `terminate` itself
 * confirms that the container and its anonymous volumes go (reference live.md 1.4). Rejects with a Problem or an
 * EngineError.
 */
export async function actOnContainer(
  context: Context,
  stack: StackRef,
  id: string,
  verb: ContainerVerb,
): Promise<ContainerOutcome> {
  const { platform, what, signal, conversation } = context;
  const lock = await takeLock(platform, { folder: platform.store.folder(stack.project), what }, signal);
  try {
    const observed = await observeProject(platform.engine, stack.project, signal);
    const container = [...observed.values()].flat().find((candidate) => candidate.id === id);
    if (!container) return { kind: "gone" };
    refuseOtherFolder(platform, stack, observed);
    const stopped = verb === "stop" && isUp(container) ? [container] : [];
    const destroyed = removedOnceStopped(stopped, configsNow(context, stack, observed), stack.project);
    const action = `${verb === "terminate" ? "remove" : verb} ${container.name}`;
    if (!conversation.onActions([action, ...destroyed])) return { kind: "planned" };
    if (destroyed.length > 0 && !(await conversation.confirm(destroyed))) return { kind: "declined", destroyed };
    await withoutAutodestroy(context, observed, () => act(context, stack, container, verb));
    return { kind: "done" };
  } finally {
    lock.release();
  }
}

async function act(
  context: Context,
  stack: StackRef,
  container: ObservedContainer,
  verb: ContainerVerb,
): Promise<void> {
  const { engine } = context.platform;
  const { id } = container;
  if (verb === "start") {
    const service = wantedNow(context, stack)?.services.get(container.service);
    const update = service && updateOf(service, { ...container, status: "running" });
    if (update) await engine.update(id, update, context.signal);
    await engine.start(id, context.signal);
    return;
  }
  await stopContainer(context, container);
  if (verb === "terminate") await engine.remove(id, { volumes: true }, context.signal);
}

function wantedNow({ platform }: Context, stack: StackRef): ReturnType<typeof compilePlace>["wanted"] {
  return compilePlace(stack, readStackFile(platform, stack).text, compileSettings(platform, stack)).wanted;
}
