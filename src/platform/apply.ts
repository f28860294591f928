import { EngineError } from "../docker/engine.ts";
import type { PlatformEngine } from "../docker/platform-engine.ts";
import { Problem } from "../files/problem.ts";
import type { SidecarSettings } from "../targets/sidecar-options.ts";
import type { WantedService, WantedStack } from "./compiled.ts";
import type { ComposeResult } from "./compose.ts";
import { updateOf } from "./live-update.ts";
import { isUp, observeProject, type ObservedContainer, type ObservedProject } from "./observed.ts";
import {
  isJob,
  isMeant,
  touchesContainers,
  type ContainerName,
  type Plan,
  type Request,
  type ServicePlan,
  type Step,
} from "./plan.ts";
import { recovered } from "./recovery.ts";
import { withoutPrototype, type AppliedService, type Pending, type ProjectState } from "./state.ts";

/** The result for one service. */
export interface ServiceResult {
  readonly service: string;
  /** Why it is not as the file says; undefined when it is. */
  readonly problem: string | undefined;
}

/** What an apply needs. */
export interface ApplyTools {
  readonly engine: PlatformEngine;
  /** Runs Compose with the files of the stack. Rejects with a Problem when it cannot be started. */
  readonly compose: (args: readonly string[]) => Promise<ComposeResult>;
  /** Saves the state of the project. Throws a Problem. */
  readonly save: (state: ProjectState) => void;
  /** Makes the image of the sidecar if it is missing. Rejects with a Problem. */
  readonly provideSidecarImage: () => Promise<void>;
  /** Reports the current step in a few words. */
  readonly onStep: (text: string) => void;
  /** The time of day in milliseconds since 1970. */
  readonly now: () => number;
}

/** What is applied. */
export interface Application {
  readonly what: string;
  readonly project: string;
  readonly plan: Plan;
  readonly wanted: WantedStack;
  readonly state: ProjectState | undefined;
  readonly observed: ObservedProject;
  readonly request: Request;
  /** Whether new containers get new anonymous volumes. */
  readonly renewsVolumes: boolean;
  /** How the sidecar is run. It is saved with the state. */
  readonly sidecar: SidecarSettings;
}

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

/** An apply in progress. */
interface Run {
  readonly tools: ApplyTools;
  readonly application: Application;
  readonly signal: AbortSignal;
  /** Why a service failed: its first problem. */
  readonly problems: Map<string, string>;
  state: ProjectState;
}

function startRun(tools: ApplyTools, application: Application, signal: AbortSignal): Run {
  const { plan, wanted, observed, what, state } = application;
  const making = withoutPrototype<NonNullable<ProjectState["pending"]>["making"][string]>({});
  for (const { service } of plan.services.filter(createsContainers)) {
    const before = (observed.get(service) ?? []).map(({ id }) => id);
    making[service] = { before, applied: appliedOf(wanted.services.get(service)!, tools.now()) };
  }
  // If this change is interrupted too, the leftovers of the earlier one must still be removed.
  for (const { service, steps } of plan.services)
    for (const step of steps) {
      const applied = state?.services[service];
      if (step.kind === "clear" && applied)
        making[service] ??= { before: step.containers.map(({ id }) => id), applied };
    }
  const pending = { what, since: tools.now(), making };
  const run: Run = {
    tools,
    application,
    signal,
    problems: new Map(),
    state: { services: state?.services ?? {}, pending, sidecar: application.sidecar },
  };
  tools.save(run.state);
  return run;
}

function createsContainers({ steps }: ServicePlan): boolean {
  return steps.some(({ kind }) => kind === "create" || kind === "recreate");
}

/** What the state keeps about an applied service. */
export function appliedOf({ keys, restart, replicas, policy }: WantedService, since: number): AppliedService {
  return { keys, restart, replicas, autodestroy: policy.autodestroy, since };
}

async function stopSidecar({ application, tools, signal }: Run): Promise<void> {
  for (const { id } of application.plan.sidecar.containers.filter(isUp)) {
    tools.onStep("stopping the sidecar");
    await tools.engine.stop(id, {}, signal);
  }
}

async function removeSidecar({ application, tools, signal }: Run): Promise<void> {
  for (const { id } of application.plan.sidecar.containers) await tools.engine.remove(id, { volumes: true }, signal);
}

