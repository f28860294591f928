import { runsPath } from "../targets/autodestroy.ts";
import { configVariable, readConfig, type SidecarConfig } from "../lifecycle/config.ts";
import type { PlanBasis, SidecarPlan } from "./plan-model.ts";
import { changedKeys } from "./drift.ts";
import { isUp, type ObservedContainer } from "./observed.ts";

/** Whether a container is a sidecar: it carries a config. */
export function isSidecarContainer({ environment }: Pick<ObservedContainer, "environment">): boolean {
  return environment.some((variable) => variable.startsWith(`${configVariable}=`));
}

/** Whether a container is a sidecar with a folder for runs. */
export function keepsRuns(container: Pick<ObservedContainer, "environment" | "mounts">): boolean {
  return isSidecarContainer(container) && container.mounts.some(({ destination }) => destination === runsPath);
}

/** The text of the config that a sidecar's container has. */
export function configIn({ environment }: Pick<ObservedContainer, "environment">): string | undefined {
  return environment.find((variable) => variable.startsWith(`${configVariable}=`))?.slice(configVariable.length + 1);
}

/** What will be done with the sidecar. */
export function planSidecar({ wanted, observed, state, isServed }: PlanBasis): SidecarPlan {
  const containers = [...observed].flatMap(([name, some]) =>
    wanted.sidecarsByHand.has(name) ? [] : some.filter(isSidecarContainer),
  );
  const [present] = containers;
  const service = wanted.sidecar?.name ?? present?.service ?? "";
  const isElsewhere = !wanted.sidecar && wanted.config !== undefined;
  const served = isServed && wanted.sidecar ? wanted.config : undefined;
  const plan = (kind: SidecarPlan["kind"]): SidecarPlan => ({ kind, service, containers, isElsewhere, served });
  if (isServed) return plan(present || !sameConfig(served, state?.served) ? "serve" : "none");
  if (!wanted.sidecar) return plan(present ? "remove" : "none");
  if (!present) return plan("create");
  if (present.service !== service || containers.length > 1) return plan("recreate");
  const applied = state?.services[service];
  const isSame =
    sameConfig(readConfig(configIn(present) ?? "").config, wanted.config) &&
    (!applied || changedKeys(applied.keys, wanted.sidecar.keys).length === 0);
  if (!isSame) return plan("recreate");
  return plan(isUp(present) ? "keep" : "start");
}

function sameConfig(one: SidecarConfig | undefined, other: SidecarConfig | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
