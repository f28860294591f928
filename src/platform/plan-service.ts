import type { WantedService } from "./compiled.ts";
import { changedKeys, isChangedByHand } from "./drift.ts";
import { restartPolicyOf, updateOf } from "./live-update.ts";
import { isChange, isJob, isMeant, type LiveUpdate, type PlanBasis, type ServicePlan } from "./plan-model.ts";
import { hasEnded, isUp, policyOf, type ObservedContainer } from "./observed.ts";
import { whenItEnds } from "./ending.ts";

/** What will be done with one service of the stack file. */
export function planService(service: WantedService, basis: PlanBasis): ServicePlan {
  const { name } = service;
  const all = basis.observed.get(name) ?? [];
  if (!isMeant(basis.request, name))
    return {
      service: name,
      ...join(planLeavingAlways(service, all), { steps: [], notes: notesForOthers(service, basis) }),
    };
  const isReplaced = ({ id }: ObservedContainer): boolean => basis.state?.replaced.has(id) ?? false;
  const containers = all.filter((container) => !isReplaced(container));
  const planned = containers.length === 0 ? planMissing(service, basis) : planPresent(service, containers, basis);
  return { service: name, ...join(planClear(all.filter(isReplaced)), planned, endingOf(service, planned, basis)) };
}

type Planned = Omit<ServicePlan, "service">;

const nothing: Planned = { steps: [], notes: [] };

function planMissing(service: WantedService, { request, state, jobs }: PlanBasis): Planned {
  if (service.replicas === 0) return nothing;
  const applied = state?.services[service.name];
  if (isChange(request) && applied?.replicas !== 0) return { steps: [], notes: ["it has no containers to change"] };
  const verdict = jobs.get(service.name);
  if (verdict?.kind === "due") return { steps: [{ kind: "create", why: verdict.why }], notes: [] };
  if (verdict) return { steps: [], notes: [verdict.note] };
  if (request.kind !== "up" || !applied) return { steps: [{ kind: "create", why: "there were none" }], notes: [] };
  const changed = changedKeys(applied.keys, service.keys);
  if (changed.length > 0) return { steps: [{ kind: "create", why: `changed: ${changed.join(", ")}` }], notes: [] };
  if (isJob(service)) return { steps: [], notes: ["it ran, and autodestroy removed it"] };
  return { steps: [{ kind: "create", why: "they were removed" }], notes: [] };
}

function planPresent(service: WantedService, containers: readonly ObservedContainer[], basis: PlanBasis): Planned {
  const { request } = basis;
  const names = containers.map(({ name }) => name);
  const leavingAlways = planLeavingAlways(service, containers);
  if (request.kind === "redeploy")
    return join(leavingAlways, { steps: [{ kind: "recreate", why: "redeploy", containers: names }], notes: [] });
  const verdict = basis.jobs.get(service.name);
  if (verdict?.kind === "due" && verdict.needsNewContainers)
    return join(leavingAlways, { steps: [{ kind: "recreate", why: verdict.why, containers: names }], notes: [] });
  const changed = [...outdatedKeys(service, basis), ...limitsToDrop(service, containers)];
  if (changed.length > 0 && request.kind !== "start" && request.kind !== "live") {
    if (request.kind === "change" && !containers.some(isUp))
      return join(planLive(service, containers, basis), {
        steps: [],
        notes: [`it is not running; \`service redeploy ${service.name}\` applies the change`],
      });
    const why = `changed: ${changed.join(", ")}`;
    return join(leavingAlways, { steps: [{ kind: "recreate", why, containers: names }], notes: [] });
  }
  return join(
    planUnknown(service, basis),
    planLive(service, containers, basis),
    planScale(service, containers, basis),
    planStart(service, containers, basis),
  );
}

/** A new link to a service gives that service another name on the network, so its containers must be recreated. */
function notesForOthers(service: WantedService, basis: PlanBasis): readonly string[] {
  const { name } = service;
  const changed = basis.observed.has(name) ? outdatedKeys(service, basis) : [];
  if (changed.length === 0) return [];
  return [`it is out of date (changed: ${changed.join(", ")}); \`service redeploy ${name}\` recreates it`];
}

function planClear(replaced: readonly ObservedContainer[]): Planned {
  const containers = replaced.map(({ id, name }) => ({ id, name }));
  return containers.length === 0 ? nothing : { steps: [{ kind: "clear", containers }], notes: [] };
}

function join(...parts: readonly Planned[]): Planned {
  return { steps: parts.flatMap(({ steps }) => steps), notes: parts.flatMap(({ notes }) => notes) };
}

/** Compose's label differs after a live change, too, so it is no reason to recreate containers. */
function planUnknown({ name }: WantedService, { state, request }: PlanBasis): Planned {
  if (request.kind !== "up" || (state && Object.hasOwn(state.services, name))) return nothing;
  return {
    steps: [],
    notes: [
      `it may be out of date, because nothing tells what was last applied; \`service redeploy ${name}\` recreates it`,
    ],
  };
}

/** What the user must know about a service that `up` creates. */
function endingOf({ policy }: WantedService, { steps }: Planned, { request, wanted, isServed }: PlanBasis): Planned {
  const isMade = request.kind === "up" && steps.some(({ kind }) => kind === "create" || kind === "recreate");
  return { steps: [], notes: isMade ? [whenItEnds(policy, isServed || wanted.sidecar !== undefined)] : [] };
}

