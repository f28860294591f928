import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile, validate } from "../../src/compile.ts";
import { autodestroyValues, autorestartValues, isCompatible } from "../../src/lifecycle/policy.ts";
import { fieldNames } from "../../src/stack/fields.ts";
import { foreignFields } from "../../src/stack/foreign-fields.ts";
import { composeSections } from "../../src/stack/recognise.ts";
import { validate as generatedValidator } from "../../src/stack/validator.generated.ts";

type Schema = { readonly [keyword: string]: unknown };
type Schemas = Readonly<Record<string, Schema>>;
type Service = Schema & {
  readonly properties: Schemas;
  readonly patternProperties: Schemas;
  readonly allOf: readonly Schema[];
};

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const text = read("schema/stack.schema.json");
const schema = JSON.parse(text) as Schema & { readonly definitions: { readonly service: Service } };
const { properties, allOf: rules } = schema.definitions.service;
const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false });
ajv.addVocabulary(["errorMessage", "enumDescriptions", "defaultSnippets", "markdownDescription"]);
const isValid = ajv.compile(schema);
const validator = generatedValidator as unknown as (data: unknown) => boolean;

test("it is valid by the meta schema of draft-07", () => {
  expect(schema["$schema"]).toBe("http://json-schema.org/draft-07/schema#");
  expect(ajv.validateSchema(schema)).toBe(true);
});

test("the generated validator is up to date", async () => {
  const script = new URL("../../scripts/generate-validator.mjs", import.meta.url);
  const { generateValidator } = (await import(script.href)) as {
    readonly generateValidator: (schemaText: string, schemaName: string) => string;
  };
  expect(
    read("src/stack/validator.generated.ts") === generateValidator(text, "stack.schema.json"),
    "run `npm run generate`",
  ).toBe(true);
});

test("it has the fields that the compiler knows, and no others", () => {
  expect(Object.keys(properties).toSorted()).toEqual([...fieldNames].toSorted());
});

test.each(Object.entries(properties))("%s is described, and says what is expected", (field, property) => {
  expect(property["description"]).toEqual(expect.stringMatching(/^.{20,}\.$|^.{10,}[.\w`]$/));
  expect(messagesIn(property).length).toBeGreaterThan(0);
  expect(property["title"]).toBe(field);
});

test.each(Object.entries(properties))("the examples and the default of %s are valid", (field, property) => {
  const examples = [
    ...((property["examples"] as unknown[] | undefined) ?? []),
    ...("default" in property ? [property["default"]] : []),
  ];
  for (const example of examples)
    expect(isValid({ web: { image: "nginx", [field]: example } }), JSON.stringify(example)).toBe(true);
});

test.each(nodesIn(schema).filter((node) => "enumDescriptions" in node))(
  "every value of an enum has its description",
  ({ enum: values, enumDescriptions }) => {
    const texts = enumDescriptions as readonly unknown[];
    expect(texts).toEqual((values as readonly unknown[]).map(() => expect.stringMatching(/^[A-Z].{10,}\.$/)));
    expect(new Set(texts).size).toBe(texts.length);
  },
);

test("fields that know a few values only describe each", () => {
  for (const [field, property] of Object.entries(properties)) {
    const offering = [property, ...((property["anyOf"] as Schema[] | undefined) ?? [])].filter(
      (node) => "enum" in node,
    );
    expect(
      offering.map((node) => "enumDescriptions" in node),
      field,
    ).toEqual(offering.map(() => true));
  }
});

test("a description that shows code has a form in which editors show it as code", () => {
  for (const { description, markdownDescription: markdown = "" } of nodesIn(schema) as readonly {
    description?: unknown;
    markdownDescription?: string;
  }[]) {
    if (typeof description !== "string") continue;
    if (description.includes("`")) expect(markdown, description).not.toBe("");
    if (markdown !== "")
      expect(markdown.replaceAll("`", "").startsWith(description.replaceAll("`", "")), description).toBe(true);
  }
});

test("editors name every field that stack files never had, as the compiler does", () => {
  const refused = rules.flatMap(({ properties, errorMessage }) =>
    properties ? [[Object.keys(properties), errorMessage]] : [],
  );
  expect(refused).toEqual(
    [...foreignFields].map(([name, instead]) => [[name], `stack files have no field \`${name}\`: ${instead}`]),
  );
  const [pattern = ""] = Object.keys(schema.definitions.service.patternProperties);
  expect(pattern).toBe(`^(${[...foreignFields.keys()].join("|")})$`);
});

test("editors know every section of a Compose file, as the compiler does", () => {
  const [pattern = ""] = Object.keys(schema["patternProperties"] as object);
  expect(pattern.slice(2, -2).split("|").toSorted()).toEqual([...composeSections].toSorted());
  for (const name of composeSections) {
    expect(isValid({ web: { image: "nginx" }, [name]: { web: {} } }), name).toBe(false);
    expect(isValid({ [name]: { image: "nginx" } }), name).toBe(true);
  }
});

test("editors tell a field at the top level from a service, unless Compose files have a section of that name", () => {
  const [, pattern = ""] = Object.keys(schema["patternProperties"] as object);
  expect(pattern).toBe(
    `^(${Object.keys(properties)
      .filter((field) => !composeSections.has(field))
      .join("|")})$`,
  );
});

test("what is for editors only neither adds nor takes away a mistake", () => {
  const field = fc.constantFrom(
    "image",
    "links",
    "autodestroy",
    "autorestart",
    "privileged",
    "cpu_shares",
    "build",
    "name",
    "depends_on",
    "x-y",
    "other",
  );
  // The grammar of images is for editors only, too: it refuses `ALWAYS`, as the compiler does after the schema.
  const value = fc.constantFrom("nginx", "always", true, null, 1, -1, {});
  const service = fc.oneof(
    fc.dictionary(field, value),
    fc.constantFrom<unknown>(null, "3", 3, [], [{}], { image: "nginx" }, { web: { image: "nginx" } }),
  );
  const name = fc.constantFrom("web", ...composeSections, "image", "x-base", ".base", "a/b", "build");
  const sound = fc.record({ image: fc.constant("nginx"), privileged: fc.boolean() });
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(name, service), fc.dictionary(name, sound), service), (root) => {
      expect(validator(root)).toBe(isValid(root));
    }),
    { numRuns: 2000 },
  );
});

