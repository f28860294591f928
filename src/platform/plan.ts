import type { ContainerDetails, ContainerUpdate } from "../docker/platform-engine.ts";
import { configVariable, readConfig, type SidecarConfig } from "../lifecycle/config.ts";
import { judge } from "../sidecar/judge.ts";
import type { WantedService, WantedStack } from "./compiled.ts";
import { whenItEnds } from "./ending.ts";
import { restartPolicyOf, updateOf } from "./live-update.ts";
import { hasEnded, isUp, policyOf, type ObservedContainer, type ObservedProject } from "./observed.ts";
import type { RecoveredState } from "./recovery.ts";
import type { AppliedService } from "./state.ts";
import { movedData, type MovedData } from "./moved-data.ts";

/** What the user asks for, apart from what the file says. */
export type Request =
  /** Make all services as the file says, and start the stopped ones that are not jobs. */
  | { readonly kind: "up" }
  /** Apply the changed file to one service that runs. */
  | { readonly kind: "change"; readonly service: string }
  /** The same, without what needs new containers: that waits for a redeploy. */
  | { readonly kind: "live"; readonly service: string }
  /** Start services; create their containers if they have none. */
  | { readonly kind: "start"; readonly services: ReadonlySet<string> }
  /** Recreate containers, even if nothing has changed. */
  | { readonly kind: "redeploy"; readonly services: ReadonlySet<string> };

/** One thing that will be done to the containers of a service. */
export type Step =
  | { readonly kind: "create"; readonly why: string }
  | { readonly kind: "recreate"; readonly why: string; readonly containers: readonly string[] }
  | { readonly kind: "live"; readonly why: string; readonly updates: readonly LiveUpdate[] }
  | { readonly kind: "scale"; readonly from: number; readonly to: number }
  | { readonly kind: "start"; readonly containers: readonly StartedContainer[] }
  | { readonly kind: "remove"; readonly containers: readonly ContainerName[] }
  /** Remove the old containers that Compose left, because it was killed after it created the new ones. */
  | { readonly kind: "clear"; readonly containers: readonly ContainerName[] };

/** A container by its ID and name. */
export interface ContainerName {
  readonly id: string;
  readonly name: string;
}

/** A container that is to be started, for the first time or again. */
export interface StartedContainer extends ContainerName {
  readonly isFirst: boolean;
}

/** A change of one running container. */
export interface LiveUpdate extends ContainerName {
  readonly update: ContainerUpdate;
}

/** What will happen to one service. */
export interface ServicePlan {
  readonly service: string;
  /** In order; empty when nothing is done. */
  readonly steps: readonly Step[];
  /** What the user must know as well, one clause each. */
  readonly notes: readonly string[];
}

/** What will happen to the sidecar. */
export interface SidecarPlan {
  readonly kind: "none" | "keep" | "start" | "create" | "recreate" | "remove";
  /** The name of its service in the Compose file, or in the earlier one. */
  readonly service: string;
  /** Its containers now. */
  readonly containers: readonly ObservedContainer[];
  /** Whether services have autodestroy, but the sidecar runs outside of the stack (`--sidecar none`). */
  readonly isElsewhere: boolean;
}

/** Everything that an apply will do (reference live.md 3.4). */
export interface Plan {
  readonly services: readonly ServicePlan[];
  readonly sidecar: SidecarPlan;
  /** The containers that autodestroy will remove at once, though it did not before. */
  readonly removals: readonly Removed[];
  /** The volumes that new containers will not have, or will have empty. */
  readonly movedData: readonly MovedData[];
}

/** A container that autodestroy will remove. */
export interface Removed extends ContainerName {
  readonly service: string;
  readonly exitCode: number;
  readonly finishedAt: string;
}

/** What a plan is computed from. */
export interface PlanBasis {
  readonly project: string;
  readonly wanted: WantedStack;
  readonly observed: ObservedProject;
  readonly state: RecoveredState | undefined;
  /** What the file said before it was changed; undefined when it was not. */
  readonly before: WantedStack | undefined;
  readonly request: Request;
}