/** The keys that differ from what was last applied; none when that is unknown. */
function outdatedKeys({ name, keys }: WantedService, { state, before, observed }: PlanBasis): readonly string[] {
  const applied = state?.services[name];
  const last = applied?.keys ?? before?.services.get(name)?.keys;
  const isUnfinished = (observed.get(name) ?? []).some(({ id }) => applied?.outdated?.includes(id));
  return [...(last ? changedKeys(last, keys) : []), ...(isUnfinished ? ["an unfinished earlier change"] : [])];
}

/** A limit can be changed on a container, but not taken away. */
function limitsToDrop({ limits }: WantedService, containers: readonly ObservedContainer[]): readonly string[] {
  const drops = (key: "memory" | "cpuShares"): boolean =>
    limits[key] === undefined && containers.some((container) => container[key] > 0);
  return [
    ...(drops("memory") ? ["mem_limit"] : []),
    ...(drops("cpuShares") ? ["cpu_shares"] : []),
    ...(limits.cpuset === undefined && containers.some(({ cpuset }) => cpuset !== "") ? ["cpuset"] : []),
  ];
}

function planLive(
  service: WantedService,
  containers: readonly ObservedContainer[],
  { state, request }: PlanBasis,
): Planned {
  const applied = state?.services[service.name];
  const updates = containers.flatMap((container): LiveUpdate[] => {
    const update = updateOf(service, container);
    return update ? [{ id: container.id, name: container.name, update }] : [];
  });
  const byHand = containers.filter((container) => isChangedByHand(container, applied));
  const isOfFile = updates.some(({ id }) => byHand.every((container) => container.id !== id));
  const staysStopped = containers.some(
    (container) => hasEnded(container) && policyOf(container) !== service.restart && service.restart !== "no",
  );
  const notes = [
    ...byHand.map(
      (container) => `the restart policy of ${container.name} was changed to \`${policyOf(container)}\` by hand`,
    ),
    ...(isChange(request) && staysStopped
      ? [`its stopped containers stay stopped; \`service start ${service.name}\` starts them`]
      : []),
    // Its hash covers the limits, too (research live-services.md 2.2).
    ...(isOfFile ? ["`docker compose up` would recreate it, `tutum-stack up` does not"] : []),
    ...(updates.length > 0 && containers.some(({ status }) => status === "restarting")
      ? ["a container that is waiting for its restart may run once more"]
      : []),
  ];
  return { steps: updates.length === 0 ? [] : [{ kind: "live", why: whatIsUpdated(updates), updates }], notes };
}

/**
 * Changes the restart policy of job containers that still have `always`. This is done in every plan, before the sidecar
 * gets a config with their autodestroy.
 */
function planLeavingAlways(service: WantedService, containers: readonly ObservedContainer[]): Planned {
  const updates = containers
    .filter(({ restartPolicy }) => isJob(service) && /^(always|unless-stopped)$/.test(restartPolicy))
    .map(({ id, name }) => ({ id, name, update: { restartPolicy: restartPolicyOf(service.restart) } }));
  return updates.length === 0 ? nothing : { steps: [{ kind: "live", why: "autorestart", updates }], notes: [] };
}

function whatIsUpdated(updates: readonly LiveUpdate[]): string {
  const keys = new Set(updates.flatMap(({ update }) => Object.keys(update)));
  const words = [
    ["autorestart", keys.has("restartPolicy")],
    ["memory", keys.has("memory") || keys.has("memorySwap")],
    ["cpu_shares", keys.has("cpuShares")],
    ["cpuset", keys.has("cpuset")],
  ] as const;
  return words.flatMap(([word, isChanged]) => (isChanged ? [word] : [])).join(", ");
}

function planScale(service: WantedService, containers: readonly ObservedContainer[], { state }: PlanBasis): Planned {
  const applied = state?.services[service.name];
  // Autodestroy removed the missing containers of a job: this is no reason to run the job again.
  const isSettled = isJob(service) && (!applied || applied.replicas === service.replicas);
  const { length } = containers;
  const isToScale = isSettled ? length > service.replicas : length !== service.replicas;
  return isToScale ? { steps: [{ kind: "scale", from: length, to: service.replicas }], notes: [] } : nothing;
}

function planStart(
  service: WantedService,
  containers: readonly ObservedContainer[],
  { request, jobs }: PlanBasis,
): Planned {
  if (isChange(request)) return nothing;
  const verdict = jobs.get(service.name);
  const isDue = !isJob(service) || request.kind === "start" || verdict?.kind === "due";
  const mustRun = (container: ObservedContainer): boolean =>
    container.status === "created" || (hasEnded(container) && isDue);
  const stopped = containers
    .filter(mustRun)
    .map(({ id, name, status }) => ({ id, name, isFirst: status === "created" }));
  const kept = containers.filter((container) => hasEnded(container) && !mustRun(container));
  return {
    steps: stopped.length === 0 ? [] : [{ kind: "start", containers: stopped }],
    notes: [
      ...(verdict?.kind === "due" && stopped.length > 0 ? [`it runs again: ${verdict.why}`] : []),
      ...kept.map(
        ({ name, exitCode }) =>
          `${name} ended with ${exitCode ?? "an unknown code"}; \`service start ${service.name}\` runs it again`,
      ),
    ],
  };
}