test("editors never see `oneOf`, nor `not` at the rule", () => {
  expect(keywordsIn(schema)).not.toContain("oneOf");
  expect(keywordsIn(rules)).not.toContain("not");
});

test("`not` occurs only in the branch that accepts false", () => {
  const withNot = Object.entries(properties).filter(([, property]) => keywordsIn(property).includes("not"));
  expect(withNot.map(([field]) => field)).toEqual(["autorestart", "restart", "autodestroy"]);
  for (const [field] of withNot) {
    expect(accepts(field, false), field).toBe(true);
    for (const value of [true, null, 0, 1, [], {}, "", "false"])
      expect(accepts(field, value), `${field}: ${JSON.stringify(value)}`).toBe(false);
  }
});

describe("words", () => {
  const words = Object.entries(properties).flatMap(([field, property]) =>
    enumsIn(property).map((word) => ({ field, word })),
  );

  test("there are as many as the reference says", () => {
    expect(
      Object.fromEntries(
        Object.entries(properties).flatMap(([field, property]) =>
          enumsIn(property).length ? [[field, enumsIn(property)]] : [],
        ),
      ),
    ).toEqual({
      deployment_strategy: ["EMPTIEST_NODE", "HIGH_AVAILABILITY", "EVERY_NODE"],
      autorestart: ["OFF", "ON_FAILURE", "ALWAYS"],
      restart: ["OFF", "ON_FAILURE", "ALWAYS"],
      autodestroy: ["OFF", "ON_FAILURE", "ON_SUCCESS", "ALWAYS"],
      net: ["bridge", "host"],
      pid: ["host"],
    });
  });

  test.each([
    ...words,
    { field: "restart", word: "no" },
    { field: "autorestart", word: "no" },
    { field: "autodestroy", word: "no" },
  ])("$field: $word in any case, with - or _", ({ field, word }) => {
    for (const spelling of [word, word.toUpperCase(), word.toLowerCase(), mixed(word)]) {
      for (const written of [spelling, spelling.replaceAll("_", "-")])
        expect(accepts(field, written), written).toBe(true);
    }
  });

  test.each(words)("$field: nothing around or inside $word", ({ field, word }) => {
    for (const written of [` ${word}`, `${word} `, `${word}\n`, `x${word}`, `${word}x`, word.slice(1)])
      expect(accepts(field, written), JSON.stringify(written)).toBe(false);
  });

  test.each([
    ["autorestart", "on-failure:5", true],
    ["restart", "ON_FAILURE:12", true],
    ["restart", "on-failure:", false],
    ["restart", "on-failure:-1", false],
    ["restart", "on-failure:x", false],
    ["restart", "always:5", false],
    ["restart", "unless-stopped", false],
    ["autorestart", "ON_SUCCESS", false],
    ["autodestroy", "on-failure:5", false],
    ["roles", ["global"], true],
    ["roles", ["GLOBAL"], true],
    ["roles", ["local"], false],
  ])("%s: %j is %s", (field, value, expected) => {
    expect(accepts(field, value)).toBe(expected);
  });
});

