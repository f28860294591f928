import type { Hono } from "hono";
import type { Backend } from "../backend.ts";
import type { Action } from "../actions.ts";
import { listUri } from "../family.ts";
import { matching, pageOf, type Filters } from "../lists.ts";
import { errorBody, Refused } from "../refused.ts";
import { actionResource, nodeResource } from "../resources.ts";
import { found, type Env } from "../respond.ts";

/** Who is asking, what was asked for, and the machine (reference tutum-api.md 2). */
export function addOthers(app: Hono<Env>, backend: Backend): void {
  // tutum 0.15 takes the user and the key for its file from here; the key is the one that it has sent.
  app.get("/api/auth", (c) => {
    const meta = { limit: 25, next: null, offset: 0, previous: null, total_count: 1 };
    return c.json({ meta, objects: [{ username: "tutum", key: c.get("secret") }] });
  });
  addActions(app, backend);
  app.get("/api/node", (c) => {
    const family = c.get("family");
    const query = new URL(c.req.url).searchParams;
    const machines = matching([backend.machine()], query, {
      uuid__startswith: ({ uuid }, value) => uuid.startsWith(value.toLowerCase()),
      external_fqdn: (_, value) => value === "localhost",
    });
    return c.json(pageOf(machines, (one) => nodeResource(one, family), { query, address: listUri(family, "node") }));
  });
  app.get("/api/node/:uuid", (c) => c.json(nodeResource(found(c, [backend.machine()], "node"), c.get("family"))));
  addLost(app);
}

function addActions(app: Hono<Env>, backend: Backend): void {
  const { actions } = backend;
  app.get("/api/action", (c) => {
    const family = c.get("family");
    const query = new URL(c.req.url).searchParams;
    const all = matching(actions.all(), query, filters);
    return c.json(pageOf(all, (one) => actionResource(one, family), { query, address: listUri(family, "action") }));
  });
  app.get("/api/action/:uuid", async (c) => {
    const action = actions.find(c.req.param("uuid"));
    if (!action) {
      // The old clients ask again at once, for ever: a thousand times in some seconds.
      await backend.pause(1000, c.req.raw.signal);
      throw new Refused(404, "there is no such action, or it ended more than an hour ago");
    }
    return c.json(actionResource(action, c.get("family")));
  });
}

const filters: Filters<Action> = {
  uuid: ({ uuid }, value) => uuid === value,
  uuid__startswith: ({ uuid }, value) => uuid.startsWith(value.toLowerCase()),
  state: ({ state }, value) => state === value,
  object: ({ object }, value) => value.includes(object.uuid),
};

/** What the old platform had and one engine does not (reference tutum-api.md 9). */
const lost =
  "nodecluster|nodetype|provider|region|az|image|repository|registry|volume|volumegroup|tag|trigger|token|register";

function addLost(app: Hono<Env>): void {
  const reason = (what: string): string => `tutum-stack serve has no ${what}: it runs on one Docker engine`;
  app.get(`/api/:what{${lost}}/*`, (c) => c.json(errorBody(reason(c.req.param("what"))), 404));
  app.get(`/api/:what{${lost}}`, (c) => c.json(errorBody(reason(c.req.param("what"))), 404));
  app.all(`/api/:what{${lost}}/*`, (c) => c.json(errorBody(reason(c.req.param("what"))), 501));
  app.all(`/api/:what{${lost}}`, (c) => c.json(errorBody(reason(c.req.param("what"))), 501));
  app.get("/api/service/:uuid/trigger/*", (c) => c.json(errorBody(reason("trigger")), 404));
  app.get("/api/service/:uuid/trigger", (c) => c.json(errorBody(reason("trigger")), 404));
  app.all("/api/service/:uuid/trigger/*", (c) => c.json(errorBody(reason("trigger")), 501));
  app.all("/api/service/:uuid/trigger", (c) => c.json(errorBody(reason("trigger")), 501));
  app.post("/api/action/:uuid/:verb{cancel|retry}", (c) =>
    c.json(errorBody(reason("way to cancel or retry an action")), 501),
  );
  app.all("/api/node/*", (c) => c.json(errorBody(reason("way to change nodes")), 501));
  app.all("/api/node", (c) => c.json(errorBody(reason("way to change nodes")), 501));
}
