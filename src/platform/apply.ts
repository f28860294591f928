import { applySidecar, removeSidecar, stopSidecar } from "./apply-sidecar.ts";
import { createContainers, scaleServices } from "./apply-compose.ts";
import { finish, startRun } from "./apply-memory.ts";
import {
  attempt,
  observe,
  stepsOf,
  type Application,
  type ApplyTools,
  type Run,
  type ServiceResult,
} from "./apply-run.ts";
import { touchesContainers, type ContainerName } from "./plan-model.ts";
import { updateOf } from "./live-update.ts";

/**
 * Carries out a plan, and then checks the containers. No container ever has `ALWAYS` and autodestroy at the same time:
 * the order of the steps ensures that (reference live.md 3.6). When one service fails, the others are still done.
 * Rejects with an EngineError when the connection to the engine is lost, and with the reason of the signal; the saved
 * state then says what is left to do.
 */
export async function applyPlan(
  tools: ApplyTools,
  application: Application,
  signal: AbortSignal,
): Promise<readonly ServiceResult[]> {
  const run = startRun(tools, application, signal);
  const { plan } = application;
  const isHeld = touchesContainers(plan);
  if (isHeld || plan.sidecar.kind === "remove") await stopSidecar(run);
  if (plan.sidecar.kind === "remove") await removeSidecar(run);
  await updateLive(run, (name) => name !== "always");
  if (!isHeld) await applySidecar(run);
  await updateLive(run, (name) => name === "always");
  await removeServices(run);
  await createContainers(run);
  await scaleServices(run);
  await startContainers(run);
  const results = await readBack(run);
  // Last: the sidecar must not judge the containers that ended meanwhile before everything else is done.
  if (isHeld) await applySidecar(run);
  return finish(run, results);
}

/** Updates the containers whose new restart policy passes `isMeant`: policy and limits. */
async function updateLive(run: Run, isMeant: (restartPolicy: string | undefined) => boolean): Promise<void> {
  for (const { service, step } of stepsOf(run, "live")) {
    for (const { id, name, update } of step.updates) {
      if (!isMeant(update.restartPolicy?.name)) continue;
      run.tools.onStep(`changing ${step.why} of ${name}`);
      await attempt(run, service, () => run.tools.engine.update(id, update, run.signal));
    }
  }
}

async function removeServices(run: Run): Promise<void> {
  for (const { service, step } of [...stepsOf(run, "clear"), ...stepsOf(run, "remove")])
    await attempt(run, service, () => removeContainers(run, step.containers));
}

async function removeContainers({ tools, signal }: Run, containers: readonly ContainerName[]): Promise<void> {
  for (const { id, name } of containers) {
    tools.onStep(`removing ${name}`);
    await tools.engine.stop(id, {}, signal);
    await tools.engine.remove(id, { volumes: true }, signal);
  }
}

async function startContainers(run: Run): Promise<void> {
  const { wanted } = run.application;
  for (const { service, step } of stepsOf(run, "start")) {
    for (const { id, name, isFirst } of step.containers) {
      run.tools.onStep(`starting ${name}`);
      await attempt(run, service, async () => {
        const container = await run.tools.engine.inspect(id, run.signal);
        // A killed Compose may have started it already. Then a job would run twice.
        if (isFirst && container?.status !== "created") return;
        const own = wanted.services.get(service);
        // `service stop` set the policy to `no`: restore it before the container runs.
        const update = container && own && updateOf(own, { ...container, service, number: 0, status: "running" });
        if (update) await run.tools.engine.update(id, update, run.signal);
        await run.tools.engine.start(id, run.signal);
      });
    }
  }
}

/** Checks each changed service on the engine (reference live.md 3.7). */
async function readBack(run: Run): Promise<readonly ServiceResult[]> {
  const observed = await observe(run);
  const { plan, wanted } = run.application;
  return plan.services
    .filter(({ steps }) => steps.length > 0)
    .map(({ service }) => {
      const own = wanted.services.get(service);
      const left = own ? (observed.get(service) ?? []).filter((container) => updateOf(own, container)) : [];
      const problem =
        run.problems.get(service) ??
        (left.length > 0 ? `the engine did not change ${left.map(({ name }) => name).join(", ")}` : undefined) ??
        (own || !observed.has(service) ? undefined : "its containers are still there");
      return { service, problem };
    });
}