describe("autorestart ALWAYS beside autodestroy", () => {
  const always = ["ALWAYS", "always", "Always"];
  const destroying = ["ON_FAILURE", "on-failure", "ON_SUCCESS", "On-Success", "ALWAYS", "always"];
  const cases = ["autorestart", "restart"].flatMap((field) =>
    always.flatMap((word) => destroying.map((autodestroy) => ({ field, word, autodestroy }))),
  );

  test.each(cases)(
    "$field: $word, autodestroy: $autodestroy is one finding, at autodestroy",
    ({ field, word, autodestroy }) => {
      isValid({ job: { image: "busybox", [field]: word, autodestroy } });
      expect(
        (isValid.errors ?? []).filter(({ keyword }) => keyword !== "if").map(({ instancePath }) => instancePath),
      ).toEqual(["/job/autodestroy"]);
      const found = validate(`job:\n  image: busybox\n  ${field}: ${word}\n  autodestroy: ${autodestroy}\n`);
      expect(found.map(({ code, labels }) => [code, ...labels.map(({ start }) => start.line)])).toEqual([
        ["incompatible-policies", 4, 3],
      ]);
    },
  );

  test("both names of the setting are still one finding", () => {
    const found = validate("job:\n  image: busybox\n  autorestart: ALWAYS\n  restart: always\n  autodestroy: ALWAYS\n");
    expect(found.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual([
      "incompatible-policies",
    ]);
  });

  test.each(["OFF", "off", "no", "No", false])("autodestroy: %s is none", (autodestroy) => {
    for (const field of ["autorestart", "restart"])
      for (const word of always) expect(isValid({ job: { image: "busybox", [field]: word, autodestroy } })).toBe(true);
    expect(validate(`job:\n  image: busybox\n  autorestart: ALWAYS\n  autodestroy: ${autodestroy}\n`)).toEqual([]);
  });

  test("every value goes with another restart", () => {
    for (const restart of ["OFF", "no", false, "ON_FAILURE", "on-failure:3"])
      for (const autodestroy of ["OFF", "ON_FAILURE", "ON_SUCCESS", "ALWAYS"])
        expect(isValid({ job: { image: "busybox", restart, autodestroy } })).toBe(true);
  });
});

test("whatever the services are, the schema and the compiler agree about them", () => {
  const value = fc.oneof(
    fc.constantFrom("ALWAYS", "OFF", "on-failure", "host", "80", 80, 0, -1, true, false, null),
    fc.string(),
    fc.array(fc.string()),
    fc.dictionary(fc.string(), fc.string()),
  );
  const service = fc.dictionary(fc.constantFrom(...fieldNames), value).map((some) => ({ ...some, image: "nginx" }));
  const shapeCodes = new Set(["wrong-type", "wrong-value", "empty-field", "incompatible-policies", "bad-variable"]);
  fc.assert(
    fc.property(service, (web) => {
      const found = validate(JSON.stringify({ web }));
      expect(found.some(({ code }) => shapeCodes.has(code))).toBe(!isValid({ web }));
    }),
  );
});

function accepts(field: string, value: unknown): boolean {
  return isValid({ web: { image: "nginx", [field]: value } });
}

function mixed(word: string): string {
  return word.toUpperCase().replace(/(.)(.)/g, (_, upper: string, lower: string) => upper + lower.toLowerCase());
}

function nodesIn(value: unknown): readonly Schema[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(nodesIn);
  return Array.isArray(value) ? inner : [value as Schema, ...inner];
}

function keywordsIn(value: unknown): readonly string[] {
  return nodesIn(value).flatMap((node) => Object.keys(node));
}

function messagesIn(property: Schema): readonly unknown[] {
  return nodesIn(property).flatMap((node) => ("errorMessage" in node ? [node["errorMessage"]] : []));
}

function enumsIn(property: Schema): readonly string[] {
  return nodesIn(property).flatMap((node) =>
    ((node["enum"] as unknown[] | undefined) ?? []).filter((word) => typeof word === "string"),
  );
}

test("the schema refuses exactly the pairs that the lifecycle table refuses", () => {
  for (const autorestart of autorestartValues) {
    for (const autodestroy of autodestroyValues) {
      const codes = compile(`job:\n  image: busybox\n  autorestart: ${autorestart}\n  autodestroy: ${autodestroy}\n`, {
        name: "shop",
      }).diagnostics.map(({ code }) => code);
      expect(codes.includes("incompatible-policies"), `${autorestart} and ${autodestroy}`).toBe(
        !isCompatible({ autorestart, autodestroy }),
      );
    }
  }
});
