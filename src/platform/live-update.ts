import type { ContainerUpdate } from "../docker/platform-engine.ts";
import type { WantedService } from "./compiled.ts";
import { hasEnded, policyOf, type ObservedContainer } from "./observed.ts";

/** The update that makes a container match its service; undefined when it already does. */
export function updateOf(service: WantedService, container: ObservedContainer): ContainerUpdate | undefined {
  const update: ContainerUpdate = {
    ...restartUpdate(service, container),
    ...memoryUpdate(service, container),
    ...(service.limits.cpuShares === undefined || service.limits.cpuShares === container.cpuShares
      ? {}
      : { cpuShares: service.limits.cpuShares }),
    ...(service.limits.cpuset === undefined || service.limits.cpuset === container.cpuset
      ? {}
      : { cpuset: service.limits.cpuset }),
  };
  return Object.keys(update).length === 0 ? undefined : update;
}

/** The restart policy of a text such as `on-failure:3`, as the engine's API has it. */
export function restartPolicyOf(restart: string): Required<ContainerUpdate>["restartPolicy"] {
  const [name = "no", count] = restart.split(":");
  return { name, ...(count === undefined ? {} : { maximumRetryCount: Number(count) }) };
}

/**
 * `service stop` sets the policy of a container with `always` to `no`, so that it stays stopped when the engine
 * restarts; `service start` restores it (reference live.md 4.4).
 */
function restartUpdate({ restart }: WantedService, container: ObservedContainer): ContainerUpdate {
  const isStopped = hasEnded(container) && policyOf(container) === "no" && restart === "always";
  return isStopped || policyOf(container) === restart ? {} : { restartPolicy: restartPolicyOf(restart) };
}

/** Memory and swap go together: the engine refuses a memory above the swap limit that it has. */
function memoryUpdate({ limits }: WantedService, container: ObservedContainer): ContainerUpdate {
  const { memory } = limits;
  if (memory === undefined) return {};
  const memorySwap = limits.memorySwap ?? 2 * memory;
  // An engine without swap accounting always reports the limit of memory and swap as -1 or 0.
  const isSame = container.memory === memory && [memorySwap, -1, 0].includes(container.memorySwap);
  return isSame ? {} : { memory, memorySwap };
}
