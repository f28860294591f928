import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policyOf, readConfig } from "../../src/lifecycle/config.ts";
import { readNewConfig } from "../../src/sidecar/new-config.ts";
import { configOf, play, settle, stage } from "./stage.ts";

const ajv = new Ajv({ strict: true });
ajv.addVocabulary(["errorMessage", "enumDescriptions", "markdownDescription"]);
const isValid = ajv.compile(
  JSON.parse(readFileSync(new URL("../../schema/autodestroy.schema.json", import.meta.url), "utf8")) as object,
);

const good = (): Record<string, unknown> =>
  JSON.parse(JSON.stringify(configOf({ job: "OFF/ON_SUCCESS" }))) as Record<string, unknown>;
const withJob = (job: unknown): unknown => ({ ...good(), services: { job } });
const problemsOf = (value: unknown): readonly string[] => readConfig(JSON.stringify(value)).problems ?? [];

test("a config of the compiler is read as it is", () => {
  expect(readConfig(JSON.stringify(good()))).toEqual({ config: good() });
  expect(readConfig(JSON.stringify({ ...good(), swarm: true }))).toEqual({ config: { ...good(), swarm: true } });
});

describe("a config with mistakes is refused, with a sentence for each", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["an unknown key", { ...good(), interval: 5 }, ['the config has an unknown key `"interval"`']],
    ["version 2", { ...good(), version: 2 }, ["the config has version `2`, but this sidecar reads version 1 only"]],
    ["no version", { ...good(), version: undefined }, ["the config has no `version`"]],
    [
      "an empty stack",
      { ...good(), stack: "" },
      ["`stack` is empty, so the sidecar would remove containers of every stack"],
    ],
    [
      "a strange stack",
      { ...good(), stack: "Shop" },
      ["`stack` must be a name of lowercase letters, digits, `-` and `_`"],
    ],
    ["no time to settle", { ...good(), settleSeconds: 1 }, ["`settleSeconds` must be a number from 2 to 3600"]],
    [
      "an hour and more to settle",
      { ...good(), settleSeconds: 3601 },
      ["`settleSeconds` must be a number from 2 to 3600"],
    ],
    ["a word for removeVolumes", { ...good(), removeVolumes: "no" }, ["`removeVolumes` must be true or false"]],
    ["a word for swarm", { ...good(), swarm: "yes" }, ["`swarm` must be true or false"]],
    ["a list of services", { ...good(), services: [] }, ["`services` must be a mapping of service names to policies"]],
    ["a strange service", { ...good(), services: { "a b": {} } }, ['`"a b"` is not a valid service name']],
    [
      "ALWAYS beside autodestroy",
      withJob({ autorestart: "ALWAYS", autodestroy: "ON_SUCCESS" }),
      ["service `job`: `autorestart: ALWAYS` cannot be combined with `autodestroy: ON_SUCCESS`"],
    ],
    [
      "autodestroy OFF",
      withJob({ autorestart: "OFF", autodestroy: "OFF" }),
      ["service `job`: `autodestroy` must be `ON_FAILURE`, `ON_SUCCESS`, or `ALWAYS`"],
    ],
    [
      "no autorestart",
      withJob({ autodestroy: "ALWAYS" }),
      ["service `job`: `autorestart` must be `OFF` or `ON_FAILURE`"],
    ],
    [
      "a method for a policy",
      withJob({ autorestart: "OFF", autodestroy: "toString" }),
      ["service `job`: `autodestroy` must be `ON_FAILURE`, `ON_SUCCESS`, or `ALWAYS`"],
    ],
    [
      "an unknown key of a service",
      withJob({ autorestart: "OFF", autodestroy: "ALWAYS", x: 1 }),
      ['service `job` has an unknown key `"x"`'],
    ],
    ["nothing for a service", withJob(null), ["service `job` must have `autorestart` and `autodestroy`"]],
    [
      "two mistakes",
      { ...good(), stack: 1, version: "1" },
      [
        'the config has version `"1"`, but this sidecar reads version 1 only',
        "`stack` must be a name of lowercase letters, digits, `-` and `_`",
      ],
    ],
    ["a list", [], ["the config must be a mapping"]],
    ["nothing", null, ["the config must be a mapping"]],
  ])("%s", (_, value, expected) => {
    expect(problemsOf(value)).toEqual(expected);
  });
  test("text that is no JSON, and a number without end", () => {
    expect(readConfig("{")).toEqual({ problems: ["the config is not JSON"] });
    expect(readConfig("")).toEqual({ problems: ["the config is not JSON"] });
    expect(readConfig(JSON.stringify(good()).replace('"settleSeconds":10', '"settleSeconds":1e999')).problems).toEqual([
      "`settleSeconds` must be a number from 2 to 3600",
    ]);
  });
});

