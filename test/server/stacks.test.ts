import { describe, expect, test } from "vitest";
import { ServerWorld } from "./server-world.ts";

const shop = "# our shop\nweb:\n  image: nginx # the front\n  links:\n    - db\ndb:\n  image: mysql\n";

async function worldWith(stacks: Readonly<Record<string, string>>): Promise<ServerWorld> {
  return new ServerWorld(stacks).start();
}

async function uriOf(world: ServerWorld, name: string): Promise<string> {
  return (await world.ask("GET", `/api/v1/stack/?name=${name}`)).json.objects[0].resource_uri;
}

test("a stack is made of a text, which is kept as it is", async () => {
  const world = await worldWith({});
  const made = await world.ask("POST", "/api/v1/stack/", { name: "made", file: shop });
  expect({ status: made.status, name: made.json.name, state: made.json.state }).toEqual({
    status: 201,
    name: "made",
    state: "Not running",
  });
  expect(world.text("made")).toBe(shop);
});

test.each([
  ["neither file nor services", { name: "made" }, 400, "a new stack needs either `file` or `services`"],
  ["both", { name: "made", file: shop, services: [{ name: "web", image: "a" }] }, 400, "either `file` or `services`"],
  ["a file with errors", { name: "made", file: "web: [\n" }, 400, ""],
  ["an empty file", { name: "made", file: "" }, 400, ""],
  ["a name that is a path", { name: "../made", file: shop }, 400, "cannot be the name of a stack"],
  ["the name of another stack", { name: "shop", file: shop }, 409, "there is a stack shop already"],
])("a new stack with %s is refused, and nothing is written", async (_, body, status, error) => {
  const world = await worldWith({ shop });
  const before = world.machine.files.texts();
  const answer = await world.ask("POST", "/api/v1/stack/", body);
  expect(answer).toMatchObject({ status, json: { error: expect.stringContaining(error) } });
  expect(world.machine.files.texts()).toEqual(before);
});

test("a text is checked before there is a stack for it", async () => {
  const world = await worldWith({});
  const { status, json } = await world.ask("POST", "/api/v1/stack/diagnostics/", { text: "web:\n  imag: nginx\n" });
  expect(status).toBe(200);
  expect(json.objects.map(({ severity }: { severity: string }) => severity)).toContain("error");
});

test("a stack is made of what a client parsed of a file, and of the API's own words", async () => {
  const world = await worldWith({});
  const services = [
    {
      restart: "always",
      links: ["db:database"],
      name: "web",
      ports: ["8080:80"],
      environment: ["A=b"],
      image: "busybox:local",
      target_num_containers: 2,
      command: "sleep 1000",
    },
    {
      name: "db",
      image: "mysql",
      container_envvars: [{ key: "X", value: "1" }],
      bindings: [{ container_path: "/data" }],
    },
  ];
  const { status, json } = await world.ask("POST", "/api/v1/stack/", { name: "made", services });
  expect({ status, state: json.state, count: json.services.length }).toEqual({
    status: 201,
    state: "Not running",
    count: 2,
  });
  expect(world.text("made")).toBe(
    `web:
  image: busybox:local
  command: sleep 1000
  restart: always
  target_num_containers: 2
  environment:
    - A=b
  ports:
    - "8080:80"
  links:
    - db:database
db:
  image: mysql
  environment:
    X: "1"
  volumes:
    - /data
`,
  );
  expect(await world.ask("POST", "/api/v1/stack/", { name: "made", services })).toMatchObject({ status: 409 });
});

test("one bad service, and nothing is made", async () => {
  const world = await worldWith({});
  const services = [
    { name: "web", image: "nginx" },
    { name: "job", image: "busybox", autorestart: "ALWAYS", autodestroy: "ALWAYS" },
  ];
  const { status, json } = await world.ask("POST", "/api/v1/stack/", { name: "made", services });
  expect({ status, json }).toEqual({
    status: 400,
    json: { error: "service `job`: `autorestart: ALWAYS` cannot be combined with `autodestroy: ALWAYS`" },
  });
  expect(world.machine.paths).toEqual([]);
});

test.each([
  [{ name: "a", services: [{ name: "web", image: "nginx", colour: "red" }] }, /unknown field|colour/],
  [{ name: "a", services: [{ image: "nginx" }] }, /services.0: must have required property 'name'/],
  [{ name: "a", services: [] }, /fewer than 1/],
  [{ name: "Shop", services: [{ name: "web", image: "nginx" }] }, /for example shop/],
  [
    {
      name: "a",
      services: [
        { name: "w", image: "n" },
        { name: "w", image: "m" },
      ],
    },
    /two services are called "w"/,
  ],
])("%j is refused", async (body, reason) => {
  const { status, json } = await (await worldWith({})).ask("POST", "/api/v1/stack/", body);
  expect({ status, error: json.error }).toEqual({ status: 400, error: expect.stringMatching(reason) });
});

