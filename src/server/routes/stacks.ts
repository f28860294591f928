import type { Hono } from "hono";
import { redeployServices, startServices } from "../../platform/actions.ts";
import { createStack, servicesIn, stackTextOf, updateServices } from "../../platform/stack-actions.ts";
import { readStackFile } from "../../platform/change.ts";
import { failureOf } from "../../platform/failure.ts";
import { uuidOf } from "../../platform/identifiers.ts";
import { checkStackName } from "../../platform/places.ts";
import { retireStack } from "../../platform/retire.ts";
import { downStack, stopServices } from "../../platform/stop.ts";
import type { StackView } from "../../platform/views.ts";
import type { Progress, Work } from "../actions.ts";
import type { Backend, View } from "../backend.ts";
import { parseBody } from "../bodies.ts";
import { listUri } from "../family.ts";
import { matching, pageOf } from "../lists.ts";
import { expectDone } from "../outcome.ts";
import { Refused } from "../refused.ts";
import { stackResource } from "../resources.ts";
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
import { fieldsOfStackService, type Body } from "../wish.ts";

/** Everything about stacks that the old API had (reference tutum-api.md 2). */
export function addStacks(app: Hono<Env>, backend: Backend): void {
  app.get("/api/stack", (c) => {
    const view = backend.view();
    const showing = showingTo(c, backend, view);
    const query = new URL(c.req.url).searchParams;
    const all = matching<StackView>(view.stacks, query, {
      name: ({ name }, value) => name === value,
      uuid__startswith: ({ uuid }, value) => uuid.startsWith(value.toLowerCase()),
      uuid: ({ uuid }, value) => uuid === value,
    });
    const list = { query, address: listUri(c.get("family"), "stack") };
    return c.json({ ...pageOf(all, (one) => stackResource(one, showing), list), problems: view.problems });
  });
  app.post("/api/stack", (c) => create(c, backend));
  app.get("/api/stack/:uuid", (c) => {
    const view = backend.view();
    return c.json(stackResource(found(c, view.stacks, "stack"), showingTo(c, backend, view)));
  });
  app.patch("/api/stack/:uuid", (c) => update(c, backend));
  app.delete("/api/stack/:uuid", (c) => act(c, backend, "terminate"));
  for (const verb of ["start", "stop", "redeploy"] as const)
    app.post(`/api/stack/:uuid/${verb}`, (c) => act(c, backend, verb));
  app.get("/api/stack/:uuid/export", (c) => {
    const { platform, stacks } = backend.view();
    return c.json(servicesIn(readStackFile(platform, found(c, stacks, "stack").ref).text) as object);
  });
}

async function create(c: Call, backend: Backend): Promise<Response> {
  const body = parseBody(c.get("body"), "createStack");
  const view = backend.view();
  const name = body["name"] as string;
  refuseName(name);
  if (view.stacks.some((stack) => stack.name === name)) throw new Refused(409, `there is a stack ${name} already`);
  const text = textIn(body, view, name);
  const uuid = uuidOf("stack", name);
  const work = workFor(c, { verb: "create", uuid, project: name, services: [] }, async (progress) => {
    const context = backend.context(`stack create ${name}`, isYes(c), progress);
    expectDone(await createStack(context, name, { text, next: "leave" }));
  });
  return settled(c, backend, { work, uuid, status: 201 });
}

/** The text of a new stack file: as it was sent, with its comments, or made of the services that were sent. */
function textIn(body: Body, view: View, name: string): string {
  const { file, services } = body;
  if ((file === undefined) === (services === undefined))
    throw new Refused(400, "a new stack needs either `file` or `services`");
  return file === undefined ? stackTextOf(servicesOf(body, view, name)) : (file as string);
}

async function update(c: Call, backend: Backend): Promise<Response> {
  const body = parseBody(c.get("body"), "patchStack");
  const view = backend.view();
  const { uuid, ref, name } = found(c, view.stacks, "stack");
  const services = servicesOf(body, view, name);
  const work = workFor(c, { verb: "update", uuid, project: ref.project, services: [] }, async (progress) => {
    const context = backend.context(`stack update ${name}`, isYes(c), progress);
    expectDone(await updateServices(context, ref, services));
  });
  return settled(c, backend, { work, uuid, status: 200 });
}

