import type { ObservedProject } from "./observed.ts";
import { withoutPrototype, type ProjectState } from "./state.ts";

/** The state of a project after an interrupted change. */
export interface RecoveredState extends ProjectState {
  /** The IDs of old containers that Compose left, because it was killed after it created the new ones. */
  readonly replaced: ReadonlySet<string>;
}

/**
 * The state after a change that was interrupted. A service with a new container counts as applied, and only its old
 * containers must still be replaced: a job that ran in the new container must not run twice.
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