async function applySidecar(run: Run): Promise<void> {
  const { application, tools, signal } = run;
  const { kind, service, containers } = application.plan.sidecar;
  if (kind === "none" || kind === "remove") return;
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

async function createContainers(run: Run): Promise<void> {
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

async function scaleServices(run: Run): Promise<void> {
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

type StepOf<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>;

function stepsOf<Kind extends Step["kind"]>(
  { application, problems, signal }: Run,
  kind: Kind,
): readonly { readonly service: string; readonly step: StepOf<Kind> }[] {
  signal.throwIfAborted();
  return application.plan.services
    .filter(({ service }) => !problems.has(service))
    .flatMap(({ service, steps }) =>
      steps.filter((step): step is StepOf<Kind> => step.kind === kind).map((step) => ({ service, step })),
    );
}

/**
 * Runs `up` for services, and starts the containers that it created. If it fails, each service without a started
 * container is tried alone, because Compose creates none of them if one image is missing. What fails then is the
 * problem of that service.
 */
async function composeUp(
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

/** Saves that a service was applied, so that it is not created again. */
function markDone(run: Run, service: string): void {
  const { wanted } = run.application;
  const own = wanted.services.get(service);
  const since = run.tools.now();
  const applied = own
    ? appliedOf(own, since)
    : { keys: wanted.sidecar?.keys ?? {}, restart: "always", replicas: 1, autodestroy: "OFF", since };
  run.state = { ...run.state, services: { ...run.state.services, [service]: applied } };
  run.tools.save(run.state);
}

/** Does a part of the work for a service. A failure is the problem of that service only. */
async function attempt(run: Run, service: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isOurs = error instanceof Problem || (error instanceof EngineError && error.failure !== "unreachable");
    if (!isOurs || run.signal.aborted) throw error;
    if (!run.problems.has(service)) run.problems.set(service, error.message);
  }
}

function observe({ tools, application, signal }: Run): Promise<ObservedProject> {
  return observeProject(tools.engine, application.project, signal);
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

async function finish(run: Run, results: readonly ServiceResult[]): Promise<readonly ServiceResult[]> {
  const { plan, wanted, request } = run.application;
  const failed = new Set(run.problems.keys());
  const services = withoutPrototype(recovered(unfinished(run), await observe(run))!.services);
  for (const { service, steps } of plan.services) {
    const own = wanted.services.get(service);
    const last = services[service];
    if (failed.has(service)) continue;
    if (!own && steps.length > 0) delete services[service];
    else if (own && last && isMeant(request, service) && keepsContainers(steps))
      services[service] = kept(own, last, steps);
  }
  for (const service of forgotten(run.application)) delete services[service];
  run.state = { ...run.state, services, pending: undefined };
  run.tools.save(run.state);
  const { service } = plan.sidecar;
  const sidecar = run.problems.get(service);
  return sidecar === undefined ? results : [...results, { service, problem: sidecar }];
}

/** The state, with the failed changes still pending. */
function unfinished({ state, problems }: Run): ProjectState & { readonly pending: Pending } {
  const pending = state.pending!;
  const making = Object.entries(pending.making).filter(([service]) => problems.has(service));
  return { ...state, pending: { ...pending, making: withoutPrototype(Object.fromEntries(making)) } };
}

/** What the state keeps about a service whose containers stay. */
function kept(own: WantedService, last: AppliedService, steps: readonly Step[]): AppliedService {
  const { keys, since, outdated, isStopped = false } = last;
  return {
    ...appliedOf(own, since),
    keys,
    ...(outdated ? { outdated } : {}),
    ...(isStopped && !steps.some(({ kind }) => kind === "start") ? { isStopped } : {}),
  };
}

/** The services that are no longer in the file and have no containers. If they come back, they count as new. */
function forgotten({ state, wanted, observed, request, plan }: Application): readonly string[] {
  const isGone = (service: string): boolean =>
    service === plan.sidecar.service
      ? plan.sidecar.kind === "remove"
      : !wanted.services.has(service) && !observed.has(service) && isMeant(request, service);
  return Object.keys(state?.services ?? {}).filter(isGone);
}

/** Whether the steps keep the containers. */
function keepsContainers(steps: readonly Step[]): boolean {
  return steps.every(({ kind }) => kind === "clear" || kind === "live" || kind === "scale" || kind === "start");
}

/** The last lines of Compose's output, as one line. */
function lastLines(output: string): string {
  const lines = output
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.slice(-3).join("; ").slice(-500) || "Compose failed and printed nothing";
}
