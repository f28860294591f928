import { composeUp } from "./apply-compose.ts";
import { failureOf } from "./failure.ts";
import { isUp } from "./observed.ts";
import { markServed } from "./apply-memory.ts";
import { attempt, type Run } from "./apply-run.ts";

/** Stops the sidecar, so that nothing is removed meanwhile. */
export async function stopSidecar({ application, tools, signal }: Run): Promise<void> {
  for (const { id } of application.plan.sidecar.containers.filter(isUp)) {
    tools.onStep("stopping the sidecar");
    await tools.engine.stop(id, {}, signal);
  }
}

/** Removes the stopped sidecar. Its runs are copied first; those that cannot be stay in its volume. */
export async function removeSidecar({ application, tools, signal }: Run): Promise<void> {
  for (const container of application.plan.sidecar.containers) {
    await tools.copyRuns(container).catch((error: unknown) => {
      const failure = failureOf(error);
      if (!failure || signal.aborted) throw error;
      tools.onStep(failure.message);
    });
    await tools.engine.remove(container.id, { volumes: true }, signal);
  }
}

/**
 * Starts the sidecar, with a new container if its config or image changed. Where a server is the sidecar, there is none
 * in a container: the server reads the state.
 */
export async function applySidecar(run: Run): Promise<void> {
  const { application, tools, signal } = run;
  const { kind, service, containers } = application.plan.sidecar;
  if (kind === "none" || kind === "remove") return;
  if (kind === "serve") {
    await stopSidecar(run);
    await removeSidecar(run);
    markServed(run);
    return;
  }
  if (kind === "keep" || kind === "start") {
    for (const { id } of containers) await tools.engine.start(id, signal);
    return;
  }
  await attempt(run, service, async () => {
    await tools.provideSidecarImage();
    tools.onStep("starting the sidecar with its new settings");
    for (const old of containers.filter((container) => container.service !== service)) {
      await tools.engine.stop(old.id, {}, signal);
      await tools.engine.remove(old.id, { volumes: true }, signal);
    }
    await composeUp(run, [service], "-d");
  });
}
