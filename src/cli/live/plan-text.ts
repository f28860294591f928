import { describeRemoval, whatIsDestroyed } from "../../platform/consent.ts";
import type { Plan, ServicePlan, Step } from "../../platform/plan.ts";
import { visible } from "../../text/visible.ts";

/** What will be done, one line for each service. */
export function renderPlan(plan: Plan): string {
  const lines = [
    ...plan.services.flatMap(describeService),
    ...describeSidecar(plan),
    ...plan.removals.map(describeRemoval),
    ...whatIsDestroyed({ ...plan, services: [], removals: [] }, new Set()),
  ];
  return lines.map((line) => `${visible(line)}\n`).join("");
}

function describeService({ service, steps, notes }: ServicePlan): readonly string[] {
  const done = steps.length === 0 ? ["unchanged"] : steps.map(describeStep);
  return [`${service}: ${[...done, ...notes].join("; ")}`];
}

function describeStep(step: Step): string {
  switch (step.kind) {
    case "create":
      return `create (${step.why})`;
    case "recreate":
      return `recreate ${step.containers.join(", ")} (${step.why})`;
    case "live":
      return `change ${step.updates.map(({ name }) => name).join(", ")} without a restart (${step.why})`;
    case "scale":
      return `scale from ${step.from} to ${step.to}`;
    case "start":
      return `start ${step.containers.map(({ name }) => name).join(", ")}`;
    case "clear":
      return `remove ${step.containers.map(({ name }) => name).join(", ")}, which was replaced`;
    case "remove":
    default:
      return `remove ${step.containers.map(({ name }) => name).join(", ")}`;
  }
}

function describeSidecar({ sidecar: { kind, service, isElsewhere } }: Plan): readonly string[] {
  const words = {
    none: undefined,
    keep: undefined,
    start: "start the sidecar",
    create: "create the sidecar (first service with autodestroy)",
    recreate: "recreate the sidecar (new config)",
    remove: `remove the sidecar (${isElsewhere ? "--sidecar none" : "no service has autodestroy"})`,
  }[kind];
  return words === undefined ? [] : [`${service}: ${words}`];
}
