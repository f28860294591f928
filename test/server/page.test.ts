import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
// @ts-expect-error -- the script has no types
import * as script from "../../scripts/page.mjs";
import type { PageFile } from "../../src/server/page-files.ts";
import { ServerWorld } from "./server-world.ts";

const shop = "web:\n  image: nginx\n  target_num_containers: 2\n";
const page: readonly PageFile[] = [
  { path: "/", type: "text/html; charset=utf-8", text: '<html lang="en"></html>' },
  { path: "/page.js", type: "text/javascript; charset=utf-8", text: "1" },
];

async function worldWith(stacks: Readonly<Record<string, string>>, isReadOnly = false): Promise<ServerWorld> {
  return new ServerWorld(stacks, { page, isReadOnly }).start();
}

async function uriOf(world: ServerWorld, kind: "stack" | "service", name: string): Promise<string> {
  return (await world.ask("GET", `/api/v1/${kind}/?name=${name}`)).json.objects[0].resource_uri;
}

describe("the files of the page", () => {
  test("need no token, and may only ask their own server", async () => {
    const world = await worldWith({});
    const { status, headers, text } = await world.ask("GET", "/", undefined, { Authorization: "" });
    expect({ status, text }).toEqual({ status: 200, text: page[0]!.text });
    const policy = (headers.get("content-security-policy") ?? "").split("; ");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy.join()).not.toMatch(/unsafe|http|\*/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("set-cookie")).toBeNull();
    const script = await world.ask("GET", "/page.js", undefined, { Authorization: "" });
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  });

  test("are only those that there are", async () => {
    const world = await worldWith({});
    for (const path of ["/other.js", "/page.js/../../etc/passwd", "/..%2fetc%2fpasswd", "/page.css"])
      expect(await world.ask("GET", path, undefined, { Authorization: "" }), path).toMatchObject({ status: 401 });
  });

  test.each([
    ["another host name", { Host: "evil.example" }],
    ["another origin", { Origin: "http://evil.example" }],
    ["another site", { "Sec-Fetch-Site": "cross-site" }],
    ["another port of this machine", { "Sec-Fetch-Site": "same-site" }],
  ])("are refused to %s", async (_, headers) => {
    const world = await worldWith({});
    for (const { path } of page)
      expect(await world.ask("GET", path, undefined, headers), path).toMatchObject({ status: 403 });
  });

  test("say whether the server is read-only", async () => {
    const html = async (isReadOnly: boolean): Promise<string> =>
      (await (await worldWith({}, isReadOnly)).ask("GET", "/")).text;
    expect(await html(false)).not.toContain("read-only");
    expect(await html(true)).toBe('<html data-read-only lang="en"></html>');
  });
});

test("the first screen is small, and its code asks nobody else", async () => {
  const built: readonly PageFile[] = await script.buildPage();
  const first: readonly PageFile[] = script.firstFiles(built);
  const size = first.reduce((sum, { text }) => sum + gzipSync(text).length, 0);
  expect(size).toBeLessThanOrEqual(15 * 1024);
  expect(first.map(({ path }) => path)).toEqual(expect.arrayContaining(["/", "/page.css", "/page.js"]));
  const addresses = built.flatMap(({ text }) => text.match(/https?:\/\/[\w.-]+/g) ?? []);
  // Names of kinds of elements, which nobody asks for.
  expect(addresses.filter((address) => address !== "http://www.w3.org")).toEqual([]);
});

