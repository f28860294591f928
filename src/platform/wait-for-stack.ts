import type { ContainerDetails } from "../docker/platform-engine.ts";
import { exitCodeOf } from "../sidecar/judge.ts";
import { sleep } from "../time/clock.ts";
import type { WantedService } from "./compiled.ts";
import { hasEnded, isUp, observeProject } from "./observed.ts";
import { isJob, type Plan } from "./plan-model.ts";
import type { Platform } from "./platform.ts";
import { waitForJob } from "./wait.ts";

/** What became of a service that was waited for. */
export type Arrival =
  | { readonly kind: "runs" }
  | { readonly kind: "ended"; readonly exitCode: number | undefined }
  | { readonly kind: "unhealthy" }
  /** A job without a container and without a run. */
  | { readonly kind: "never" };

/** What to wait for. */
export interface AwaitedStack {
  readonly project: string;
  readonly services: readonly WantedService[];
  readonly plan: Plan;
}

/** How often the containers are looked at, in milliseconds. */
const interval = 500;

/**
 * Waits until every service that must run runs, and is healthy where it has a check, and every job has ended (reference
 * jobs.md 3.2). A job that `up` left out is not waited for. Passes on what the other jobs write. Rejects with an
 * EngineError or a Problem, and with the reason of the signal.
 */
export async function waitForStack(
  platform: Pick<Platform, "engine" | "files" | "store" | "clock">,
  { project, services, plan }: AwaitedStack,
  onLine: (service: string, line: string) => void,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Arrival>> {
  const observed = await observeProject(platform.engine, project, signal);
  const isLeftOut = ({ name }: WantedService): boolean =>
    !(observed.get(name) ?? []).some(isUp) &&
    plan.services.every(({ service, steps }) => service !== name || steps.length === 0);
  const awaited = services.filter((service) => service.replicas > 0 && !(isJob(service) && isLeftOut(service)));
  const arrivals = awaited.map(async (service): Promise<[string, Arrival]> => {
    const { name } = service;
    if (!isJob(service)) return [name, await waitUntilItRuns(platform, project, service, signal)];
    return [name, await waitForJob(platform, { project, service: name }, (line) => onLine(name, line), signal)];
  });
  return new Map(await Promise.all(arrivals));
}

async function waitUntilItRuns(
  { engine, clock }: Pick<Platform, "engine" | "clock">,
  project: string,
  service: WantedService,
  signal: AbortSignal,
): Promise<Arrival> {
  const starts = new Map<string, number>();
  /** For how long a container has been seen to run without a break, in milliseconds. */
  const runsFor = ({ id, startedAt }: ContainerDetails): number => {
    const start = `${id} ${startedAt}`;
    const since = starts.get(start) ?? clock.now();
    starts.set(start, since);
    return clock.now() - since;
  };
  for (;;) {
    signal.throwIfAborted();
    const containers = (await observeProject(engine, project, signal)).get(service.name) ?? [];
    const arrival = arrivalOf(service, containers, runsFor);
    if (arrival) return arrival;
    await sleep(clock, interval, signal);
  }
}

/** Undefined while something is still to come: a start, a restart, or the answer of a check. */
function arrivalOf(
  { replicas, policy }: WantedService,
  containers: readonly ContainerDetails[],
  runsFor: (container: ContainerDetails) => number,
): Arrival | undefined {
  if (containers.some(({ health }) => health === "unhealthy")) return { kind: "unhealthy" };
  const ended = containers.filter(hasEnded);
  const failed = ended.find((container) => exitCodeOf(container) !== 0);
  if (failed && policy.autorestart === "OFF") return { kind: "ended", exitCode: exitCodeOf(failed) };
  if (containers.length < replicas) return undefined;
  const isFinished = (container: ContainerDetails): boolean =>
    hasEnded(container) && exitCodeOf(container) === 0 && policy.autorestart !== "ALWAYS";
  if (containers.every(isFinished)) return { kind: "ended", exitCode: 0 };
  const hasArrived = (container: ContainerDetails): boolean => isFinished(container) || isWell(container, runsFor);
  return containers.every(hasArrived) ? { kind: "runs" } : undefined;
}

/** A container without a check counts once it has run for a while: it may end at once, or again and again. */
function isWell(container: ContainerDetails, runsFor: (container: ContainerDetails) => number): boolean {
  const { status, health, restartCount } = container;
  if (status !== "running") return false;
  return health === "" ? runsFor(container) >= (restartCount > 0 ? steady.again : steady.first) : health === "healthy";
}

/** In milliseconds: after the first start, and after a restart. Docker counts a restart as a success after 10 s. */
const steady = { first: 1000, again: 10_000 };
