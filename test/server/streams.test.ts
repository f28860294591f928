import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Listening } from "../../src/server/listen.ts";
import { ServerWorld, token } from "./server-world.ts";

const shop = "web:\n  image: nginx\n  target_num_containers: 2\n";

let listening: Listening;

afterEach(() => listening.close());

/** A world with two containers that run, and the addresses of the service and of the first container. */
async function running(): Promise<{
  readonly world: ServerWorld;
  readonly service: string;
  readonly container: string;
}> {
  const world = await new ServerWorld({ shop }).start();
  const { resource_uri: uri, uuid } = await world.service("web");
  await world.act("POST", `${uri}start/`);
  const { json } = await world.ask("GET", "/api/v1/container/?name=web-1");
  listening = await world.listen();
  return { world, service: `/v1/service/${uuid}/logs/`, container: `/v1/container/${json.objects[0].uuid}/logs/` };
}

interface Stream {
  readonly frames: any[];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
}

function open(path: string): Stream {
  const headers = { Authorization: `Basic ${btoa(`me:${token}`)}`, Origin: `http://${listening.address}` };
  const socket = new WebSocket(`ws://${listening.address}${path}`, { headers });
  const frames: any[] = [];
  socket.on("message", (data) => frames.push(JSON.parse((data as Buffer).toString())));
  socket.on("error", () => {});
  return { frames, socket, closed: new Promise((resolve) => socket.on("close", (code) => resolve(code))) };
}

test("the lines of a service come with their containers, and then the stream is closed", async () => {
  const { world, service } = await running();
  world.machine.engine.write(world.machine.id("shop-web-1"), "one\n");
  world.machine.engine.write(world.machine.id("shop-web-2"), "two\nunfinished", "stderr");
  const { frames, closed } = open(`${service}?follow=false&tail=300`);
  expect(await closed).toBe(1000);
  expect(frames.toSorted((a, b) => (a.log < b.log ? -1 : 1))).toMatchObject([
    { type: "log", source: "web-1", log: "one\n", streamType: "stdout", timestamp: expect.any(Number) },
    { type: "log", source: "web-2", log: "two\n", streamType: "stderr" },
    { type: "log", source: "web-2", log: "unfinished\n", streamType: "stderr" },
  ]);
  expect(frames[0].timestamp).toBeGreaterThan(1_000_000_000);
});

test("a container's lines have no source, and only the last ones are sent", async () => {
  const { world, container } = await running();
  world.machine.engine.write(world.machine.id("shop-web-1"), "one\ntwo\nthree\n");
  const { frames, closed } = open(`${container}?follow=false&tail=2`);
  await closed;
  expect(frames.map(({ log, source }) => [log, source])).toEqual([
    ["two\n", undefined],
    ["three\n", undefined],
  ]);
});

test("a stream is followed until the container ends, and docker-cloud's path is another name of it", async () => {
  const { world, container } = await running();
  const id = world.machine.id("shop-web-1");
  const { frames, closed, socket } = open(container.replace("/v1/", "/api/app/v1/acme/"));
  await new Promise((resolve) => socket.on("open", resolve));
  world.machine.engine.write(id, "later\n");
  await expect.poll(() => frames.length).toBe(1);
  world.machine.engine.fake.exit(id, 0);
  expect(await closed).toBe(1000);
});

test("a ping is answered, and who goes away leaves nothing behind", async () => {
  const { container } = await running();
  const { socket, closed } = open(container);
  await new Promise((resolve) => socket.on("open", resolve));
  const pong = new Promise((resolve) => socket.on("pong", resolve));
  socket.ping();
  await pong;
  socket.terminate();
  expect(await closed).toBe(1006);
});

test("exec and events are streams of the old platform that end in one line", async () => {
  const { container } = await running();
  const exec = open(`${container.replace("logs", "exec")}?&command=sh`);
  await exec.closed;
  expect(exec.frames[0]).toMatchObject({ type: "exec", output: expect.stringContaining("has no exec") });
  const events = open("/v1/events");
  await expect.poll(() => events.frames.length).toBe(1);
  expect(events.frames[0].action).toContain("has no events");
  expect(events.socket.readyState).toBe(WebSocket.OPEN);
  events.socket.terminate();
});

test("logs of what does not exist are 404, and other streams 501", async () => {
  await running();
  for (const [path, status] of [
    ["/v1/service/6d5a3a8e-2d1f-4a8b-9c55-9a2d6f0f3b11/logs/", 404],
    ["/v1/action/6d5a3a8e-2d1f-4a8b-9c55-9a2d6f0f3b11/logs/", 501],
    ["/elsewhere", 501],
  ] as const) {
    const { socket } = open(path);
    const got = await new Promise((resolve) => {
      socket.on("unexpected-response", (_, response) => resolve(response.statusCode));
    });
    expect(got, path).toBe(status);
  }
});
