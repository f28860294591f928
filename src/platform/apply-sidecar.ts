import { composeUp } from "./apply-compose.ts";
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

/** Removes the stopped sidecar. */
export async function removeSidecar({ application, tools, signal }: Run): Promise<void> {
  for (const { id } of application.plan.sidecar.containers) await tools.engine.remove(id, { volumes: true }, signal);
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