/** Plans the steps that make the engine match the file. */
export function planApply(basis: PlanBasis): Plan {
  const { wanted, observed } = basis;
  const sidecar = planSidecar(basis);
  const services = [...wanted.services.values()].map((service) => planService(service, basis));
  const removed = [...observed].flatMap(([name, containers]) => planOrphan(name, containers, basis));
  const recreated = services.filter(({ steps }) => steps.some(({ kind }) => kind === "recreate"));
  return {
    services: [...services, ...removed],
    sidecar,
    removals: removalsOf(basis, sidecar, new Set(recreated.map(({ service }) => service))),
    movedData: recreated.flatMap(({ service }) =>
      movedData(wanted.services.get(service)!, observed.get(service) ?? [], basis.project),
    ),
  };
}

/** Whether containers are created, removed, started or stopped. Autodestroy must not act meanwhile. */
export function touchesContainers({ services }: Plan): boolean {
  return services.some(({ steps }) => steps.some(({ kind }) => kind !== "live"));
}

/** Whether Compose is needed. */
export function needsCompose({ services, sidecar }: Plan): boolean {
  const makes = new Set<Step["kind"]>(["create", "recreate", "scale"]);
  return (
    services.some(({ steps }) => steps.some(({ kind }) => makes.has(kind))) ||
    sidecar.kind === "create" ||
    sidecar.kind === "recreate"
  );
}

/** Whether there is anything to do. */
export function isEmpty({ services, sidecar }: Plan): boolean {
  return services.every(({ steps }) => steps.length === 0) && (sidecar.kind === "none" || sidecar.kind === "keep");
}

/** Whether a service is a job: its autodestroy is not `OFF` (reference jobs.md). */
export function isJob({ policy }: WantedService): boolean {
  return policy.autodestroy !== "OFF";
}

/** Whether a request is about a service. */
export function isMeant(request: Request, service: string): boolean {
  if (request.kind === "up") return true;
  return isChange(request) ? request.service === service : request.services.has(service);
}

/** Whether a service goes on with what its file says of it now. */
function isChange(request: Request): request is Extract<Request, { readonly service: string }> {
  return request.kind === "change" || request.kind === "live";
}