describe("what the page asks for again and again", () => {
  test.each(["/api/v1/stack/?limit=1000", "/api/v1/service/?limit=1000", "/api/v1/container/", "/api/v1/action/"])(
    "%s is sent again only when it has changed",
    async (path) => {
      const world = await worldWith({ shop });
      const first = await world.ask("GET", path);
      const etag = first.headers.get("etag") ?? "";
      expect(etag).toMatch(/^W\/"/);
      const again = await world.ask("GET", path, undefined, { "If-None-Match": etag });
      expect(again).toMatchObject({ status: 304, text: "" });
      await world.act("POST", `${await uriOf(world, "service", "web")}start/`);
      expect(await world.ask("GET", path, undefined, { "If-None-Match": etag })).toMatchObject({ status: 200 });
    },
  );

  test("an old answer is not good enough for somebody without the token", async () => {
    const world = await worldWith({ shop });
    const path = "/api/v1/service/";
    const etag = (await world.ask("GET", path)).headers.get("etag") ?? "";
    const answer = await world.ask("GET", path, undefined, { "If-None-Match": etag, Authorization: "" });
    expect(answer.status).toBe(401);
  });
});

describe("the logs of a service", () => {
  test("are the last lines of all its containers", async () => {
    const world = await worldWith({ shop });
    const uri = await uriOf(world, "service", "web");
    await world.act("POST", `${uri}start/`);
    world.machine.engine.write(world.machine.id("shop-web-1"), "one\ntwo\n");
    world.machine.engine.write(world.machine.id("shop-web-2"), "three\n", "stderr");
    const { json } = await world.ask("GET", `${uri}logs/`);
    expect(json.objects.map(({ source, stream, text }: any) => [source, stream, text])).toEqual([
      ["web-1", "stdout", "one"],
      ["web-1", "stdout", "two"],
      ["web-2", "stderr", "three"],
    ]);
    expect((await world.ask("GET", `${uri}logs/?tail=1`)).json.objects).toHaveLength(1);
  });

  test("are cut where they would be too long for a browser", async () => {
    const world = await worldWith({ shop });
    const uri = await uriOf(world, "service", "web");
    await world.act("POST", `${uri}start/`);
    const long = "x".repeat(60_000);
    world.machine.engine.write(world.machine.id("shop-web-1"), `${`${long}\n`.repeat(20)}last\n`);
    const { text, json } = await world.ask("GET", `${uri}logs/?tail=1000`);
    expect(text.length).toBeLessThan(600 * 1024);
    expect(json.objects.at(-1).text).toBe("last");
  });

  test("of a service that is not there are not there", async () => {
    const world = await worldWith({});
    expect(await world.ask("GET", "/api/v1/service/0/logs/")).toMatchObject({ status: 404 });
  });
});

describe("the preview of a service", () => {
  const preview = (world: ServerWorld, body: object): ReturnType<ServerWorld["ask"]> =>
    world.ask("POST", "/api/v1/service/preview/", body);

  test("is what its creation then writes, and writes nothing", async () => {
    const world = await worldWith({});
    const body = { image: "nginx:1", autodestroy: "ALWAYS", container_envvars: [{ key: "A", value: "b: c" }] };
    const { json } = await preview(world, body);
    expect(json).toMatchObject({ stack: "services", name: "nginx", before: "", objects: [] });
    expect(world.text("services")).toBeUndefined();
    expect(await world.ask("POST", "/api/v1/service/", body)).toMatchObject({ status: 201 });
    expect(world.text("services")).toBe(json.text);
    expect(await preview(world, body)).toMatchObject({ status: 409 });
    const other = (await preview(world, { ...body, name: "other" })).json;
    expect(other.before).toBe(json.text);
    expect(other.text.startsWith(json.text)).toBe(true);
  });

  test("tells what is wrong, in the words of the compiler", async () => {
    const world = await worldWith({});
    const { json } = await preview(world, { image: "x", name: "job", autorestart: "ALWAYS", autodestroy: "ALWAYS" });
    expect(json.objects[0]).toMatchObject({ code: "incompatible-policies", severity: "error" });
    expect(await preview(world, { image: "x", colour: "red" })).toMatchObject({ status: 400 });
  });

  test("is refused by a server that is read-only", async () => {
    expect(await preview(await worldWith({}, true), { image: "x" })).toMatchObject({ status: 405 });
  });
});

test("a plan has the words of the command, and what needs a yes", async () => {
  const world = await worldWith({ shop, jobs: "job:\n  image: nginx\n" });
  const uri = await uriOf(world, "stack", "jobs");
  expect((await world.ask("GET", `${uri}plan/`)).json).toMatchObject({
    lines: [expect.stringMatching(/^job: create containers/)],
    destroyed: [],
    is_empty: false,
  });
  await world.act("POST", `${uri}apply/`);
  expect((await world.ask("GET", `${uri}plan/`)).json).toMatchObject({ lines: ["job: unchanged"], is_empty: true });
});

test("an action tells its steps", async () => {
  const world = await worldWith({ shop });
  const action = await world.act("POST", `${await uriOf(world, "stack", "shop")}apply/`);
  expect(action).toMatchObject({ state: "Success", steps: expect.arrayContaining(["creating containers of web"]) });
});
