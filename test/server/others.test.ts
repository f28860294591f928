import { expect, test } from "vitest";
import { createActions, mostAtOnce, type Work } from "../../src/server/actions.ts";
import { dateOf } from "../../src/server/lists.ts";
import { ServerWorld } from "./server-world.ts";

const shop = "web:\n  image: nginx\n  ports:\n    - 8080:80\n  environment:\n    A: b\n";

async function running(): Promise<ServerWorld> {
  const world = await new ServerWorld({ shop }).start();
  const { resource_uri: uri } = await world.service("web");
  await world.act("POST", `${uri}start/`);
  return world;
}

test("every answer says who it is for, and the key that tutum 0.15 keeps", async () => {
  const world = await new ServerWorld().start();
  const basic = { Authorization: `Basic ${btoa("me:a-token-of-thirty-two-characters")}` };
  expect(await world.ask("GET", "/api/v1/auth/", undefined, basic)).toMatchObject({
    status: 200,
    json: { objects: [{ username: "tutum", key: "a-token-of-thirty-two-characters" }] },
  });
});

test("a container has what the old clients read, and its node is in the list", async () => {
  const world = await running();
  const [container] = (await world.ask("GET", "/api/v1/container/?name=web-1")).json.objects;
  expect(container).toMatchObject({
    name: "web-1",
    state: "Running",
    exit_code: null,
    image_name: "nginx",
    container_ports: [{ inner_port: 80, outer_port: 8080, protocol: "tcp", port_name: "http" }],
    deployed_datetime: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
  });
  const nodes = (await world.ask("GET", "/api/v1/node/")).json.objects;
  expect(nodes.map((node: { resource_uri: string }) => node.resource_uri)).toEqual([container.node]);
  expect(nodes[0]).toMatchObject({ external_fqdn: "localhost", state: "Deployed", docker_version: "20.10.24" });
});

test("a container is stopped, started, made anew and terminated", async () => {
  const world = await running();
  const uri = async (): Promise<string> => (await world.ask("GET", "/api/v1/container/")).json.objects[0].resource_uri;
  expect(await world.act("POST", `${await uri()}stop/`)).toMatchObject({ state: "Success" });
  expect(await world.ask("POST", `${await uri()}stop/`)).toMatchObject({ status: 409 });
  expect(await world.act("POST", `${await uri()}start/`)).toMatchObject({ state: "Success" });
  const before = await uri();
  // tutum 0.15 sends a body, which says nothing.
  expect(await world.act("POST", `${before}redeploy/`, { tag: null })).toMatchObject({ state: "Success" });
  expect(await uri()).not.toBe(before);
  expect(await world.act("DELETE", await uri())).toMatchObject({ state: "Success" });
  expect((await world.ask("GET", "/api/v1/container/")).json.objects).toEqual([]);
  expect(await world.ask("POST", `${before}start/`)).toMatchObject({ status: 404 });
});

test("actions are listed, the newest first", async () => {
  const world = await running();
  const { resource_uri: uri } = await world.service("web");
  await world.act("POST", `${uri}stop/`);
  const { json } = await world.ask("GET", "/api/v1/action/?limit=1");
  expect(json.objects).toMatchObject([{ action: "Service Stop", object: uri, state: "Success", method: "POST" }]);
  expect(json.meta).toMatchObject({ total_count: 2, next: "/api/v1/action/?limit=1&offset=1" });
});

test("an unknown action is answered after a while, because old clients ask again at once", async () => {
  const world = await new ServerWorld().start();
  const before = world.machine.clock.now();
  expect(await world.ask("GET", "/api/v1/action/3a634530-4939-409c-8c19-0fcf54a0cd36/")).toMatchObject({ status: 404 });
  expect(world.machine.clock.now() - before).toBeGreaterThanOrEqual(1000);
});