function planService(service: WantedService, basis: PlanBasis): ServicePlan {
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

function planMissing(service: WantedService, { request, state }: PlanBasis): Planned {
  if (service.replicas === 0) return nothing;
  const applied = state?.services[service.name];
  if (isChange(request) && applied?.replicas !== 0) return { steps: [], notes: ["it has no containers to change"] };
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
function endingOf({ policy }: WantedService, { steps }: Planned, { request }: PlanBasis): Planned {
  const isMade = request.kind === "up" && steps.some(({ kind }) => kind === "create" || kind === "recreate");
  return { steps: [], notes: isMade ? [whenItEnds(policy)] : [] };
}

/** The keys that differ from what was last applied; none when that is unknown. */
function outdatedKeys({ name, keys }: WantedService, { state, before, observed }: PlanBasis): readonly string[] {
  const applied = state?.services[name];
  const last = applied?.keys ?? before?.services.get(name)?.keys;
  const isUnfinished = (observed.get(name) ?? []).some(({ id }) => applied?.outdated?.includes(id));
  return [...(last ? changedKeys(last, keys) : []), ...(isUnfinished ? ["an unfinished earlier change"] : [])];
}

/** The keys whose hashes differ. */
export function changedKeys(
  last: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set([...Object.keys(last), ...Object.keys(now)])].filter((key) => last[key] !== now[key]).toSorted();
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

/**
 * Whether somebody changed the restart policy since it was last applied. `service stop` sets it to `no` (reference
 * live.md 4.4).
 */
export function isChangedByHand(container: ContainerDetails, applied: AppliedService | undefined): boolean {
  if (!applied || policyOf(container) === applied.restart) return false;
  return !(hasEnded(container) && policyOf(container) === "no" && applied.restart === "always");
}

function planScale(service: WantedService, containers: readonly ObservedContainer[], { state }: PlanBasis): Planned {
  const applied = state?.services[service.name];
  // Autodestroy removed the missing containers of a job: this is no reason to run the job again.
  const isSettled = isJob(service) && (!applied || applied.replicas === service.replicas);
  const { length } = containers;
  const isToScale = isSettled ? length > service.replicas : length !== service.replicas;
  return isToScale ? { steps: [{ kind: "scale", from: length, to: service.replicas }], notes: [] } : nothing;
}

function planStart(service: WantedService, containers: readonly ObservedContainer[], { request }: PlanBasis): Planned {
  if (isChange(request)) return nothing;
  const mustRun = (container: ObservedContainer): boolean =>
    container.status === "created" || (hasEnded(container) && (!isJob(service) || request.kind === "start"));
  const stopped = containers
    .filter(mustRun)
    .map(({ id, name, status }) => ({ id, name, isFirst: status === "created" }));
  const kept = containers.filter((container) => hasEnded(container) && !mustRun(container));
  return {
    steps: stopped.length === 0 ? [] : [{ kind: "start", containers: stopped }],
    notes: kept.map(
      ({ name, exitCode }) =>
        `${name} ended with ${exitCode ?? "an unknown code"}; \`service start ${service.name}\` runs it again`,
    ),
  };
}

/** A service that is no longer in the file. One that was never applied is not removed, because others started it. */
function planOrphan(name: string, containers: readonly ObservedContainer[], basis: PlanBasis): readonly ServicePlan[] {
  const { wanted, state, before, request } = basis;
  if (wanted.services.has(name) || containers.some(isSidecarContainer)) return [];
  const isOurs = state?.services[name] !== undefined || before?.services.has(name) === true;
  const isToRemove = isOurs && (request.kind === "up" || (request.kind === "change" && request.service === name));
  return [
    {
      service: name,
      steps: isToRemove
        ? [{ kind: "remove", containers: containers.map(({ id, name: own }) => ({ id, name: own })) }]
        : [],
      notes: isOurs ? [] : ["it is not in the stack file; its containers are left alone"],
    },
  ];
}

/** Whether a container is a sidecar: it carries a config. */
export function isSidecarContainer({ environment }: ObservedContainer): boolean {
  return environment.some((variable) => variable.startsWith(`${configVariable}=`));
}

/** The text of the config that a sidecar's container has. */
function configIn({ environment }: ObservedContainer): string | undefined {
  return environment.find((variable) => variable.startsWith(`${configVariable}=`))?.slice(configVariable.length + 1);
}

function planSidecar({ wanted, observed, state }: PlanBasis): SidecarPlan {
  const containers = [...observed].flatMap(([name, some]) =>
    wanted.services.get(name)?.carriesConfig ? [] : some.filter(isSidecarContainer),
  );
  const [present] = containers;
  const service = wanted.sidecar?.name ?? present?.service ?? "";
  const isElsewhere = !wanted.sidecar && wanted.config !== undefined;
  const plan = (kind: SidecarPlan["kind"]): SidecarPlan => ({ kind, service, containers, isElsewhere });
  if (!wanted.sidecar) return plan(present ? "remove" : "none");
  if (!present) return plan("create");
  if (present.service !== service || containers.length > 1) return plan("recreate");
  const applied = state?.services[service];
  const isSame =
    sameConfig(configIn(present), wanted.config) &&
    (!applied || changedKeys(applied.keys, wanted.sidecar.keys).length === 0);
  if (!isSame) return plan("recreate");
  return plan(isUp(present) ? "keep" : "start");
}

/** Whether a text has the same config. The comment in the text, which names its origin, does not count. */
function sameConfig(text: string | undefined, config: SidecarConfig | undefined): boolean {
  const found = readConfig(text ?? "").config;
  return found !== undefined && config !== undefined && JSON.stringify(found) === JSON.stringify(config);
}

/** Judges containers with the restart policy that they will have: autodestroy keeps those with `always`. */
function removalsOf(basis: PlanBasis, sidecar: SidecarPlan, recreated: ReadonlySet<string>): readonly Removed[] {
  const { wanted, observed, project } = basis;
  const running = sidecar.containers.find(isUp);
  const before = running && readConfig(configIn(running) ?? "").config;
  const identity = { project: { orchestrator: "compose", name: project }, ownId: undefined } as const;
  return [...observed.values()].flat().flatMap((container): Removed[] => {
    if (!wanted.config || recreated.has(container.service)) return [];
    const own = isMeant(basis.request, container.service) ? wanted.services.get(container.service) : undefined;
    const restartPolicy = (own && updateOf(own, container)?.restartPolicy?.name) ?? container.restartPolicy;
    const now = judge({ ...container, restartPolicy }, wanted.config, identity);
    if (now.verdict !== "remove" || (before && judge(container, before, identity).verdict === "remove")) return [];
    const { id, name, service, finishedAt } = container;
    return [{ id, name, service, finishedAt, exitCode: now.exitCode }];
  });
}
