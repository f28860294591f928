import { expect, test } from "vitest";
import { compilePlace } from "../../src/platform/compiled.ts";
import { movedData } from "../../src/platform/moved-data.ts";
import { here, LiveWorld } from "./live-world.ts";

const settings = {
  project: "shop",
  sidecar: {},
  balancer: {},
  linkVariables: false,
  override: undefined,
  shell: {},
  dotEnv: undefined,
};

function volumesOf(text: string): ReadonlyMap<string, string | undefined> | undefined {
  const place = { name: "shop", folder: "/shop", file: here, project: "shop", isManaged: false };
  return compilePlace(place, text, settings).wanted?.services.get("db")?.volumes;
}

const db = (...lines: readonly string[]): string => ["db:", "image: redis", ...lines, ""].join("\n  ");

test.each([
  [
    "one container",
    db("volumes: [/data/, /srv/x:/x, 'a:/a', '/b b$']"),
    [
      ["/data", "db-data"],
      ["/a", "a"],
      ["/b b$", "db-b-b"],
    ],
  ],
  ["several containers", db("volumes: [/data]", "target_num_containers: 2"), [["/data", undefined]]],
  ["autodestroy", db("volumes: [/data]", "autodestroy: ALWAYS"), [["/data", undefined]]],
  ["a name of one letter", db("volumes: ['a:/data:ro']"), [["/data", "a"]]],
] as const)("the volumes of a service with %s are those of its compiled file", (_, text, volumes) => {
  expect([...volumesOf(text)!]).toEqual(volumes);
});

const anonymous = "0".repeat(64);

test.each([
  { what: "an unnamed volume gets a name", volume: anonymous, lines: [], next: "shop_db-data" },
  { what: "a volume loses its name", volume: "shop_db-data", lines: ["target_num_containers: 2"], next: undefined },
  { what: "a volume gets another name", volume: "shop_other", lines: [], next: "shop_db-data" },
])("$what: its data is moved", ({ volume, lines, next }) => {
  const wanted = { name: "db", volumes: volumesOf(db("volumes: [/data]", ...lines)) };
  const containers = [{ mounts: [{ type: "volume", name: volume, destination: "/data" }] }];
  const moved = movedData(wanted as Parameters<typeof movedData>[0], containers as never, "shop");
  expect(moved).toEqual([{ service: "db", path: "/data", volume, next }]);
});

test.each([
  { volume: "shop_db-data", lines: [] },
  { volume: anonymous, lines: ["target_num_containers: 2"] },
])("$volume stays the volume of the next container", ({ volume, lines }) => {
  const wanted = { name: "db", volumes: volumesOf(db("volumes: [/data]", ...lines)) };
  const containers = [{ mounts: [{ type: "volume", name: volume, destination: "/data" }] }];
  expect(movedData(wanted as Parameters<typeof movedData>[0], containers as never, "shop")).toEqual([]);
});

test("`up --link-variables` writes the variables of links, and later commands keep them", async () => {
  const world = new LiveWorld("web:\n  image: nginx\n  links: [db]\ndb:\n  image: redis\n");
  const compiled = (): string => world.files.texts()["/shop/docker-compose.yml"] ?? "";
  expect((await world.run("up")).code).toBe(0);
  expect(compiled()).not.toContain("DB_PORT");
  expect((await world.run("up --link-variables")).code).toBe(0);
  expect(compiled()).toContain('DB_PORT: "tcp://db:6379"');
  expect((await world.run("service set --autorestart ALWAYS web")).code).toBe(0);
  expect(compiled()).toContain("restart: always");
  expect(compiled()).toContain('DB_PORT: "tcp://db:6379"');
  expect(await world.run("up")).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining("link-variables") as string,
  });
  expect(compiled()).toContain('DB_PORT: "tcp://db:6379"');
});
