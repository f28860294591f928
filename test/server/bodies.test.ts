import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bodies } from "../../src/server/bodies.ts";
import { fieldsIn, fieldsOfNew } from "../../src/server/wish.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const schemaText = read("schema/api.schema.json");

test("the generated validators are up to date", async () => {
  const script = new URL("../../scripts/generate-validator.mjs", import.meta.url);
  const { generateBodyValidators } = (await import(script.href)) as {
    readonly generateBodyValidators: (schemaText: string) => string;
  };
  const isSame = read("src/server/validator.generated.ts") === generateBodyValidators(schemaText);
  expect(isSame, "run `npm run generate`").toBe(true);
});

test("each body of the schema has its validator", () => {
  const { definitions } = JSON.parse(schemaText) as { readonly definitions: Readonly<Record<string, unknown>> };
  const parts = ["port", "fields", "stackService"];
  expect(Object.keys(definitions).filter((name) => !parts.includes(name))).toEqual(Object.keys(bodies));
});

const alone = { services: [], stack: "services" };

test("every field of the schema is translated, and null is its default", () => {
  const { definitions } = JSON.parse(schemaText) as {
    readonly definitions: { readonly fields: { readonly properties: Readonly<Record<string, unknown>> } };
  };
  for (const name of Object.keys(definitions.fields.properties))
    expect(
      Object.values(fieldsIn({ [name]: null }, alone)).filter((value) => value !== undefined),
      name,
    ).toEqual([]);
});

test.each([
  [{ autorestart: "on_failure" }, { autorestart: "ON_FAILURE" }],
  [{ autorestart: "on-failure:3" }, { autorestart: "on-failure:3" }],
  [
    { memory: 64, memory_swap: 128 },
    { mem_limit: "64m", memswap_limit: "128m" },
  ],
  [{ memory: 0 }, { mem_limit: undefined }],
  [
    { run_command: "sleep 1", entrypoint: "" },
    { command: "sleep 1", entrypoint: undefined },
  ],
  [{ pid: "none" }, { pid: undefined }],
  [
    { pid: "host", net: "host" },
    { net: "host", pid: "host" },
  ],
  [{ tags: [{ name: "front" }, "back"] }, { tags: ["front", "back"] }],
  [
    {
      container_envvars: [
        { key: "A", value: "b" },
        { key: "C", value: 1 },
      ],
    },
    { environment: { A: "b", C: "1" } },
  ],
  [{ container_envvars: [] }, { environment: undefined }],
  [
    {
      container_ports: [
        { protocol: "tcp", inner_port: "80", outer_port: "8080", published: true },
        { protocol: "udp", inner_port: 53, published: true },
        { inner_port: "9000", published: false },
      ],
    },
    { ports: ["8080:80", "53/udp"], expose: ["9000"] },
  ],
  [
    {
      bindings: [
        { container_path: "/data" },
        { container_path: "/etc", host_path: "/etc", rewritable: false },
        { volumes_from: "other" },
      ],
    },
    { volumes: ["/data", "/etc:/etc:ro"], volumes_from: ["other"] },
  ],
  [
    { linked_to_service: [{ to_service: "hello", name: "h" }, { to_service: "/api/v1/service/unknown/" }] },
    { links: ["hello:h", "unknown"] },
  ],
])("%j", (body, fields) => {
  expect(fieldsIn(body, alone)).toEqual(fields);
});

test("a new service has only what differs from a default", () => {
  const body = { image: "nginx", autoredeploy: false, tags: [], autorestart: "OFF", privileged: true };
  expect(fieldsOfNew(body, alone)).toEqual({ image: "nginx", privileged: true });
});

test("a service is linked by its address, UUID or name, in its own stack or another", () => {
  const services = [
    { uuid: "u1", name: "db", stack: "services" },
    { uuid: "u2", name: "db", stack: "shop" },
    { uuid: "u3", name: "web", stack: "shop" },
  ] as never;
  const to = (to_service: string): unknown =>
    fieldsIn({ linked_to_service: [{ to_service }] }, { services, stack: "services" })["links"];
  expect(["/api/v1/service/u2/", "u1", "db", "db.shop", "web", "/api/app/v1/acme/service/u3/"].map(to)).toEqual([
    ["db.shop"],
    ["db"],
    ["db"],
    ["db.shop"],
    ["web.shop"],
    ["web.shop"],
  ]);
});
