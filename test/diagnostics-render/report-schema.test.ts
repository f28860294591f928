import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { argumentsOf, caseNames, pathOf, stackFileOf } from "../support/fixtures.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";

const schema = JSON.parse(readFileSync(pathOf("..", "schema", "report.schema.json"), "utf8")) as {
  readonly $schema: string;
};
const ajv = new Ajv({ allErrors: true, strict: true });
const isValid = ajv.compile(schema);

function expectValid(text: string): void {
  isValid(JSON.parse(text));
  expect(isValid.errors ?? []).toEqual([]);
}

test("the schema is valid by the meta schema of draft-07", () => {
  expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
  expect(ajv.validateSchema(schema)).toBe(true);
});

test.each(["diagnostics", "compile"].flatMap((kind) => caseNames(kind).map((name) => [kind, name] as const)))(
  "the report on %s/%s is valid",
  async (kind, name) => {
    const folder = pathOf(kind, name);
    const world = { files: new MemoryFiles({ "/shop/stack.yml": await stackFileOf(folder) }) };
    expectValid(run(["compile", "--format", "json", ...argumentsOf(folder)], world).stderr);
    const interpolate = argumentsOf(folder).filter((argument) => argument === "--interpolate");
    expectValid(run(["validate", "--format", "json", ...interpolate], world).stdout);
  },
);

test.each([
  { what: "another version", change: { version: 2 } },
  { what: "a field more", change: { more: true } },
  { what: "a count below zero", change: { errors: -1 } },
  {
    what: "a diagnostic without a place",
    change: {
      diagnostics: [{ code: "a", severity: "error", message: "m", file: "f", labels: [], notes: [], help: [] }],
    },
  },
])("$what is not valid", ({ change }) => {
  const report = JSON.parse(run(["validate", "-", "--format", "json"], { stdin: "web:\n" }).stdout) as object;
  expect(isValid({ ...report, ...change })).toBe(false);
});
