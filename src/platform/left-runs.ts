import type { Context } from "./actions.ts";
import { compileSettings, readStackFile } from "./change.ts";
import { compilePlace } from "./compiled.ts";
import { composeFor } from "./compose-call.ts";
import { lastLines } from "./apply-run.ts";
import { takeLock } from "./lock.ts";
import { observeProject } from "./observed.ts";
import { isSidecarContainer } from "./plan-sidecar.ts";
import { projectLabels } from "../sidecar/project.ts";
import type { StackRef } from "./platform.ts";
import { isServed } from "./serving.ts";

/**
 * Makes runs readable of which only the volume is left, as after `down`: creates the sidecar's container without
 * starting it, because the engine shows the files of a volume only by way of a container (reference jobs.md 2.2). Does
 * nothing elsewhere. Returns why it could not be done. Rejects with a Problem or an EngineError.
 */
export async function openLeftRuns(
  { platform, what, signal }: Pick<Context, "platform" | "what" | "signal">,
  stack: StackRef,
): Promise<string | undefined> {
  const { engine, store } = platform;
  if (stack.problem !== undefined || isServed(platform, stack)) return undefined;
  const { wanted } = compilePlace(stack, readStackFile(platform, stack).text, compileSettings(platform, stack));
  if (!wanted?.sidecar || !(await hasRunsVolume(platform, stack, signal))) return undefined;
  const hasSidecar = async (): Promise<boolean> =>
    [...(await observeProject(engine, stack.project, signal)).values()].flat().some(isSidecarContainer);
  if (await hasSidecar()) return undefined;
  const lock = await takeLock(platform, { folder: store.folder(stack.project), what }, signal);
  try {
    if (await hasSidecar()) return undefined;
    const compose = composeFor(platform, stack, { shellVariables: wanted.shellVariables, lock });
    const { exitCode, output } = await compose(["up", "--no-start", "--no-deps", wanted.sidecar.name]);
    return exitCode === 0 ? undefined : `the kept runs of ${stack.name} cannot be read: ${lastLines(output)}`;
  } finally {
    lock.release();
  }
}

async function hasRunsVolume(
  { engine }: Context["platform"],
  { project }: StackRef,
  signal: AbortSignal,
): Promise<boolean> {
  const names = await engine.volumes(`${projectLabels.compose}=${project}`, signal);
  return names.some((name) => /_autodestroy-runs(-\d+)?$/.test(name));
}