test("reader and schema accept the same configs", () => {
  const key = fc.constantFrom(
    "$schema",
    "comment",
    "version",
    "stack",
    "settleSeconds",
    "removeVolumes",
    "swarm",
    "services",
    "constructor",
    "__proto__",
  );
  const value = fc.oneof(
    fc.constantFrom<unknown>(1, 2, 10, 3600, 3601, "", "shop", "Shop", true, null, "__delete__"),
    fc.jsonValue(),
  );
  const word = fc.constantFrom("OFF", "ON_FAILURE", "ON_SUCCESS", "ALWAYS", "off", "constructor");
  const name = fc.constantFrom("job", "constructor", "__proto__", "toString", "x-job", "a b", "", "0");
  const job = fc.oneof(fc.record({ autorestart: word, autodestroy: word }, { requiredKeys: [] }), fc.jsonValue());
  const text = fc
    .tuple(fc.array(fc.tuple(key, value), { maxLength: 2 }), fc.array(fc.tuple(name, job), { maxLength: 3 }))
    .map(([changes, services]) => {
      const entries = new Map(Object.entries(good()));
      entries.set("services", Object.fromEntries(services));
      for (const [changed, to] of changes)
        if (to === "__delete__") entries.delete(changed);
        else entries.set(changed, to);
      return JSON.stringify(Object.fromEntries(entries));
    });
  let accepted = 0;
  fc.assert(
    fc.property(text, (config) => {
      const { problems } = readConfig(config);
      accepted += problems ? 0 : 1;
      expect(problems === undefined).toBe(isValid(JSON.parse(config)));
    }),
    { numRuns: 3000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test("only what the config names has a policy", () => {
  const { config } = readConfig(JSON.stringify(configOf({ job: "OFF/ALWAYS", constructor: "OFF/ON_FAILURE" })));
  expect(policyOf(config!, "constructor")).toEqual({ autorestart: "OFF", autodestroy: "ON_FAILURE" });
  for (const name of ["toString", "__proto__", "hasOwnProperty", "", "Job"])
    expect(policyOf(config!, name)).toBeUndefined();
  for (const name of ["toString", "__proto__", "hasOwnProperty"])
    expect(policyOf({ ...configOf({}), services: {} }, name)).toBeUndefined();
});

describe("a config that changes", () => {
  test("is taken at once, for containers that settle too", async () => {
    const { engine, clock, sidecar } = await play(stage(configOf({ job: "OFF/ALWAYS" })));
    const [job, other] = [engine.run(), engine.run({ service: "other" })];
    for (const id of [job, other]) engine.exit(id, 0);
    await clock.pass(settle - 1);
    sidecar.reconfigure(configOf({ other: "OFF/ALWAYS" }));
    await clock.pass(settle + 1);
    expect([engine.has(job), engine.has(other)]).toEqual([true, false]);
  });
  test("to another name of the stack changes nothing: the project stays the same", async () => {
    const { engine, clock, sidecar } = await play(stage());
    sidecar.reconfigure(configOf({ job: "OFF/ALWAYS" }, "app"));
    await clock.pass(1);
    const [shop, app] = [engine.run(), engine.run({ project: "app" })];
    for (const id of [shop, app]) engine.exit(id, 0);
    await clock.pass(settle + 1);
    expect([engine.has(shop), engine.has(app)]).toEqual([false, true]);
  });
  test("to Swarm is taken too: the containers of the project are left alone then", async () => {
    const { engine, clock, sidecar } = await play(stage());
    sidecar.reconfigure({ ...configOf({ job: "OFF/ALWAYS" }), swarm: true });
    await clock.pass(1);
    const id = engine.run();
    engine.exit(id, 0);
    await clock.pass(settle + 1);
    expect(engine.has(id)).toBe(true);
  });
  test("to a longer settle time is obeyed", async () => {
    const { engine, clock, sidecar } = await play(stage());
    const id = engine.run();
    engine.exit(id, 0);
    await clock.pass(settle - 1);
    sidecar.reconfigure({ ...configOf({ job: "OFF/ALWAYS" }), settleSeconds: 30 });
    await clock.pass(20);
    expect(engine.has(id)).toBe(true);
    await clock.pass(2);
    expect(engine.has(id)).toBe(false);
  });
  test("with mistakes changes nothing but the log, and the same one not even that", async () => {
    const { engine, clock, sidecar, said, logged } = await play(stage());
    const before = logged.length;
    const take = (text: string): void => {
      const config = readNewConfig(text, (entry) => logged.push(entry));
      if (config) sidecar.reconfigure(config);
    };
    take(JSON.stringify(configOf({ job: "OFF/ALWAYS" }), undefined, 2));
    expect(logged).toHaveLength(before);
    take("{");
    take(JSON.stringify({ ...configOf({}), stack: "" }));
    expect(said("config refused").map(({ level }) => level)).toEqual(["error", "error"]);
    engine.exit(engine.run(), 0);
    await clock.pass(settle + 1);
    expect(engine.asked("remove")).toBe(1);
    expect(engine.asked("connect")).toBe(1);
  });
});
