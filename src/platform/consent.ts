import type { Plan, ServicePlan } from "./plan-model.ts";

/** What the command itself already confirms. */
export type Allowance = "remove" | "scale down" | "remove at once";

/** What a plan destroys without a confirmation so far, one clause for each (reference live.md 1.4). */
export function whatIsDestroyed(plan: Plan, allowed: ReadonlySet<Allowance>): readonly string[] {
  return [
    ...(allowed.has("remove") ? [] : plan.services.flatMap(removedContainers)),
    ...(allowed.has("scale down") ? [] : plan.services.flatMap(surplusContainers)),
    ...(allowed.has("remove at once") ? [] : plan.removals.map(describeRemoval)),
    ...plan.movedData.map(describeMovedData),
  ];
}

/** A volume that a new container has in place of another one. */
export function describeMovedData({ service, path, volume, next }: Plan["movedData"][number]): string {
  const given = next === undefined ? "a new, empty volume" : `the volume ${next}`;
  return `${service} gets ${given} at ${path}; its data stays in the volume ${volume}`;
}

function removedContainers({ service, steps }: ServicePlan): readonly string[] {
  return steps.flatMap((step) =>
    step.kind === "remove" ? [`${names(step.containers)} of ${service} will be removed with all data inside`] : [],
  );
}

function surplusContainers({ service, steps }: ServicePlan): readonly string[] {
  return steps.flatMap((step) =>
    step.kind === "scale" && step.to < step.from
      ? [`${step.from - step.to} of the ${step.from} containers of ${service} will be removed with all data inside`]
      : [],
  );
}

/** A container that autodestroy removes at once. */
export function describeRemoval({ name, exitCode, finishedAt }: Plan["removals"][number]): string {
  const time = `${finishedAt.slice(0, 19).replace("T", " ")} UTC`;
  return `autodestroy will remove ${name}, which ended with ${exitCode} at ${time}`;
}

function names(containers: readonly { readonly name: string }[]): string {
  return containers.map(({ name }) => name).join(", ");
}
