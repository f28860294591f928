import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { realFiles } from "../../src/files/files.ts";
import type { Listening } from "../../src/server/listen.ts";
import { tokenIn } from "../../src/server/token.ts";
import { MemoryFiles } from "../support/memory-io.ts";
import { ServerWorld, token } from "./server-world.ts";

const shop = "web:\n  image: nginx\n  environment:\n    PASSWORD: hunter2\n";

async function worldWith(rules: ConstructorParameters<typeof ServerWorld>[1] = {}): Promise<ServerWorld> {
  return new ServerWorld({ shop }, rules).start();
}

const list = "/api/v1/service/";

describe("6.2.2 the token", () => {
  test.each([
    ["as a bearer token", `Bearer ${token}`],
    ["as the key of any user", `Basic ${btoa(`me:${token}`)}`],
    ["as tutum 0.15 sends it", `ApiKey me:${token}`],
  ])("is taken %s", async (_, Authorization) => {
    expect(await (await worldWith()).ask("GET", list, undefined, { Authorization })).toMatchObject({ status: 200 });
  });

  test.each([
    ["missing", ""],
    ["wrong, of the right length", `Bearer ${"x".repeat(token.length)}`],
    ["right but for its end", `Bearer ${token.slice(0, -1)}x`],
    ["only its beginning", `Bearer ${token.slice(0, 10)}`],
    ["longer", `Bearer ${token}${token}`],
    ["the user and not the key", `Basic ${btoa(`${token}:me`)}`],
    ["a pair that is no pair", `Basic ${btoa(token)}`],
    ["not base64", "Basic %%%%"],
    ["an empty key", "ApiKey me:"],
    ["of another scheme", `Digest ${token}`],
    ["twice", `Bearer ${token}, Bearer ${token}`],
  ])("%s: 401, and no browser is asked for it", async (_, Authorization) => {
    const { status, headers, json } = await (await worldWith()).ask("GET", list, undefined, { Authorization });
    expect({ status, json }).toEqual({ status: 401, json: { error: "the token is missing or wrong" } });
    expect(headers.get("www-authenticate")).toBeNull();
    expect(headers.get("set-cookie")).toBeNull();
  });

  test.each([`?token=${token}`, `?auth=${token}`, `?user=me&token=${token}`, `?key=${token}`])(
    "in the query %s does not count",
    async (query) => {
      const world = await worldWith();
      expect(await world.ask("GET", `${list}${query}`, undefined, { Authorization: "" })).toMatchObject({
        status: 401,
      });
      expect(world.journal.join("\n")).not.toContain(token);
    },
  );

  test("is made once, with 24 random bytes, in a file for its owner alone", () => {
    const files = new MemoryFiles();
    const made = tokenIn(files, "/state/token");
    expect(Buffer.from(made, "base64url")).toHaveLength(24);
    expect(files.contents.get("/state/token")?.mode).toBe(0o600);
    expect(tokenIn(files, "/state/token")).toBe(made);
    expect(tokenIn(new MemoryFiles(), "/state/token")).not.toBe(made);
  });

  test.each([
    ["that others may read", { bytes: Buffer.from(`${token}\n`), mode: 0o644 }, "others may read it"],
    ["without a token", { bytes: Buffer.from("\n"), mode: 0o600 }, "it has no token"],
  ])("in a file %s is refused", (_, content, reason) => {
    const files = new MemoryFiles();
    files.contents.set("/state/token", content);
    expect(() => tokenIn(files, "/state/token")).toThrow(reason);
  });
});

