import type { Hono } from "hono";
import { redeployServices } from "../../platform/actions.ts";
import { actOnContainer, type ContainerVerb } from "../../platform/containers.ts";
import { containerState } from "../../platform/states.ts";
import type { Backend, View } from "../backend.ts";
import { containerResource, containersOf, type ContainerView } from "../container-resource.ts";
import { identifierIn, listUri } from "../family.ts";
import { matching, pageOf, type Filters } from "../lists.ts";
import { expectDone } from "../outcome.ts";
import { Refused } from "../refused.ts";
import { accept, answer, askedBy, found, isYes, type Call, type Env, renewsVolumes, titleOf } from "../respond.ts";

/** Everything about containers (reference tutum-api.md 2). */
export function addContainers(app: Hono<Env>, backend: Backend): void {
  app.get("/api/container", (c) => {
    const view = backend.view();
    const query = new URL(c.req.url).searchParams;
    const all = matching(containersOf(view.services), query, filters);
    return c.json(pageOf(all, showWith(c, backend, view), { query, address: listUri(c.get("family"), "container") }));
  });
  app.get("/api/container/:uuid", (c) => {
    const view = backend.view();
    return c.json(showWith(c, backend, view)(found(c, containersOf(view.services), "container")));
  });
  app.post("/api/container/:uuid/start", (c) => act(c, backend, "start"));
  app.post("/api/container/:uuid/stop", (c) => act(c, backend, "stop"));
  app.post("/api/container/:uuid/redeploy", (c) => act(c, backend, "redeploy"));
  app.delete("/api/container/:uuid", (c) => act(c, backend, "terminate"));
}

const filters: Filters<ContainerView> = {
  name: ({ name }, value) => name === value,
  state: ({ container }, value) => containerState(container) === value,
  service: ({ service }, value) => service.uuid === identifierIn(value) || service.name === value,
  service__name: ({ service }, value) => service.name === value,
  service__stack__name: ({ service }, value) => service.stack === value,
  stack__name: ({ service }, value) => service.stack === value,
  uuid: ({ uuid }, value) => uuid === value,
  uuid__startswith: ({ uuid }, value) => uuid.startsWith(value.toLowerCase()),
};

function showWith(c: Call, backend: Backend, { details }: View): (one: ContainerView) => object {
  const showing = { family: c.get("family"), node: backend.machine().uuid, details };
  return (one) => containerResource(one, showing);
}

type Verb = ContainerVerb | "redeploy";

function act(c: Call, backend: Backend, verb: Verb): Response {
  const view = backend.view();
  const one = found(c, containersOf(view.services), "container");
  refuseIfImpossible(one, verb, isYes(c));
  const { uuid, name, container, service } = one;
  const { project } = service.stackRef;
  const isMeant = isYes(c);
  const renews = renewsVolumes(c);
  const action = accept(backend, {
    name: titleOf("container", verb),
    object: { kind: "container", uuid },
    asked: askedBy(c),
    project,
    passing: new Map(),
    run: async (progress) => {
      const context = backend.context(`container ${verb} ${name}`, isMeant, progress);
      try {
        if (verb === "redeploy") {
          const services = new Set([service.name]);
          expectDone(await redeployServices(context, service.stackRef, { services, renewsVolumes: renews }));
        } else expectDone(await actOnContainer(context, service.stackRef, container.id, verb));
      } finally {
        await backend.refresh(project, progress.signal);
      }
    },
  });
  return answer(c, action, 202, showWith(c, backend, view)(one));
}

function refuseIfImpossible({ name, container, service }: ContainerView, verb: Verb, isMeant: boolean): void {
  const state = containerState(container);
  if (verb === "start" && state === "Running") throw new Refused(409, `container ${name} is running already`);
  if (verb === "stop" && state !== "Running") throw new Refused(409, `container ${name} does not run`);
  if (verb === "stop" && !isMeant && service.wanted && service.wanted.policy.autodestroy !== "OFF")
    throw new Refused(
      409,
      `autodestroy will remove ${container.name} once it is stopped: repeat it with ?apply=true if that is meant`,
    );
  if (verb === "redeploy" && service.containers.length > 1)
    throw new Refused(
      409,
      `service ${service.name} has several containers, which Compose makes together: redeploy the service`,
    );
}
