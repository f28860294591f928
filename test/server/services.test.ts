import { describe, expect, test } from "vitest";
import { ServerWorld } from "./server-world.ts";

const web = "web:\n  image: nginx # the front\n";

async function worldWith(stacks: Readonly<Record<string, string>>): Promise<ServerWorld> {
  return new ServerWorld(stacks).start();
}

/** A world with a service that runs, and its address. */
async function running(text = web): Promise<{ readonly world: ServerWorld; readonly uri: string }> {
  const world = await worldWith({ shop: text });
  const uri = (await world.service("web")).resource_uri as string;
  expect(await world.act("POST", `${uri}start/`)).toMatchObject({ state: "Success" });
  return { world, uri };
}

test("what the old clients send to create and run a service does that", async () => {
  const world = await worldWith({});
  const body = {
    autorestart: "ON_FAILURE",
    name: "hello",
    image: "busybox:local",
    autoredeploy: false,
    privileged: false,
    sequential_deployment: false,
    tags: [],
    bindings: [],
    container_ports: [],
    container_envvars: [],
    linked_to_service: [],
  };
  const { status, json, headers } = await world.ask("POST", "/api/v1/service/", body);
  expect({ status, state: json.state }).toEqual({ status: 201, state: "Not running" });
  expect(headers.get("x-tutum-action-uri")).toMatch(/^\/api\/v1\/action\/[0-9a-f-]{36}\/$/);
  expect(world.text("services")).toBe("hello:\n  image: busybox:local\n  autorestart: ON_FAILURE\n");
  expect(world.machine.containers).toEqual([]);
  const started = await world.ask("POST", `${json.resource_uri}start/`);
  expect({ status: started.status, state: started.json.state }).toEqual({ status: 202, state: "Starting" });
  await world.settled();
  expect(await world.service("hello")).toMatchObject({
    state: "Running",
    synchronized: true,
    autorestart: "ON_FAILURE",
  });
  expect(world.machine.containers).toEqual(["services-hello-1 running on-failure"]);
});

test("without a name, a service is called after its image", async () => {
  const world = await worldWith({});
  const { json } = await world.ask("POST", "/api/v1/service/", { image: "registry.example/team/shop:2" });
  expect(json).toMatchObject({ name: "shop", image_name: "registry.example/team/shop:2" });
});

test("a name that is taken is 409, and nothing changes", async () => {
  const world = await worldWith({ services: web });
  const { status, json } = await world.ask("POST", "/api/v1/service/", { name: "web", image: "nginx" });
  expect({ status, json }).toEqual({
    status: 409,
    json: { error: 'the stack services has a service "web" already' },
  });
  expect(world.text("services")).toBe(web);
});

