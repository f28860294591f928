import { judge } from "../sidecar/judge.ts";
import { readConfig } from "../lifecycle/config.ts";
import { configIn, isSidecarContainer, planSidecar } from "./plan-sidecar.ts";
import { movedData } from "./moved-data.ts";
import { planService } from "./plan-service.ts";
import { isUp, type ObservedContainer } from "./observed.ts";
import { isMeant, type Plan, type PlanBasis, type Removed, type ServicePlan, type SidecarPlan } from "./plan-model.ts";
import { updateOf } from "./live-update.ts";

/** Plans the steps that make the engine match the file. */
export function planApply(basis: PlanBasis): Plan {
  const { wanted, observed } = basis;
  const sidecar = planSidecar(basis);
  const services = [...wanted.services.values()].map((service) => planService(service, basis));
  const removed = [...observed].flatMap(([name, containers]) => planOrphan(name, containers, basis));
  const recreated = services.filter(({ steps }) => steps.some(({ kind }) => kind === "recreate"));
  return {
    services: [...services, ...removed],
    sidecar,
    removals: removalsOf(basis, sidecar, new Set(recreated.map(({ service }) => service))),
    movedData: recreated.flatMap(({ service }) =>
      movedData(wanted.services.get(service)!, observed.get(service) ?? [], basis.project),
    ),
  };
}

/** A service that is no longer in the file. One that was never applied is not removed, because others started it. */
function planOrphan(name: string, containers: readonly ObservedContainer[], basis: PlanBasis): readonly ServicePlan[] {
  const { wanted, state, before, request } = basis;
  if (wanted.services.has(name) || containers.some(isSidecarContainer)) return [];
  const isOurs = state?.services[name] !== undefined || before?.services.has(name) === true;
  const isToRemove = isOurs && (request.kind === "up" || (request.kind === "change" && request.service === name));
  return [
    {
      service: name,
      steps: isToRemove
        ? [{ kind: "remove", containers: containers.map(({ id, name: own }) => ({ id, name: own })) }]
        : [],
      notes: isOurs ? [] : ["it is not in the stack file; its containers are left alone"],
    },
  ];
}

/** Judges containers with the restart policy that they will have: autodestroy keeps those with `always`. */
function removalsOf(basis: PlanBasis, sidecar: SidecarPlan, recreated: ReadonlySet<string>): readonly Removed[] {
  const { wanted, observed, project } = basis;
  const running = sidecar.containers.find(isUp);
  const before = running ? readConfig(configIn(running) ?? "").config : basis.state?.served;
  const identity = { project: { orchestrator: "compose", name: project }, ownId: undefined } as const;
  return [...observed.values()].flat().flatMap((container): Removed[] => {
    if (!wanted.config || recreated.has(container.service)) return [];
    const own = isMeant(basis.request, container.service) ? wanted.services.get(container.service) : undefined;
    const restartPolicy = (own && updateOf(own, container)?.restartPolicy?.name) ?? container.restartPolicy;
    const now = judge({ ...container, restartPolicy }, wanted.config, identity);
    if (now.verdict !== "remove" || (before && judge(container, before, identity).verdict === "remove")) return [];
    const { id, name, service, finishedAt } = container;
    return [{ id, name, service, finishedAt, exitCode: now.exitCode }];
  });
}
