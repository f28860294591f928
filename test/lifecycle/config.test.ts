import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { configVersion, readConfig, sidecarConfig } from "../../src/lifecycle/config.ts";
import { autodestroyValues, autorestartValues, isCompatible, type Policy } from "../../src/lifecycle/policy.ts";

const schema = JSON.parse(
  readFileSync(new URL("../../schema/autodestroy.schema.json", import.meta.url), "utf8"),
) as object;
const ajv = new Ajv({ allErrors: true, strict: true });
ajv.addVocabulary(["errorMessage", "enumDescriptions", "markdownDescription"]);
const validate = ajv.compile(schema);

const legal = autorestartValues
  .flatMap((autorestart) => autodestroyValues.map((autodestroy) => ({ autorestart, autodestroy })))
  .filter((policy) => isCompatible(policy) && policy.autodestroy !== "OFF");

const written = (config: unknown): Record<string, unknown> =>
  JSON.parse(JSON.stringify(config)) as Record<string, unknown>;
const good = (): Record<string, unknown> =>
  written(sidecarConfig("shop", new Map([["job", { autorestart: "OFF", autodestroy: "ON_SUCCESS" }]])));
const withJob = (job: unknown): Record<string, unknown> => ({ ...good(), services: { job } });

test("the schema is a valid one", () => {
  expect(ajv.validateSchema(schema)).toBe(true);
});

test("a config says all that the sidecar needs", () => {
  expect(good()).toEqual({
    version: configVersion,
    stack: "shop",
    settleSeconds: 10,
    removeVolumes: true,
    services: { job: { autorestart: "OFF", autodestroy: "ON_SUCCESS" } },
  });
});

test("a config says that it is for Swarm only where it is", () => {
  const config = written(sidecarConfig("shop", new Map(), { swarm: true }));
  expect(config).toMatchObject({ swarm: true });
  expect(validate(config)).toBe(true);
  expect(good()).not.toHaveProperty("swarm");
});

test.each(legal)("a config with $autorestart and $autodestroy is valid", (policy) => {
  validate(written(sidecarConfig("shop", new Map([["job", policy]]))));
  expect(validate.errors).toBeNull();
});

test("services keep their names, whatever they are", () => {
  const policy: Policy = { autorestart: "OFF", autodestroy: "ALWAYS" };
  const names = ["constructor", "toString", "db.master", "web-1", "0777"];
  const config = written(sidecarConfig("shop", new Map(names.map((name) => [name, policy]))));
  expect(Object.keys(config["services"] as object).toSorted()).toEqual(names.toSorted());
  expect(validate(config)).toBe(true);
});

describe("not a config", () => {
  test.each<readonly [string, unknown]>([
    ["an unknown key", { ...good(), interval: 5 }],
    ["version 2", { ...good(), version: 2 }],
    ["version as text", { ...good(), version: "1" }],
    ["no version", { ...good(), version: undefined }],
    ["an empty stack", { ...good(), stack: "" }],
    ["no stack", { ...good(), stack: undefined }],
    ["a stack in upper case", { ...good(), stack: "Shop" }],
    ["a stack that begins with a dash", { ...good(), stack: "-shop" }],
    ["a settle time below two seconds", { ...good(), settleSeconds: 1.9 }],
    ["a settle time as text", { ...good(), settleSeconds: "10" }],
    ["a word for removeVolumes", { ...good(), removeVolumes: "no" }],
    ["a word for swarm", { ...good(), swarm: "yes" }],
    ["services as a list", { ...good(), services: [] }],
    ["no services", { ...good(), services: undefined }],
    [
      "a service with a strange name",
      { ...good(), services: { "a b": { autorestart: "OFF", autodestroy: "ALWAYS" } } },
    ],
    ["a list", []],
    ["nothing", null],
    ["ALWAYS beside autodestroy ON_FAILURE", withJob({ autorestart: "ALWAYS", autodestroy: "ON_FAILURE" })],
    ["ALWAYS beside autodestroy ON_SUCCESS", withJob({ autorestart: "ALWAYS", autodestroy: "ON_SUCCESS" })],
    ["ALWAYS beside autodestroy ALWAYS", withJob({ autorestart: "ALWAYS", autodestroy: "ALWAYS" })],
    ["a service with autodestroy OFF", withJob({ autorestart: "OFF", autodestroy: "OFF" })],
    ["a policy in lower case", withJob({ autorestart: "off", autodestroy: "on-success" })],
    ["a service without autorestart", withJob({ autodestroy: "ALWAYS" })],
    ["a service without autodestroy", withJob({ autorestart: "OFF" })],
    ["an unknown key in a service", withJob({ autorestart: "OFF", autodestroy: "ALWAYS", exitCode: 0 })],
    ["a service without a policy", withJob(null)],
  ])("%s", (_, config) => {
    expect(validate(config === null ? null : written(config))).toBe(false);
  });
});

describe("many mistakes", () => {
  test("are counted beyond the tenth", () => {
    const services = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`s${index}`, null]));
    const { problems = [] } = readConfig(JSON.stringify({ ...good(), services }));
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)).toBe("and 99990 more mistakes");
  });

  test("ten are all told", () => {
    const services = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`s${index}`, null]));
    expect(readConfig(JSON.stringify({ ...good(), services })).problems).toHaveLength(10);
  });

  test("a mistake is told in a short sentence, however long the names are", () => {
    const long = "x".repeat(1_000_000);
    for (const config of [
      { ...good(), [long]: 1 },
      { ...good(), version: long },
      { ...good(), services: { [long]: null } },
      { ...good(), services: { [`${long} `]: null } },
      { ...good(), services: { [long]: { [long]: 1 } } },
      { ...good(), services: { [long]: { autorestart: "OFF", autodestroy: long } } },
      { ...good(), services: { [long]: { autorestart: "ALWAYS", autodestroy: "ALWAYS" } } },
    ]) {
      const { problems = [] } = readConfig(JSON.stringify(config));
      expect(problems.length).toBeGreaterThan(0);
      for (const problem of problems) expect(problem.length).toBeLessThan(300);
    }
  });
});