function refuseName(name: string): void {
  try {
    checkStackName(name);
  } catch (error) {
    throw new Refused(400, failureOf(error)?.message ?? "the name cannot be used");
  }
}

function servicesOf(
  body: Body,
  { services }: View,
  stack: string,
): Readonly<Record<string, ReturnType<typeof fieldsOfStackService>>> {
  const given = body["services"] as readonly Body[];
  const own = Object.create(null) as Record<string, ReturnType<typeof fieldsOfStackService>>;
  for (const service of given) {
    const name = service["name"] as string;
    if (Object.hasOwn(own, name)) throw new Refused(400, `two services are called ${JSON.stringify(name)}`);
    own[name] = fieldsOfStackService(service, { services, stack });
  }
  return own;
}

async function settled(
  c: Call,
  backend: Backend,
  { work, uuid, status }: { readonly work: Work; readonly uuid: string; readonly status: 200 | 201 },
): Promise<Response> {
  const action = await carryOut(backend, work);
  const view = backend.view();
  const stack = view.stacks.find((one) => one.uuid === uuid);
  if (!stack) throw new Refused(404, "the stack is gone meanwhile");
  return answer(c, action, status, stackResource(stack, showingTo(c, backend, view)));
}

type Verb = "start" | "stop" | "redeploy" | "terminate";

const passing = { start: "Starting", stop: "Stopping", redeploy: "Redeploying", terminate: "Terminating" } as const;

/** Does the same with all services of a stack. */
function act(c: Call, backend: Backend, verb: Verb): Response {
  const view = backend.view();
  const stack = found(c, view.stacks, "stack");
  refuseIfImpossible(stack, verb, isYes(c));
  const { uuid, ref, services } = stack;
  const uuids = services.map((one) => one.uuid);
  const renews = renewsVolumes(c);
  const isMeant = isYes(c);
  const target = { verb, uuid, project: ref.project, services: uuids, passing: passing[verb] };
  const work = workFor(c, target, (progress) => carry(backend, stack, { verb, renews, isMeant, progress }));
  const action = accept(backend, work);
  return answer(c, action, 202, stackResource(stack, showingTo(c, backend, view)));
}

async function carry(
  backend: Backend,
  { ref, name, services }: StackView,
  how: {
    readonly verb: Verb;
    readonly renews: boolean;
    readonly isMeant: boolean;
    readonly progress: Progress;
  },
): Promise<void> {
  const { verb, renews, isMeant, progress } = how;
  const context = backend.context(`stack ${verb} ${name}`, isMeant, progress);
  const names = new Set(services.map((one) => one.name));
  try {
    if (verb === "start") expectDone(await startServices(context, ref, names));
    else if (verb === "stop") expectDone(await stopServices(context, ref, names));
    else if (verb === "redeploy")
      expectDone(await redeployServices(context, ref, { services: names, renewsVolumes: renews }));
    else {
      expectDone(await downStack(context, ref, { volumes: "keep" }));
      retireStack(context.platform, ref);
    }
  } finally {
    await backend.refresh(ref.project, progress.signal);
  }
}

function refuseIfImpossible({ name, services, isBroken, state }: StackView, verb: Verb, isMeant: boolean): void {
  if (isBroken && verb !== "terminate")
    throw new Refused(409, `the stack file of ${name} has errors; GET …/diagnostics/ shows them`);
  if (verb === "stop" && (state === "Stopped" || state === "Not running"))
    throw new Refused(409, `stack ${name} does not run`);
  if (verb !== "stop" || isMeant) return;
  const removed = services.filter(({ wanted }) => wanted?.policy.autodestroy !== "OFF");
  const names = removed.flatMap(({ containers }) => containers.map((one) => one.name));
  if (names.length > 0)
    throw new Refused(
      409,
      `autodestroy will remove ${names.join(", ")} once they are stopped: repeat it with ?apply=true if that is meant`,
    );
}

function workFor(
  c: Call,
  target: {
    readonly verb: string;
    readonly uuid: string;
    readonly project: string;
    readonly services: readonly string[];
    readonly passing?: string;
  },
  run: Work["run"],
): Work {
  const { verb, uuid, project, services } = target;
  const state = target.passing;
  return {
    name: titleOf("stack", verb),
    object: { kind: "stack", uuid },
    asked: askedBy(c),
    project,
    passing: new Map(state === undefined ? [] : services.map((service) => [service, state])),
    run,
  };
}