describe("a PATCH", () => {
  test("of autorestart changes running containers at once, and keeps the comments of the file", async () => {
    const { world, uri } = await running();
    const { status, json } = await world.ask("PATCH", uri, { autorestart: "ALWAYS" });
    expect({ status, is: json.synchronized, set: json.autorestart }).toEqual({ status: 200, is: true, set: "ALWAYS" });
    expect(world.text("shop")).toBe(`${web}  autorestart: ALWAYS\n`);
    expect(world.machine.containers).toEqual(["shop-web-1 running always"]);
  });

  test("is judged after it is merged into the service", async () => {
    const { world, uri } = await running(`${web}  autodestroy: ALWAYS\n`);
    const refused = await world.ask("PATCH", uri, { autorestart: "ALWAYS" });
    expect(refused.status).toBe(400);
    expect(refused.json.error).toMatch(/service `web`: .* cannot be combined with/);
    expect(refused.text).not.toContain("\\n");
    const both = await world.ask("PATCH", uri, { autorestart: "ALWAYS", autodestroy: "OFF" });
    expect(both.status).toBe(200);
    expect(world.machine.containers.filter((name) => name.includes("web"))).toEqual(["shop-web-1 running always"]);
  });

  test("of what needs new containers waits for a redeploy", async () => {
    const { world, uri } = await running();
    const { json } = await world.ask("PATCH", uri, { container_envvars: [{ key: "A", value: "b" }] });
    expect(json).toMatchObject({ synchronized: false, state: "Running" });
    expect(world.text("shop")).toContain("A: b");
    const id = world.machine.id("shop-web-1");
    // What can be changed live still is.
    await world.ask("PATCH", uri, { autorestart: "ON_FAILURE" });
    expect(world.machine.containers).toEqual(["shop-web-1 running on-failure"]);
    expect(world.machine.id("shop-web-1")).toBe(id);
    expect(await world.act("POST", `${uri}redeploy/?reuse_volumes=True`)).toMatchObject({ state: "Success" });
    expect(world.machine.id("shop-web-1")).not.toBe(id);
    expect(await world.service("web")).toMatchObject({ synchronized: true });
  });

  test("with ?apply=true makes new containers", async () => {
    const { world, uri } = await running();
    const id = world.machine.id("shop-web-1");
    const { json } = await world.ask("PATCH", `${uri}?apply=true`, { run_command: "sleep 9" });
    expect(json).toMatchObject({ synchronized: true, run_command: "sleep 9" });
    expect(world.machine.id("shop-web-1")).not.toBe(id);
  });

  test("that would remove a finished container writes only the file", async () => {
    const { world, uri } = await running(`job:\n  image: busybox\n${web}`);
    world.machine.engine.fake.exit(world.machine.id("shop-web-1"), 0);
    const { json } = await world.ask("PATCH", uri, { autodestroy: "ALWAYS" });
    expect(json).toMatchObject({ autodestroy: "ALWAYS", synchronized: false });
    expect(world.machine.containers.some((name) => name.startsWith("shop-web-1"))).toBe(true);
    expect(world.machine.containers.some((name) => name.includes("autodestroy"))).toBe(false);
  });

  test("of the number of containers scales, also down", async () => {
    const { world, uri } = await running();
    await world.ask("PATCH", uri, { target_num_containers: 3 });
    expect(world.machine.containers).toHaveLength(3);
    expect(await world.act("POST", `${uri}scale/`)).toMatchObject({ state: "Success" });
    await world.ask("PATCH", uri, { target_num_containers: 1 });
    expect(world.machine.containers).toHaveLength(1);
  });

  test.each([
    [{ name: "other" }, /unknown field "name"/],
    [{ autorestart: "NEVER" }, /autorestart/],
    [{ container_ports: [{ inner_port: "80", colour: "red" }] }, /container_ports.0: unknown field "colour"/],
    [{ memory: "64" }, /memory: must be integer,null/],
    [[], /must be object/],
    [{}, /fewer than 1/],
  ])("of %j is refused", async (body, reason) => {
    const { world, uri } = await running();
    const { status, json } = await world.ask("PATCH", uri, body);
    expect(status).toBe(400);
    expect(json.error).toMatch(reason);
    expect(world.text("shop")).toBe(web);
  });

  test("of what is no JSON is refused", async () => {
    const { world, uri } = await running();
    expect(await world.ask("PATCH", uri, "{")).toMatchObject({ status: 400, json: { error: "the body is not JSON" } });
    expect(await world.ask("PATCH", uri)).toMatchObject({ status: 400, json: { error: "a body is missing" } });
  });
});

describe("states", () => {
  test("say what can be done", async () => {
    const { world, uri } = await running();
    expect(await world.ask("POST", `${uri}start/`)).toMatchObject({ status: 409 });
    expect(await world.act("POST", `${uri}stop/`)).toMatchObject({ state: "Success" });
    expect(await world.service("web")).toMatchObject({ state: "Stopped", stopped_num_containers: 1 });
    expect(await world.ask("POST", `${uri}stop/`)).toMatchObject({ status: 409 });
    expect(await world.act("POST", `${uri}start/`)).toMatchObject({ state: "Success" });
    expect(await world.service("web")).toMatchObject({ state: "Running" });
  });

  test("change without a call, when a container ends", async () => {
    const { world } = await running();
    world.machine.engine.fake.exit(world.machine.id("shop-web-1"), 3);
    await world.quiet();
    expect(await world.service("web")).toMatchObject({ state: "Stopped", status: "Failed (3)" });
  });

  test("a stop that autodestroy would follow needs a yes", async () => {
    const { world, uri } = await running(`${web}  autodestroy: ALWAYS\n`);
    const { status, json } = await world.ask("POST", `${uri}stop/`);
    expect(status).toBe(409);
    expect(json.error).toMatch(/autodestroy will remove shop-web-1 .*\?apply=true/);
    expect(await world.act("POST", `${uri}stop/?apply=true`)).toMatchObject({ state: "Success" });
  });

  test("a service for every node is not scaled", async () => {
    const { world, uri } = await running(`${web}  deployment_strategy: EVERY_NODE\n`);
    expect(await world.ask("POST", `${uri}scale/`)).toMatchObject({ status: 409 });
  });
});