test("start, update, redeploy, stop and terminate do to all services what they did", async () => {
  const world = await worldWith({ shop });
  const uri = await uriOf(world, "shop");
  expect(await world.act("POST", `${uri}start/`)).toMatchObject({ state: "Success" });
  expect(world.machine.containers).toEqual(["shop-db-1 running no", "shop-web-1 running no"]);
  const services = [{ name: "db", image: "mysql:8" }];
  expect((await world.ask("PATCH", uri, { services })).json).toMatchObject({ synchronized: false, state: "Running" });
  expect(world.text("shop")).toBe(shop.replace("mysql", "mysql:8"));
  expect(await world.act("POST", `${uri}redeploy/`)).toMatchObject({ state: "Success" });
  expect((await world.ask("GET", uri)).json).toMatchObject({ synchronized: true });
  expect(await world.act("POST", `${uri}stop/`)).toMatchObject({ state: "Success" });
  expect(await world.ask("POST", `${uri}stop/`)).toMatchObject({ status: 409 });
});

test("an export is the file as data", async () => {
  const world = await worldWith({ shop });
  expect((await world.ask("GET", `${await uriOf(world, "shop")}export/`)).json).toEqual({
    web: { image: "nginx", links: ["db"] },
    db: { image: "mysql" },
  });
});

describe("the file as text", () => {
  test("is read and replaced with its ETag, byte for byte", async () => {
    const world = await worldWith({ shop });
    const uri = `${await uriOf(world, "shop")}file/`;
    const { text, headers } = await world.ask("GET", uri);
    const tag = headers.get("etag")!;
    expect({ text, type: headers.get("content-type") }).toEqual({ text: shop, type: "text/yaml; charset=utf-8" });
    expect(await world.ask("GET", uri, undefined, { "If-None-Match": tag })).toMatchObject({ status: 304 });
    const next = shop.replace("our shop", "my shop");
    const yaml = { "Content-Type": "text/yaml" };
    expect(await world.ask("PUT", uri, next, yaml)).toMatchObject({ status: 428 });
    const put = await world.ask("PUT", uri, next, { ...yaml, "If-Match": tag });
    expect({ status: put.status, text: world.text("shop") }).toEqual({ status: 200, text: next });
    expect(put.headers.get("etag")).not.toBe(tag);
    expect(await world.ask("PUT", uri, shop, { ...yaml, "If-Match": tag })).toMatchObject({ status: 412 });
    expect(world.text("shop")).toBe(next);
  });

  test("with mistakes is not written", async () => {
    const world = await worldWith({ shop });
    const uri = `${await uriOf(world, "shop")}file/`;
    const tag = (await world.ask("GET", uri)).headers.get("etag")!;
    const { status, json } = await world.ask("PUT", uri, "web:\n  imag: x\n", {
      "Content-Type": "text/yaml",
      "If-Match": tag,
    });
    expect({ status, error: json.error }).toEqual({ status: 400, error: expect.stringMatching(/web/) });
    expect(world.text("shop")).toBe(shop);
  });

  test("has diagnostics, written or not", async () => {
    const world = await worldWith({ shop, broken: "web:\n  imag: x\n" });
    const codes = async (answer: ReturnType<ServerWorld["ask"]>): Promise<readonly string[]> =>
      (await answer).json.objects.map(({ severity }: { severity: string }) => severity);
    expect(await codes(world.ask("GET", `${await uriOf(world, "shop")}diagnostics/`))).toEqual(["warning"]);
    const broken = await uriOf(world, "broken");
    expect(await codes(world.ask("GET", `${broken}diagnostics/`))).toContain("error");
    expect(await codes(world.ask("POST", `${broken}diagnostics/`, { text: "web:\n  image: x\n" }))).toEqual([]);
    expect((await world.ask("GET", broken)).json).toMatchObject({ has_errors: true });
    expect(await world.ask("POST", `${broken}start/`)).toMatchObject({ status: 409 });
  });
});

test("a plan is told, and then applied", async () => {
  const world = await worldWith({ shop });
  const uri = await uriOf(world, "shop");
  const { json } = await world.ask("GET", `${uri}plan/`);
  expect(json.services.map(({ steps }: { steps: { kind: string }[] }) => steps[0]?.kind)).toEqual(["create", "create"]);
  expect(world.machine.containers).toEqual([]);
  expect(await world.act("POST", `${uri}apply/`)).toMatchObject({ state: "Success", action: "Stack Apply" });
  expect(world.machine.containers).toHaveLength(2);
});

test("the lifecycle table is told", async () => {
  const { json } = await (await worldWith({})).ask("GET", "/api/v1/lifecycle/");
  expect(json.objects).toHaveLength(12);
  expect(json.objects).toContainEqual({
    autorestart: "ON_FAILURE",
    autodestroy: "ON_SUCCESS",
    success: "remove",
    failure: "restart",
  });
  expect(json.objects).toContainEqual({ autorestart: "ALWAYS", autodestroy: "ALWAYS", success: null, failure: null });
});