describe("6.2.3 where a request comes from", () => {
  test.each([
    "evil.example",
    "evil.example:7070",
    "127.0.0.1.evil.example",
    "localhost.evil",
    "127.0.0.1@evil",
    "[::2]",
    "10.0.0.1",
  ])("the host name %s is not this machine's: no rebinding", async (Host) => {
    const world = await worldWith({ hosts: new Set(["shop.example"]) });
    expect(await world.ask("GET", list, undefined, { Host })).toMatchObject({ status: 403 });
  });

  test.each(["localhost", "LOCALHOST:1", "127.0.0.1:7070", "[::1]:7070", "shop.example:80"])("%s is", async (Host) => {
    const world = await worldWith({ hosts: new Set(["shop.example"]) });
    expect(await world.ask("GET", list, undefined, { Host })).toMatchObject({ status: 200 });
  });

  test.each([
    { Origin: "http://evil.example" },
    { Origin: "null" },
    { Origin: "https://127.0.0.1:7070" },
    { Origin: "http://127.0.0.1:7071" },
    { Origin: "http://localhost:7070" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
    { Origin: "http://127.0.0.1:7070", "Sec-Fetch-Site": "cross-site" },
  ])("%j is another origin", async (headers) => {
    const world = await worldWith();
    for (const method of ["GET", "POST"]) {
      const answer = await world.ask(method, list, method === "GET" ? undefined : { image: "nginx" }, headers);
      expect(answer).toMatchObject({ status: 403 });
    }
    expect(world.text("services")).toBeUndefined();
  });

  test.each([
    {},
    { Origin: "http://127.0.0.1:7070" },
    { "Sec-Fetch-Site": "same-origin" },
    { "Sec-Fetch-Site": "none" },
  ])("%j is our own", async (headers) => {
    expect(await (await worldWith()).ask("GET", list, undefined, headers as never)).toMatchObject({ status: 200 });
  });

  test("no answer allows another origin anything", async () => {
    const world = await worldWith();
    for (const method of ["GET", "OPTIONS", "HEAD"]) {
      const { headers } = await world.ask(method, list, undefined, { "Access-Control-Request-Method": "POST" });
      expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("6.2.4 bodies and connections", () => {
  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/yaml", ""])(
    "a body of the type %j is refused",
    async (type) => {
      const world = await worldWith();
      const body = JSON.stringify({ image: "nginx" });
      expect(await world.ask("POST", list, body, { "Content-Type": type })).toMatchObject({ status: 415 });
      expect(world.text("services")).toBeUndefined();
    },
  );

  test("a stack file is text/yaml, and nothing else", async () => {
    const world = await worldWith();
    const uri = (await world.service("web")).stack as string;
    const headers = { "If-Match": "x", "Content-Type": "application/json" };
    expect(await world.ask("PUT", `${uri}file/`, shop, headers)).toMatchObject({ status: 415 });
  });

  test("2 MiB are too many", async () => {
    const world = await worldWith();
    const body = JSON.stringify({ image: "n".repeat(2 * 1024 ** 2) });
    expect(await world.ask("POST", list, body)).toMatchObject({ status: 413 });
    expect(await world.ask("POST", list, body, { "Content-Length": String(body.length) })).toMatchObject({
      status: 413,
    });
  });

  test("what is not UTF-8 is refused", async () => {
    const server = await (await worldWith()).listen();
    const answer = await fetch(`http://${server.address}${list}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: new Uint8Array([0x22, 0xff, 0x22]),
    });
    expect(answer.status).toBe(400);
    await server.close();
  });

  test.each(["__proto__", "constructor", "toString"])("%s is an unknown field as any other", async (name) => {
    const world = await worldWith();
    const { status, json } = await world.ask("POST", list, `{"image": "nginx", "${name}": {"x": 1}}`);
    expect({ status, json }).toEqual({ status: 400, json: { error: `unknown field "${name}"` } });
    expect(await world.ask("GET", `${list}?${name}=x`)).toMatchObject({ status: 200 });
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe("6.2.5 what a client may name", () => {
  test.each(["POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD"])(
    "a server that is read-only refuses %s",
    async (method) => {
      const world = await worldWith({ isReadOnly: true });
      const uri = (await world.service("web")).resource_uri as string;
      const { status } = await world.ask(
        method,
        method === "POST" ? list : uri,
        method === "PATCH" ? { image: "x" } : undefined,
      );
      expect(status).toBe(405);
      expect(world.text("shop")).toBe(shop);
    },
  );

  test.each(["../evil", "..", "a/b", "/etc", "a\u0000b", "a\nb", "a\u001b[2J", ".hidden", "CON:", "a b", "\u202eabc"])(
    "%j is the name of no stack and no service",
    async (name) => {
      const world = await worldWith();
      const before = world.machine.paths;
      const services = [{ name: "web", image: "nginx" }];
      expect(await world.ask("POST", "/api/v1/stack/", { name, services })).toMatchObject({ status: 400 });
      if (name !== "/etc")
        expect(await world.ask("POST", list, { name, image: "nginx" })).toMatchObject({ status: 400 });
      expect(world.machine.paths).toEqual(before);
    },
  );

  test.each(["..", "%2e%2e%2f%2e%2e%2fetc", "..%2fshop", "shop", "%00", "a%0ab"])(
    "%s is no identifier",
    async (name) => {
      const world = await worldWith();
      for (const path of [`/api/v1/stack/${name}/file/`, `${list}${name}/`])
        expect((await world.ask("GET", path)).status).toBe(404);
    },
  );

  test("a link out of the stacks folder is followed by nobody", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));
    const [stacks, outside] = [join(folder, "stacks"), join(folder, "outside")];
    for (const path of [stacks, outside, join(stacks, "linked"), join(stacks, "good")]) mkdirSync(path);
    writeFileSync(join(outside, "stack.yml"), "web:\n  image: secret\n");
    writeFileSync(join(stacks, "good/stack.yml"), "web:\n  image: nginx\n");
    symlinkSync(outside, join(stacks, "away"));
    symlinkSync(join(outside, "stack.yml"), join(stacks, "linked/stack.yml"));
    const world = await new ServerWorld({}, {}, { files: realFiles, stacks }).start();
    const { text, json } = await world.ask("GET", "/api/v1/stack/");
    expect(json.objects.map(({ name }: { name: string }) => name)).toEqual(["good"]);
    expect(text).not.toContain("secret");
    rmSync(folder, { recursive: true });
  });
});

describe("6.2.6 what leaves the machine", () => {
  test.each([
    ["GET", "/containers/json"],
    ["GET", "/v1.41/containers/json"],
    ["POST", "/containers/create"],
    ["GET", "/api/v1/../containers/json"],
    ["POST", "/api/v1/container/6d5a3a8e-2d1f-4a8b-9c55-9a2d6f0f3b11/exec/"],
    ["GET", "/_ping"],
  ])("%s %s reaches no engine", async (method, path) => {
    expect((await (await worldWith()).ask(method, path)).status).toBe(404);
  });

  test("the values of variables are in the file and in inspect, and in no log", async () => {
    const world = await worldWith();
    const { resource_uri: uri } = await world.service("web");
    await world.act("POST", `${uri}start/`);
    await world.ask("PATCH", uri, { container_envvars: [{ key: "PASSWORD", value: "other-secret" }] });
    await world.ask("PATCH", `${uri}?secret=in-query`, { memory: "x" });
    expect((await world.ask("GET", list)).text).not.toContain("other-secret");
    expect((await world.ask("GET", "/api/v1/action/")).text).not.toMatch(/other-secret|in-query/);
    expect(world.journal).toContain("PATCH /api/service/:uuid 200");
    expect(world.journal.join("\n")).not.toMatch(/secret|hunter2|[0-9a-f]{8}-/);
  });
});

describe("on a socket", () => {
  let listening: Listening | undefined;
  const sockets: Socket[] = [];

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await listening?.close();
    listening = undefined;
  });

  async function listen(limits: Parameters<ServerWorld["listen"]>[0] = {}): Promise<string> {
    listening = await (await worldWith()).listen(limits);
    return listening.address;
  }

  function open(address: string): Promise<Socket> {
    const [host, port] = address.split(":");
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), host);
      sockets.push(socket);
      socket.on("connect", () => resolve(socket)).on("error", reject);
    });
  }

  function ended(socket: Socket): Promise<string> {
    return new Promise((resolve) => {
      let text = "";
      socket.on("data", (bytes) => (text += String(bytes)));
      socket.on("error", () => {});
      socket.on("close", () => resolve(text));
    });
  }

  const ask = (address: string): Promise<Response> =>
    fetch(`http://${address}${list}`, { headers: { Authorization: `Bearer ${token}` } });

  test("headers that never come to their end are cut off", async () => {
    const address = await listen({ headers: 300, check: 100 });
    const socket = await open(address);
    socket.write(`GET ${list} HTTP/1.1\r\nHost: ${address}\r\n`);
    const drip = setInterval(() => socket.write("X: y\r\n"), 50);
    expect(await ended(socket)).toMatch(/^HTTP\/1.1 408/);
    clearInterval(drip);
  });

  test("a body that never comes to its end is cut off", async () => {
    const address = await listen({ headers: 200, request: 300, check: 100 });
    const socket = await open(address);
    socket.write(`POST ${list} HTTP/1.1\r\nHost: ${address}\r\nAuthorization: Bearer ${token}\r\n`);
    socket.write('Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"');
    expect(await ended(socket)).toMatch(/^HTTP\/1.1 408/);
  });

  test("500 idle connections keep nobody out, and go away", async () => {
    const address = await listen({ headers: 1500, check: 100 });
    const idle = await Promise.all(Array.from({ length: 500 }, () => open(address)));
    expect((await ask(address)).status).toBe(200);
    await Promise.all(idle.map(ended));
    expect((await ask(address)).status).toBe(200);
  });

  test("headers of 32 KiB are too many", async () => {
    const address = await listen();
    const socket = await open(address);
    socket.write(`GET ${list} HTTP/1.1\r\nHost: ${address}\r\nX: ${"y".repeat(32 * 1024)}\r\n\r\n`);
    expect(await ended(socket)).toMatch(/^HTTP\/1.1 431/);
  });

  test.each([
    ["without a token", {}, 401],
    ["of another origin", { Authorization: `Bearer ${token}`, Origin: "http://evil.example" }, 403],
    ["to another host", { Authorization: `Bearer ${token}`, Host: "evil.example" }, 403],
  ])("a stream %s is refused", async (_, headers, status) => {
    const address = await listen();
    for (const query of ["", `?user=me&token=${token}`, `?auth=${token}`]) {
      const path = `/v1/container/6d5a3a8e-2d1f-4a8b-9c55-9a2d6f0f3b11/logs/${query}`;
      const socket = new WebSocket(`ws://${address}${path}`, { headers: headers as Record<string, string> });
      const got = await new Promise((resolve) => {
        socket.on("unexpected-response", (__, response) => resolve(response.statusCode));
        socket.on("open", () => resolve("open"));
        socket.on("error", () => {});
      });
      expect(got).toBe(status);
    }
  });

  test("what is not a request harms nobody", async () => {
    const address = await listen();
    for (const text of ["\u0000\u0001\u0002\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", `GET ${list} HTTP/1.1\r\n\r\n`]) {
      const socket = await open(address);
      socket.write(text);
      expect(await ended(socket)).toMatch(/^HTTP\/1.1 400|^$/);
    }
    const socket = await open(address);
    socket.end(`GET http://evil.example${list} HTTP/1.1\r\nHost: ${address}\r\nConnection: close\r\n\r\n`);
    expect(await ended(socket)).toMatch(/^HTTP\/1.1 40[0-9]/);
    expect((await ask(address)).status).toBe(200);
  });
});
