import { Problem } from "../files/problem.ts";
import type { ObservedContainer, ObservedProject } from "./observed.ts";
import { createsContainers, markDone } from "./apply-memory.ts";
import { isJob } from "./plan-model.ts";
import { attempt, lastLines, observe, stepsOf, type Run } from "./apply-run.ts";

/** Lets Compose create and recreate the containers of all services that need new ones. */
export async function createContainers(run: Run): Promise<void> {
  const { application } = run;
  const names = application.plan.services.filter(createsContainers).map(({ service }) => service);
  if (names.length === 0) return;
  run.tools.onStep(`creating containers of ${names.join(", ")}`);
  const options = [
    ...(application.request.kind === "redeploy" ? ["--force-recreate"] : []),
    ...(application.renewsVolumes ? ["--renew-anon-volumes"] : []),
  ];
  const isJobName = (name: string): boolean => isJob(application.wanted.services.get(name)!);
  const [jobs, others] = [names.filter(isJobName), names.filter((name) => !isJobName(name))];
  try {
    if (others.length > 0) await composeUp(run, others, "-d", options);
    // With `up -d`, Compose would restart a job container that is new and has already ended.
    if (jobs.length > 0) await composeUp(run, jobs, "--no-start", options);
  } catch (error) {
    // Compose cannot be started. Go on, so that the sidecar starts again.
    if (!(error instanceof Problem) || run.signal.aborted) throw error;
    for (const name of names) run.problems.set(name, error.message);
  }
}

/** Lets Compose add and remove containers, and starts those that were added. */
export async function scaleServices(run: Run): Promise<void> {
  for (const { service, step } of stepsOf(run, "scale")) {
    run.tools.onStep(`scaling ${service} from ${step.from} to ${step.to}`);
    await attempt(run, service, async () => {
      // With `up -d`, Compose would start the finished containers of the service again.
      const scale = ["--no-start", "--no-deps", "--no-recreate", "--scale", `${service}=${step.to}`, service];
      const { exitCode, output } = await run.tools.compose(["up", ...scale]);
      if (exitCode !== 0) throw new Problem(lastLines(output));
      await startCreated(run, (await observe(run)).get(service) ?? []);
    });
  }
}

/** Starts the containers that were created and never ran. */
async function startCreated({ tools, signal }: Run, containers: readonly ObservedContainer[]): Promise<void> {
  for (const { id, status } of containers) if (status === "created") await tools.engine.start(id, signal);
}

/**
 * Runs `up` for services, and starts the containers that it created. If it fails, each service without a started
 * container is tried alone, because Compose creates none of them if one image is missing. What fails then is the
 * problem of that service.
 */
export async function composeUp(
  run: Run,
  services: readonly string[],
  start: "-d" | "--no-start",
  options: readonly string[] = [],
): Promise<void> {
  const { exitCode, output } = await run.tools.compose(["up", start, "--no-deps", ...options, ...services]);
  if (start === "--no-start") await startEach(run, services);
  const observed = await observe(run);
  for (const service of services) {
    if (exitCode === 0 || isMade(run, service, observed)) markDone(run, service);
    else if (services.length > 1 && !hasRun(run, service, observed)) await composeUp(run, [service], start, options);
    else run.problems.set(service, lastLines(output));
  }
}

/** Starts the containers that were created for services. */
async function startEach(run: Run, services: readonly string[]): Promise<void> {
  const made = await observe(run);
  for (const service of services) await attempt(run, service, () => startCreated(run, made.get(service) ?? []));
}

/** Whether a new container of a service was started. */
function hasRun({ state }: Run, service: string, observed: ObservedProject): boolean {
  const before = state.pending?.making[service]?.before ?? [];
  return (observed.get(service) ?? []).some(({ id, status }) => !before.includes(id) && status !== "created");
}

/** Whether all containers of a service are new, and were started. */
function isMade({ application, state }: Run, service: string, observed: ObservedProject): boolean {
  const containers = observed.get(service) ?? [];
  const before = state.pending?.making[service]?.before ?? [];
  const wanted = application.wanted.services.get(service)?.replicas ?? 1;
  return (
    containers.length === wanted && containers.every(({ id, status }) => !before.includes(id) && status !== "created")
  );
}
