import type { ObservedProject } from "./observed.ts";
import { withoutPrototype, type ProjectState } from "./state.ts";

/** What is known of a project, and what an interrupted change has left of it. */
export interface RecoveredState extends ProjectState {
  /** The IDs of containers that have their successors: Compose was killed before it removed them. */
  readonly replaced: ReadonlySet<string>;
}

/**
 * What is known after a change that did not come to its end. A service that has a new container counts as applied, and
 * only its old containers are still to be made anew: a job that ran in the new one must not run a second time.
 */
export function recovered(state: ProjectState | undefined, observed: ObservedProject): RecoveredState | undefined {
  if (!state?.pending) return state && { ...state, replaced: new Set() };
  const services = withoutPrototype(state.services);
  const replaced = new Set<string>();
  for (const [service, { before, applied }] of Object.entries(state.pending.making)) {
    const containers = observed.get(service) ?? [];
    const old = containers.filter(({ id }) => before.includes(id));
    const made = containers.length - old.length;
    if (made === 0) continue;
    const isWhole = made >= applied.replicas;
    if (isWhole) for (const { id } of old) replaced.add(id);
    services[service] = isWhole
      ? applied
      : { ...applied, replicas: containers.length, outdated: old.map(({ id }) => id) };
  }
  return { ...state, services, pending: undefined, replaced };
}
