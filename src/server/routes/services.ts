import type { Hono } from "hono";
import {
  createService,
  patchService,
  redeployServices,
  setService,
  startServices,
  type ServiceFields,
} from "../../platform/actions.ts";
import { uuidOf } from "../../platform/identifiers.ts";
import { runsOf } from "../../platform/runs.ts";
import { terminateWithStack } from "../../platform/terminate.ts";
import { stopServices } from "../../platform/stop.ts";
import type { ServiceView } from "../../platform/views.ts";
import type { Action, Progress, Work } from "../actions.ts";
import type { Backend, View } from "../backend.ts";
import { parseBody } from "../bodies.ts";
import { identifierIn, listUri } from "../family.ts";
import { matching, pageOf, type Filters } from "../lists.ts";
import { readNewService } from "../new-service.ts";
import { expectDone } from "../outcome.ts";
import { Refused } from "../refused.ts";
import type { RunResource } from "../resource-types.ts";
import { listedService, serviceResource } from "../resources.ts";
import {
  accept,
  answer,
  askedBy,
  carryOut,
  found,
  isYes,
  showingTo,
  type Call,
  type Env,
  renewsVolumes,
  titleOf,
} from "../respond.ts";
import { fieldsIn } from "../wish.ts";

/** Everything about services (reference tutum-api.md 2). */
export function addServices(app: Hono<Env>, backend: Backend): void {
  app.get("/api/service", (c) => {
    const view = backend.view();
    const showing = showingTo(c, backend, view);
    const query = new URL(c.req.url).searchParams;
    const all = matching(view.services, query, filters(backend));
    return c.json(
      pageOf(all, (one) => listedService(one, showing), { query, address: listUri(c.get("family"), "service") }),
    );
  });
  app.post("/api/service", (c) => create(c, backend));
  app.get("/api/service/:uuid", async (c) => {
    const view = backend.view();
    return c.json(await shown(c, backend, { view, service: found(c, view.services, "service") }));
  });
  app.patch("/api/service/:uuid", (c) => patch(c, backend));
  app.delete("/api/service/:uuid", (c) => act(c, backend, "terminate"));
  for (const verb of ["start", "stop", "scale", "redeploy"] as const)
    app.post(`/api/service/:uuid/${verb}`, (c) => act(c, backend, verb));
  app.get("/api/service/:uuid/runs", async (c) => {
    const { services, platform } = backend.view();
    const service = found(c, services, "service");
    const { runs, broken, problems } = await runsOf(platform, service, c.req.raw.signal);
    const query = new URL(c.req.url).searchParams;
    return c.json({
      ...pageOf(runs, (one): RunResource => one, { query, address: new URL(c.req.url).pathname }),
      broken,
      problems,
      settle_seconds: platform.store.read(service.stackRef.project)?.served?.settleSeconds,
    });
  });
}

function filters({ actions }: Backend): Filters<ServiceView> {
  const stackIs = ({ stack, stackRef }: ServiceView, value: string): boolean =>
    identifierIn(value) === uuidOf("stack", stackRef.project) || value === stack;
  return {
    name: ({ name }, value) => name === value,
    state: ({ state, uuid, word }, value) => (actions.passing(uuid) ?? state) === value || word === value,
    stack: stackIs,
    stack__name: ({ stack }, value) => stack === value,
    service__stack__name: ({ stack }, value) => stack === value,
    uuid: ({ uuid }, value) => uuid === value,
    uuid__startswith: ({ uuid }, value) => uuid.startsWith(value.toLowerCase()),
  };
}

/** A service with all that is known of it. */
async function shown(
  c: Call,
  backend: Backend,
  { view, service }: { readonly view: View; readonly service: ServiceView },
): Promise<object> {
  return serviceResource(
    service,
    showingTo(c, backend, view),
    await backend.imageEnvironment(service, c.req.raw.signal),
  );
}

async function create(c: Call, backend: Backend): Promise<Response> {
  const { stack, name, uuid, fields } = readNewService(c.get("body"), backend.view());
  const work = workFor(c, { verb: "create", uuid, project: stack.project }, async (progress) => {
    const context = backend.context(`service create ${name}`, isYes(c), progress);
    expectDone(await createService(context, stack, name, { fields, next: "leave" }));
  });
  return settled(c, backend, { work, uuid, status: 201 });
}

async function patch(c: Call, backend: Backend): Promise<Response> {
  const body = parseBody(c.get("body"), "patchService");
  const { services } = backend.view();
  const service = found(c, services, "service");
  const { uuid, name, stackRef } = service;
  const fields = fieldsIn(body, { services, stack: service.stack });
  const work = workFor(c, { verb: "update", uuid, project: stackRef.project }, async (progress) => {
    const context = backend.context(`service set ${name}`, isYes(c), progress);
    const outcome = isYes(c)
      ? await setService(context, stackRef, name, { fields, next: "apply" })
      : await patchService(context, stackRef, name, { fields, allows: allowedBy(fields) });
    await backend.refresh(stackRef.project, progress.signal);
    expectDone(outcome);
  });
  return settled(c, backend, { work, uuid, status: 200 });
}