test("a terminated service is in no list and in no file", async () => {
  const { world, uri } = await running(`${web}other:\n  image: nginx\n`);
  expect(await world.act("DELETE", uri)).toMatchObject({ state: "Success" });
  expect((await world.ask("GET", "/api/v1/service/?name=web")).json.objects).toEqual([]);
  expect(await world.ask("GET", uri)).toMatchObject({ status: 404 });
  expect(world.text("shop")).toBe("other:\n  image: nginx\n");
});

test("the last service of a stack can be terminated, and another one be made", async () => {
  const world = await worldWith({});
  const { json } = await world.ask("POST", "/api/v1/service/", { name: "one", image: "nginx" });
  expect(await world.act("DELETE", json.resource_uri)).toMatchObject({ state: "Success" });
  expect(await world.ask("POST", "/api/v1/service/", { name: "two", image: "nginx" })).toMatchObject({ status: 201 });
});

test("an action that fails says why, and the server goes on", async () => {
  const { world, uri } = await running();
  world.machine.compose.troubles.push({ after: 0, kind: "fails" });
  const { state, error } = await world.act("POST", `${uri}redeploy/`);
  expect(state).toBe("Failed");
  expect(error).toMatch(/service web: .*it failed/);
  expect(await world.act("POST", `${uri}redeploy/`)).toMatchObject({ state: "Success" });
});

test("a list has pages, and next and previous lead on", async () => {
  const services = Array.from({ length: 30 }, (_, index) => `s${index}:\n  image: nginx\n`).join("");
  const world = await worldWith({ many: services });
  const first = (await world.ask("GET", "/api/v1/service/")).json;
  expect(first.meta).toEqual({
    limit: 25,
    next: "/api/v1/service/?limit=25&offset=25",
    offset: 0,
    previous: null,
    total_count: 30,
  });
  const second = (await world.ask("GET", first.meta.next)).json;
  expect(second.objects).toHaveLength(5);
  expect(second.meta).toMatchObject({ next: null, previous: "/api/v1/service/?limit=25&offset=0" });
  expect((await world.ask("GET", "/api/v1/service/?limit=0")).json.meta.limit).toBe(25);
});

test("filters are joined by and; an unknown one does not count", async () => {
  const world = await worldWith({ a: web, b: `${web}db:\n  image: mysql\n` });
  const names = async (query: string): Promise<readonly string[]> =>
    (await world.ask("GET", `/api/v1/service/?${query}`)).json.objects.map(({ name }: { name: string }) => name);
  expect(await names("name=web")).toEqual(["web", "web"]);
  expect(await names("name=web&stack__name=b&colour=red")).toEqual(["web"]);
  expect(await names("service__stack__name=b&state=Not%20running")).toEqual(["web", "db"]);
  const [{ uuid, stack }] = (await world.ask("GET", "/api/v1/service/?name=db")).json.objects;
  expect(await names(`uuid__startswith=${uuid.slice(0, 8)}`)).toEqual(["db"]);
  expect(await names(`stack=${encodeURIComponent(stack)}`)).toEqual(["web", "db"]);
});

test("both families reach the same service, each with its own addresses", async () => {
  const { world } = await running();
  const { json } = await world.ask("GET", "//api/app/v1/acme//service?name=web");
  const { resource_uri: uri, uuid } = json.objects[0];
  expect(uri).toBe(`/api/app/v1/acme/service/${uuid}/`);
  const { headers, status } = await world.ask("POST", `${uri}stop/`);
  expect(status).toBe(202);
  expect(headers.get("x-dockercloud-action-uri")).toMatch(/^\/api\/audit\/v1\/action\//);
});

test("how its containers ended is shown", async () => {
  const { world, uri } = await running();
  world.machine.engine.fake.exit(world.machine.id("shop-web-1"), 3);
  const [run] = (await world.ask("GET", `${uri}runs/`)).json.objects;
  expect(run).toMatchObject({ service: "web", exitCode: 3, isThere: true });
});
