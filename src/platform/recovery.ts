import type { ObservedProject } from "./observed.ts";
import { withoutPrototype, type ProjectState } from "./state.ts";

/**
 * What is known after a change that did not come to its end. A service that has a new container counts as applied, and
 * only its old containers are still to be made anew: a job that ran in the new one must not run a second time.
 */
export function recovered<T extends ProjectState | undefined>(state: T, observed: ObservedProject): T | ProjectState {
  if (!state?.pending) return state;
  const services = withoutPrototype(state.services);
  for (const [service, { before, applied }] of Object.entries(state.pending.making)) {
    const containers = observed.get(service) ?? [];
    const outdated = containers.map(({ id }) => id).filter((id) => before.includes(id));
    if (outdated.length === containers.length) continue;
    services[service] = { ...applied, replicas: containers.length, outdated };
  }
  return { ...state, services, pending: undefined };
}
