import type { WantedService } from "./compiled.ts";
import { recovered } from "./recovery.ts";
import { observe, type Application, type ApplyTools, type Run, type ServiceResult } from "./apply-run.ts";
import { withoutPrototype, type AppliedService, type Pending, type ProjectState } from "./state.ts";
import { isMeant, type ServicePlan, type Step } from "./plan-model.ts";

/** Begins an apply: what it is going to create is saved first. */
export function startRun(tools: ApplyTools, application: Application, signal: AbortSignal): Run {
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
  const { sidecar, isServed } = application;
  const served = isServed ? state?.served : undefined;
  const run: Run = {
    tools,
    application,
    signal,
    problems: new Map(),
    state: { services: state?.services ?? {}, pending, sidecar, served },
  };
  tools.save(run.state);
  return run;
}

/** Whether a service gets new containers. */
export function createsContainers({ steps }: ServicePlan): boolean {
  return steps.some(({ kind }) => kind === "create" || kind === "recreate");
}

/** What the state keeps about an applied service. */
export function appliedOf({ keys, restart, replicas, policy }: WantedService, since: number): AppliedService {
  return { keys, restart, replicas, autodestroy: policy.autodestroy, since };
}

/** Saves that a service was applied, so that it is not created again. */
export function markDone(run: Run, service: string): void {
  const { wanted } = run.application;
  const own = wanted.services.get(service);
  const since = run.tools.now();
  const applied = own
    ? appliedOf(own, since)
    : { keys: wanted.sidecar?.keys ?? {}, restart: "always", replicas: 1, autodestroy: "OFF", since };
  run.state = { ...run.state, services: { ...run.state.services, [service]: applied } };
  run.tools.save(run.state);
}

/** Saves what the server does as the sidecar from now on. */
export function markServed(run: Run): void {
  run.state = { ...run.state, served: run.application.plan.sidecar.served };
  run.tools.save(run.state);
}

/** Saves what is known now. Returns the results, with that of the sidecar if it has a problem. */
export async function finish(run: Run, results: readonly ServiceResult[]): Promise<readonly ServiceResult[]> {
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
      ? plan.sidecar.kind === "remove" || plan.sidecar.kind === "serve"
      : !wanted.services.has(service) && !observed.has(service) && isMeant(request, service);
  return Object.keys(state?.services ?? {}).filter(isGone);
}

/** Whether the steps keep the containers. */
function keepsContainers(steps: readonly Step[]): boolean {
  return steps.every(({ kind }) => kind === "clear" || kind === "live" || kind === "scale" || kind === "start");
}
