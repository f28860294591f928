import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { Names, type Recorded } from "./recorded.ts";
import { ServerWorld, token } from "./server-world.ts";

const folder = new URL("recorded/", import.meta.url);

/** What the old clients read of each object of a list, and what it must be: else a command fails or prints nonsense. */
const needed: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  service: {
    uuid: isUuid,
    resource_uri: isText,
    name: isText,
    state: isText,
    image_name: isText,
    synchronized: (value) => typeof value === "boolean",
    current_num_containers: (value) => typeof value === "number",
    public_dns: isText,
    deployed_datetime: isDate,
    stack: isText,
  },
  container: {
    uuid: isUuid,
    resource_uri: isText,
    name: isText,
    service: isText,
    node: isText,
    state: isText,
    exit_code: (value) => value === null || typeof value === "number",
    image_name: isText,
    run_command: (value) => value === null || isText(value),
    public_dns: isText,
    deployed_datetime: isDate,
    container_ports: (value) =>
      (value as { inner_port: unknown; outer_port: unknown }[]).every(
        ({ inner_port: inner, outer_port: outer }) =>
          typeof inner === "number" && (outer === null || typeof outer === "number"),
      ),
  },
  stack: {
    uuid: isUuid,
    resource_uri: isText,
    name: isText,
    state: isText,
    deployed_datetime: isDate,
    destroyed_datetime: isDate,
  },
  action: {
    uuid: isUuid,
    resource_uri: isText,
    action: isText,
    object: isText,
    state: isText,
    start_date: isDate,
    end_date: isDate,
    ip: isText,
    location: isText,
  },
  node: {
    uuid: isUuid,
    resource_uri: isText,
    external_fqdn: isText,
    state: isText,
    last_seen: isDate,
    docker_version: isText,
  },
};

/** Names that would take the place of a method of the client's, or of its own fields (reference tutum-api.md 1.5). */
const forbidden = ["pk", "is_dirty", "start", "stop", "scale", "redeploy", "save", "delete", "logs", "export"];

const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

test("there is a recording of each client", () => {
  expect(files.toSorted()).toEqual(["docker-cloud.json", "tutum-old.json", "tutum.json"]);
});

test.each(files)("what the client of %s has sent is answered as it was", async (file) => {
  const calls = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as readonly Recorded[];
  expect(calls.length).toBeGreaterThan(100);
  const world = await new ServerWorld().start();
  const names = new Names();
  for (const [index, call] of calls.entries()) {
    const path = names.show(call.path);
    const body = call.body === undefined ? undefined : names.show(call.body);
    const { "content-length": _, ...sent } = call.headers;
    const headers = { ...sent, Authorization: authorization(call.scheme) };
    const { status, json, text, headers: answered } = await world.ask(call.method, path, body, headers);
    expect({ index, call: `${call.method} ${call.path}`, status, text }).toMatchObject({ status: call.status });
    expect(json, "a body is always an object").toEqual(expect.any(Object));
    expect(Array.isArray(json)).toBe(false);
    names.learn(Object.fromEntries(answered), text);
    if (status < 300) check(json);
    // The client has waited for its actions, or somebody has typed the next command.
    await world.settled();
  }
  expect(world.bugs).toEqual([]);
  expect(world.machine.containers).toEqual([]);
});

function authorization(scheme: string): string {
  return scheme === "ApiKey" ? `ApiKey me:${token}` : `Basic ${btoa(`me:${token}`)}`;
}

function check(json: Readonly<Record<string, unknown>>): void {
  const objects = Array.isArray(json["objects"]) ? (json["objects"] as Readonly<Record<string, unknown>>[]) : [json];
  for (const one of objects) {
    const kind = /\/(\w+)\/[^/]+\/$/.exec(JSON.stringify(one["resource_uri"] ?? "").slice(1, -1))?.[1] ?? "";
    for (const [field, isRight] of Object.entries(needed[kind] ?? {}))
      expect(isRight(one[field]), `${kind}.${field} is ${JSON.stringify(one[field])}`).toBe(true);
    if (kind !== "") expect(Object.keys(one).filter((field) => forbidden.includes(field))).toEqual([]);
  }
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isUuid(value: unknown): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(value as string);
}

function isDate(value: unknown): boolean {
  return value === null || /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/.test(value as string);
}
