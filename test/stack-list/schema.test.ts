import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parseStackList } from "../../src/stack-list/parse.ts";
import { settleLimits } from "../../src/lifecycle/config.ts";
import { targets } from "../../src/targets/index.ts";
import { run } from "../support/memory-io.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const text = read("schema/stacks.schema.json");
const schema = JSON.parse(text) as {
  readonly definitions: { readonly stack: { readonly properties: Readonly<Record<string, Record<string, unknown>>> } };
};
const { properties } = schema.definitions.stack;
const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false });
ajv.addVocabulary(["errorMessage", "enumDescriptions"]);
const isValid = ajv.compile(schema);

test("it is valid by the meta schema of draft-07", () => {
  expect(ajv.validateSchema(schema)).toBe(true);
});

test("the generated validator is up to date", async () => {
  const script = new URL("../../scripts/generate-validator.mjs", import.meta.url);
  const { generateValidator } = (await import(script.href)) as {
    readonly generateValidator: (schemaText: string, schemaName: string) => string;
  };
  const isSame = read("src/stack-list/validator.generated.ts") === generateValidator(text, "stacks.schema.json");
  expect(isSame, "run `npm run generate`").toBe(true);
});

test.each(Object.entries(properties))("%s is described", (name, { title, description }) => {
  expect(title).toBe(name);
  expect(description).toEqual(expect.stringMatching(/^.{15,}\.$/));
});

test("every option of `compile` about one stack is a setting", () => {
  const options = [...run(["compile", "--help"]).stdout.matchAll(/^ +(?:-\w, )?--([\w-]+)/gm)].map(([, name]) => name!);
  const ofRun = "strict max-warnings quiet format stdin-filename check no-header force print help".split(" ");
  const settings = options
    .filter((name) => !ofRun.includes(name))
    .map((name) => name.replace(/-./g, ([, letter]) => letter!.toUpperCase()));
  expect(settings.toSorted()).toEqual(
    Object.keys(properties)
      .filter((name) => name !== "file")
      .toSorted(),
  );
});

test("it has the targets and the limits of the compiler", () => {
  expect(properties["target"]!["enum"]).toEqual(Object.keys(targets));
  expect([properties["settle"]!["minimum"], properties["settle"]!["maximum"]]).toEqual(Object.values(settleLimits));
});

describe("editors and the compiler agree", () => {
  test.each([
    ["a stack", { file: "stack.yml" }, true],
    [
      "all settings",
      { file: "a b/stäck.yml", name: "Shop", target: "swarm", output: ".", interpolate: true, linkVariables: true },
      true,
    ],
    ["the sidecar", { file: "s.yml", sidecar: "none", sidecarImage: "a/b:1", settle: 2.5, keepVolumes: true }, true],
    ["no runs", { file: "s.yml", runs: "none" }, true],
    ["runs elsewhere", { file: "s.yml", runs: "/srv" }, false],
    ["paths of the machine", { file: "s.yml", socket: "/run/docker.sock", metrics: "./metrics" }, true],
    ["allowed warnings", { file: "s.yml", allow: ["not-in-target:tags", "dead-name"] }, true],
    ["a name that only looks like a way out", { file: "..stack/stack..yml" }, true],
    ["no file", {}, false],
    ["an empty file", { file: "" }, false],
    ["a way out", { file: "a/../../stack.yml" }, false],
    ["a way out at the end", { file: "stack.yml", output: "a/.." }, false],
    ["an absolute path", { file: "/stack.yml" }, false],
    ["a path of Windows", { file: "C:stack.yml" }, false],
    ["a path with backslashes", { file: "..\\stack.yml" }, false],
    ["a path with a line end", { file: "a\nb" }, false],
    ["a list of files", { file: ["stack.yml"] }, false],
    ["one warning without a list", { file: "stack.yml", allow: "dead-name" }, false],
    ["an unknown setting", { file: "stack.yml", force: true }, false],
  ])("%s", (_, stack, expected) => {
    expect(isValid({ stacks: [stack] })).toBe(expected);
    const { stacks, diagnostics } = parseStackList({
      name: "tutum-stack.json",
      text: JSON.stringify({ stacks: [stack] }),
    });
    expect(stacks !== undefined).toBe(expected);
    expect(diagnostics?.map(({ code }) => code)).toEqual(expected ? undefined : ["bad-config"]);
  });
});

test("tabs and escapes are JSON as any other", () => {
  const { stacks } = parseStackList({
    name: "tutum-stack.json",
    text: '{\r\n\t"stacks": [\t{ "file": "a\\/b\\u002eyml" }\n]}',
  });
  expect(stacks).toEqual([{ file: "a/b.yml", allow: [] }]);
});