/** To ask for a number of containers and nothing else is to scale, which is a yes to fewer of them. */
function allowedBy(fields: ServiceFields): ReadonlySet<"scale down"> {
  const names = Object.keys(fields);
  return new Set(names.length === 1 && names[0] === "target_num_containers" ? ["scale down"] : []);
}

/** Does the work at once, and answers with the service as it is then. */
async function settled(
  c: Call,
  backend: Backend,
  { work, uuid, status }: { readonly work: Work; readonly uuid: string; readonly status: 200 | 201 },
): Promise<Response> {
  const action = await carryOut(backend, work);
  const view = backend.view();
  const service = view.services.find((one) => one.uuid === uuid);
  if (!service) throw new Refused(404, "the service is gone meanwhile");
  return answer(c, action, status, await shown(c, backend, { view, service }));
}

type Verb = "start" | "stop" | "scale" | "redeploy" | "terminate";

const passing: Readonly<Record<Verb, string>> = {
  start: "Starting",
  stop: "Stopping",
  scale: "Scaling",
  redeploy: "Redeploying",
  terminate: "Terminating",
};

/** Begins what takes a while, if the state of the service allows it (reference tutum-api.md 6.1). */
async function act(c: Call, backend: Backend, verb: Verb): Promise<Response> {
  const view = backend.view();
  const service = found(c, view.services, "service");
  const { uuid, name, stackRef } = service;
  refuseIfImpossible(service, verb);
  const target = { verb, uuid, project: stackRef.project, passing: passing[verb] };
  const what = `service ${verb} ${name}`;
  const isMeant = isYes(c);
  const renews = renewsVolumes(c);
  const work = workFor(c, target, async (progress) => {
    await carry(backend, service, { verb, renews, isMeant, what, progress });
  });
  if (verb === "stop") refuseToDestroy(service, isMeant);
  const action: Action = accept(backend, work);
  return answer(c, action, 202, await shown(c, backend, { view, service }));
}

async function carry(
  backend: Backend,
  { name, stackRef, wanted }: ServiceView,
  {
    verb,
    renews,
    isMeant,
    what,
    progress,
  }: {
    readonly verb: Verb;
    readonly renews: boolean;
    readonly isMeant: boolean;
    readonly what: string;
    readonly progress: Progress;
  },
): Promise<void> {
  const context = backend.context(what, isMeant, progress);
  const services = new Set([name]);
  try {
    if (verb === "start") expectDone(await startServices(context, stackRef, services));
    else if (verb === "stop") expectDone(await stopServices(context, stackRef, services));
    else if (verb === "redeploy")
      expectDone(await redeployServices(context, stackRef, { services, renewsVolumes: renews }));
    else if (verb === "terminate") expectDone(await terminateWithStack(context, stackRef, name));
    else {
      const fields = { target_num_containers: wanted?.replicas ?? 1 };
      expectDone(await patchService(context, stackRef, name, { fields, allows: new Set(["scale down"]) }));
    }
  } finally {
    await backend.refresh(stackRef.project, progress.signal);
  }
}

function refuseIfImpossible({ state, name, wanted }: ServiceView, verb: Verb): void {
  if (!wanted) throw new Refused(409, `the stack file of service ${name} has errors; GET …/diagnostics/ shows them`);
  const isUp = state === "Running" || state === "Partly running";
  if (verb === "start" && state === "Running") throw new Refused(409, `service ${name} is running already`);
  if (verb === "stop" && !isUp && state !== "Starting") throw new Refused(409, `service ${name} does not run`);
  if (verb === "scale" && wanted.definition.strategy === "EVERY_NODE")
    throw new Refused(409, `service ${name} has one container on every node, so it cannot be scaled`);
}

/** What autodestroy removes once it is stopped needs a yes (reference live.md 4.4). */
function refuseToDestroy({ wanted, name, containers }: ServiceView, isMeant: boolean): void {
  if (isMeant || wanted?.policy.autodestroy === "OFF") return;
  const names = containers.map((one) => one.name).join(", ");
  throw new Refused(
    409,
    `autodestroy will remove ${names} of service ${name} once stopped: repeat it with ?apply=true if that is meant`,
  );
}

function workFor(
  c: Call,
  target: { readonly verb: string; readonly uuid: string; readonly project: string; readonly passing?: string },
  run: Work["run"],
): Work {
  const { verb, uuid, project } = target;
  return {
    name: titleOf("service", verb),
    object: { kind: "service", uuid },
    asked: askedBy(c),
    project,
    passing: new Map(target.passing === undefined ? [] : [[uuid, target.passing]]),
    run,
  };
}