test.each([
  ["GET", "/api/v1/nodecluster/", 404],
  ["GET", "/api/infra/v1/acme/nodecluster/", 404],
  ["POST", "/api/v1/nodecluster/", 501],
  ["GET", "/api/v1/image/?is_user_image=True", 404],
  ["GET", "/api/repo/v1/repository/", 404],
  ["POST", "/api/v1/tag/", 501],
  ["DELETE", "/api/v1/node/6d5a3a8e-2d1f-4a8b-9c55-9a2d6f0f3b11/", 501],
  ["POST", "/api/v1/token/", 501],
  ["POST", "/api/v1/action/6d5a3a8e-2d1f-4a8b-9c55-9a2d6f0f3b11/cancel/", 501],
  ["GET", "/api/app/v1/service/6d5a3a8e-2d1f-4a8b-9c55-9a2d6f0f3b11//trigger/", 404],
  ["POST", "/api/v1/service/6d5a3a8e-2d1f-4a8b-9c55-9a2d6f0f3b11/trigger/", 501],
])("%s %s is not kept: %i, in one line", async (method, path, status) => {
  const world = await new ServerWorld().start();
  const answer = await world.ask(method, path);
  expect(answer).toMatchObject({ status, json: { error: expect.stringContaining("it runs on one Docker engine") } });
  expect(answer.text).not.toContain("\n");
});

test.each(["/", "/api/v1/", "/api/v1/nothing/", "/api/v2/service/", "/service/"])("nothing is at %s", async (path) => {
  expect(await (await new ServerWorld().start()).ask("GET", path)).toMatchObject({ status: 404 });
});

test("while the engine is away, nothing old is shown as if it were new", async () => {
  const world = await running();
  world.machine.engine.fake.die();
  await world.quiet();
  expect(await world.ask("GET", "/api/v1/service/")).toMatchObject({
    status: 503,
    json: { error: expect.stringContaining("the Docker engine does not answer") },
  });
  expect(await world.ask("POST", "/api/v1/service/", { image: "nginx" })).toMatchObject({ status: 503 });
  expect((await world.ask("GET", "/api/v1/node/")).json.objects).toMatchObject([{ state: "Unreachable" }]);
  expect(await world.ask("GET", "/api/v1/auth/")).toMatchObject({ status: 200 });
});

test("before the engine has answered for the first time, a request is 503", async () => {
  expect(await new ServerWorld({ shop }).ask("GET", "/api/v1/service/")).toMatchObject({ status: 503 });
});

test("a date has two digits for the day and no name of a zone", () => {
  expect(dateOf(Date.UTC(2014, 9, 3, 11, 1, 43))).toBe("Fri, 03 Oct 2014 11:01:43 +0000");
  expect([dateOf(undefined), dateOf(0), dateOf(NaN)]).toEqual([null, null, null]);
});

const work = (run: Work["run"], project = "shop"): Work => ({
  name: "Service Start",
  object: { kind: "service", uuid: "x" },
  asked: { method: "POST", path: "/", userAgent: "" },
  project,
  passing: new Map([["x", "Starting"]]),
  run,
});

test("what is done for one stack is done in order, and for others beside it", async () => {
  const actions = createActions(() => 0);
  const order: string[] = [];
  let go = (): void => {};
  const first = new Promise<void>((resolve) => (go = resolve));
  actions.begin(work(async () => first.then(() => void order.push("first"))));
  const second = actions.begin(work(async () => void order.push("second")));
  await actions.begin(work(async () => void order.push("other"), "other")).done;
  expect([actions.passing("x"), second.action.state, order]).toEqual(["Starting", "Pending", ["other"]]);
  go();
  await second.done;
  expect([actions.passing("x"), order]).toEqual([undefined, ["other", "first", "second"]]);
});

test("too much at a time is refused, and everything that was begun comes to its end", async () => {
  const actions = createActions(() => 0);
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  for (let count = 0; count < mostAtOnce; count++) actions.begin(work(() => gate));
  expect(() => actions.begin(work(() => gate))).toThrow("100 changes are going on");
  const ended = actions.end();
  expect(() => actions.begin(work(() => gate))).toThrow("about to end");
  go();
  await ended;
  expect(actions.all().every(({ state }) => state === "Success")).toBe(true);
});

test("an action is kept for an hour", async () => {
  let now = 0;
  const actions = createActions(() => now);
  const { action, done } = actions.begin(work(() => Promise.resolve()));
  await done;
  now = 3_600_000;
  await actions.begin(work(() => Promise.resolve())).done;
  expect(actions.find(action.uuid)?.state).toBe("Success");
  now++;
  await actions.begin(work(() => Promise.resolve())).done;
  expect(actions.find(action.uuid)).toBeUndefined();
});
