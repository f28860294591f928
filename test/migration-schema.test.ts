import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { targets } from "../src/targets/index.ts";
import { caseNames, pathOf, stackFileOf } from "./support/fixtures.ts";
import { expectSound } from "./support/markdown.ts";
import { MemoryFiles, run } from "./support/memory-io.ts";

interface Schema {
  readonly $schema: string;
  readonly definitions: Readonly<Record<string, object>>;
}

const schemaOf = (name: string): Schema =>
  JSON.parse(readFileSync(pathOf("..", "schema", `${name}.schema.json`), "utf8")) as Schema;
const schema = schemaOf("migration");
const ajv = new Ajv({ allErrors: true, strict: true });
const isValid = ajv.compile(schema);

test("the schema is valid by the meta schema of draft-07", () => {
  expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
  expect(ajv.validateSchema(schema)).toBe(true);
});

test("its diagnostics are those of reports", () => {
  const { stack: _, ...others } = schema.definitions;
  expect(others).toEqual(schemaOf("report").definitions);
});

/** The stack files of fixtures and examples, by a path for each. */
async function stackFiles(): Promise<readonly (readonly [path: string, text: Buffer])[]> {
  const cases = ["compile", "diagnostics"].flatMap((kind) =>
    // What a program makes is too large to be worth the time.
    caseNames(kind).flatMap((name) => (existsSync(pathOf(kind, name, "stack.mjs")) ? [] : [[kind, name] as const])),
  );
  const examples = readdirSync(pathOf("..", "examples")).map((name) => ["../examples", name] as const);
  return Promise.all(
    [...cases, ...examples].map(
      async ([kind, name]) =>
        [`/shop/${kind.replace("../", "")}-${name}/stack.yml`, await stackFileOf(pathOf(kind, name))] as const,
    ),
  );
}

describe.each(Object.keys(targets))("all fixtures and examples, for %s", async (target) => {
  const all = await stackFiles();
  const paths = all.map(([path]) => path);
  const migrate = (...args: readonly string[]): string =>
    run(["migrate", "--target", target, ...args, ...paths], { files: new MemoryFiles(Object.fromEntries(all)) }).stdout;

  test("make a document that the schema describes", () => {
    const document = JSON.parse(migrate("--format", "json")) as {
      readonly verdicts: Readonly<Record<string, number>>;
      readonly stacks: readonly { readonly verdict: string }[];
    };
    isValid(document);
    expect(isValid.errors ?? []).toEqual([]);
    expect(document.stacks.length).toBe(all.length);
    for (const [verdict, count] of Object.entries(document.verdicts)) {
      expect(count).toBeGreaterThan(0);
      expect(document.stacks.filter((stack) => stack.verdict === verdict).length).toBe(count);
    }
  });

  test("make a sound page", () => {
    expectSound(migrate());
  });
});

test.each([
  { what: "another version", change: { version: 2 } },
  { what: "a member more", change: { more: true } },
  { what: "an unknown verdict", change: { stacks: [{ verdict: "fine" }] } },
])("$what is not valid", ({ change }) => {
  const { stdout } = run(["migrate", "-", "--format", "json"], { stdin: "web:\n  image: nginx\n" });
  const document = JSON.parse(stdout) as object;
  expect(isValid(document)).toBe(true);
  expect(isValid({ ...document, ...change })).toBe(false);
});
