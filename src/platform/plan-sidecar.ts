import { configVariable, readConfig, type SidecarConfig } from "../lifecycle/config.ts";
import type { PlanBasis, SidecarPlan } from "./plan-model.ts";
import { changedKeys } from "./drift.ts";
import { isUp, type ObservedContainer } from "./observed.ts";

/** Whether a container is a sidecar: it carries a config. */
export function isSidecarContainer({ environment }: ObservedContainer): boolean {
  return environment.some((variable) => variable.startsWith(`${configVariable}=`));
}

/** The text of the config that a sidecar's container has. */
export function configIn({ environment }: ObservedContainer): string | undefined {
  return environment.find((variable) => variable.startsWith(`${configVariable}=`))?.slice(configVariable.length + 1);
}

/** What will be done with the sidecar. */
export function planSidecar({ wanted, observed, state }: PlanBasis): SidecarPlan {
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
