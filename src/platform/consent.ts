import type { Plan, ServicePlan } from "./plan.ts";

/** What the words of the user already agree to. */
export type Allowance = "remove" | "scale down" | "remove at once";

/** What a plan destroys and the user has not agreed to yet, by name, one clause each (reference live.md 1.4). */
export function whatIsDestroyed(plan: Plan, allowed: ReadonlySet<Allowance>): readonly string[] {
  return [
    ...(allowed.has("remove") ? [] : plan.services.flatMap(removedContainers)),
    ...(allowed.has("scale down") ? [] : plan.services.flatMap(containersTooMany)),
    ...(allowed.has("remove at once") ? [] : plan.removals.map(describeRemoval)),
    ...plan.movedData.map(({ service, path, volume, next }) =>
      next === undefined
        ? `${service} gets a new, empty volume at ${path}; its data stays in the volume ${volume}`
        : `${service} gets the volume ${next} at ${path}; its data stays in ${volume}`,
    ),
  ];
}

function removedContainers({ service, steps }: ServicePlan): readonly string[] {
  return steps.flatMap((step) =>
    step.kind === "remove" ? [`${names(step.containers)} of ${service} will be removed with all data inside`] : [],
  );
}

function containersTooMany({ service, steps }: ServicePlan): readonly string[] {
  return steps.flatMap((step) =>
    step.kind === "scale" && step.to < step.from
      ? [`${step.from - step.to} of the ${step.from} containers of ${service} will be removed with all data inside`]
      : [],
  );
}

/** A container that autodestroy removes at once. */
export function describeRemoval({ name, exitCode, finishedAt }: Plan["removals"][number]): string {
  const time = `${finishedAt.slice(0, 19).replace("T", " ")} UTC`;
  return `${name}, which ended with ${exitCode} at ${time}, will be removed by autodestroy`;
}

function names(containers: readonly { readonly name: string }[]): string {
  return containers.map(({ name }) => name).join(", ");
}
