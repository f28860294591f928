import type { ObservedProject } from "./observed.ts";
import { withoutPrototype, type ProjectState } from "./state.ts";

/**
 * What is known after a change that was interrupted: a service that has new containers was made before the end, so that
 * a job among them does not run a second time.
 */
export function recovered(state: ProjectState | undefined, observed: ObservedProject): ProjectState | undefined {
  if (!state?.pending) return state;
  const services = withoutPrototype(state.services);
  for (const [service, { before, applied }] of Object.entries(state.pending.making)) {
    const containers = observed.get(service) ?? [];
    const isMade = containers.length > 0 && containers.every(({ id }) => !before.includes(id));
    if (isMade) services[service] = applied;
  }
  return { ...state, services, pending: undefined };
}
