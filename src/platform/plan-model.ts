import type { ContainerUpdate } from "../docker/platform-engine.ts";
import type { SidecarConfig } from "../lifecycle/config.ts";
import type { ObservedContainer, ObservedProject } from "./observed.ts";
import type { RecoveredState } from "./recovery.ts";
import type { WantedService, WantedStack } from "./compiled.ts";
import type { MovedData } from "./moved-data.ts";

/** What the user asks for, apart from what the file says. */
export type Request =
  /** Make all services as the file says, start the stopped ones that are not jobs, and run the jobs that are due. */
  | { readonly kind: "up"; readonly reruns?: Reruns }
  /** Apply the changed file to one service that runs. */
  | { readonly kind: "change"; readonly service: string }
  /** The same, without what needs new containers: that waits for a redeploy. */
  | { readonly kind: "live"; readonly service: string }
  /** Start services; create their containers if they have none. */
  | { readonly kind: "start"; readonly services: ReadonlySet<string> }
  /** Recreate containers, even if nothing has changed. */
  | { readonly kind: "redeploy"; readonly services: ReadonlySet<string> };

/** The jobs that run again although nothing has changed. */
export type Reruns = ReadonlySet<string> | "all";

/** What `up` does with a job that has ended (reference jobs.md 4.1). */
export type JobVerdict =
  /** It runs again. */
  | { readonly kind: "due"; readonly why: string; readonly needsNewContainers: boolean }
  /** It is left out. */
  | { readonly kind: "done"; readonly note: string };

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
  readonly kind: "none" | "keep" | "start" | "create" | "recreate" | "remove" | "serve";
  /** The name of its service in the Compose file, or in the earlier one. */
  readonly service: string;
  /** Its containers now. */
  readonly containers: readonly ObservedContainer[];
  /** Whether services have autodestroy, but the sidecar runs outside of the stack (`--sidecar none`). */
  readonly isElsewhere: boolean;
  /** What the server will do as the sidecar; undefined where there is no server, or nothing to do. */
  readonly served: SidecarConfig | undefined;
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
  /** The jobs of which the outcome is known. */
  readonly jobs: ReadonlyMap<string, JobVerdict>;
  /** Whether a server is the sidecar of the stack (reference live.md 6). */
  readonly isServed: boolean;
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
export function isChange(request: Request): request is Extract<Request, { readonly service: string }> {
  return request.kind === "change" || request.kind === "live";
}
