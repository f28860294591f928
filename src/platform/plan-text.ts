import { describeRemoval, describeMovedData } from "./consent.ts";
import type { Plan, ServicePlan, Step } from "./plan-model.ts";

/** Whether a plan is still to be carried out (`--dry-run`), or was. */
export type Tense = "planned" | "done";

/** What will be done or was done, one line for each service. */
export function describePlan(plan: Plan, tense: Tense): readonly string[] {
  const verb = verbs[tense];
  return [
    ...plan.services.map((service) => describeService(service, verb)),
    ...describeSidecar(plan, verb),
    ...plan.removals.map(describeRemoval),
    ...plan.movedData.map(describeMovedData),
  ];
}

const verbs = {
  planned: {
    create: "create",
    recreate: "recreate",
    change: "change",
    scale: "scale",
    start: "start",
    remove: "remove",
  },
  done: {
    create: "created",
    recreate: "recreated",
    change: "changed",
    scale: "scaled",
    start: "started",
    remove: "removed",
  },
} as const satisfies Record<Tense, Readonly<Record<string, string>>>;

type Verbs = (typeof verbs)[Tense];

function describeService({ service, steps, notes }: ServicePlan, verb: Verbs): string {
  const clauses = steps.length === 0 ? ["unchanged"] : steps.map((step) => describeStep(step, verb));
  return `${service}: ${[...clauses, ...notes].join("; ")}`;
}

function describeStep(step: Step, verb: Verbs): string {
  switch (step.kind) {
    case "create":
      return `${verb.create} containers (${step.why})`;
    case "recreate":
      return `${verb.recreate} ${step.containers.join(", ")} (${step.why})`;
    case "live":
      return `${verb.change} ${step.why} of ${names(step.updates)} without a restart`;
    case "scale":
      return `${verb.scale} from ${step.from} to ${step.to} containers`;
    case "start":
      return `${verb.start} ${names(step.containers)}`;
    case "clear":
      return `${verb.remove} ${names(step.containers)} (already replaced)`;
    case "remove":
    default:
      return `${verb.remove} ${names(step.containers)}`;
  }
}

function names(containers: readonly { readonly name: string }[]): string {
  return containers.map(({ name }) => name).join(", ");
}

function describeSidecar({ sidecar: { kind, service, isElsewhere, served } }: Plan, verb: Verbs): readonly string[] {
  const noSidecar = isElsewhere ? "--sidecar none" : "no service has autodestroy";
  const words = {
    none: undefined,
    keep: undefined,
    start: `${verb.start} the sidecar`,
    create: `${verb.create} the sidecar (a service has autodestroy)`,
    recreate: `${verb.recreate} the sidecar (its settings changed)`,
    remove: `${verb.remove} the sidecar (${noSidecar})`,
    serve: served ? "the server does what the sidecar does" : `the server removes no containers (${noSidecar})`,
  }[kind];
  return words === undefined ? [] : [`${service}: ${words}`];
}
