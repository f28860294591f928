import { afterAll, beforeAll, expect, test } from "vitest";
import { validate } from "../../src/compile.ts";
import { shapeCodes } from "../../src/diagnostics/catalogue/shape.ts";
import { caseNames, expectFile, pathOf, stackFileOf } from "../support/fixtures.ts";
import { compare, type Comparison } from "./differences.ts";
import { openEditor, type Editor } from "./editor.ts";
import { schemaUrl } from "./schemas.ts";

let editor: Editor;

beforeAll(async () => {
  editor = await openEditor({ schemas: { [schemaUrl("stack")]: "**/stack.yml" } });
});

afterAll(() => editor.close());

const slip = "The compiler names the slip, an editor what comes of it in the lines that it can read.";

const partOfImage = "The compiler marks the part of the image that is wrong, an editor the whole name.";

/** Why the two differ in the fixtures whose names begin with a code. */
const reasons: Readonly<Record<string, string>> = {
  "bad-image": partOfImage,
  "dollar-before-a-default": partOfImage,
  "dollar-interpolated": partOfImage,
  "variable-in-command.forms": partOfImage,
  "missing-quote.comment": slip,
  "bad-variable.separator": "The schema says nothing about the names in a mapping.",
  "empty-field": "The compiler marks the key, an editor the value, which is empty.",
  "empty-service": "The compiler marks the key, an editor the value, which is empty.",
  "indented-file": slip,
  "missing-dash": slip,
  "missing-space": slip,
  "missing-colon": slip,
  "uneven-indentation": slip,
  "unquoted-text": slip,
  "unusual-space": slip,
  "stray-line": slip,
  "conflict-marker": slip,
  "template-placeholder": slip,
  "nested-too-deep": "An editor checks what it can read; the compiler refuses the file before that.",
  "no-services": "A file of nothing but templates breaks no rule of the schema.",
  "not-a-service": "The compiler marks the key, an editor the value.",
  "not-a-stack-file":
    "The compiler says in one finding what kind of file it is, an editor what is wrong with each key.",
  "not-indented": "The compiler says in one finding which fields have slipped, an editor marks each of them.",
  "tab-indentation": "An editor checks what it can read of a file that is not valid YAML; the compiler does not guess.",
  "too-many-aliases": "An editor checks what it can read; the compiler refuses the file before that.",
  "unknown-field.image": "The compiler takes `imagee` for the image, an editor misses that.",
  "unnamed-service": "The compiler says in one finding which fields have no service, an editor marks each of them.",
};

/** Here the server runs out of stack, and says something or nothing. */
const notCompared = new Set(["recursive-alias"]);

/**
 * The compiler's findings about the shape of a file, which the schema gives it, and those of an editor, which are not
 * about YAML itself.
 */
async function compareCase(kind: string, name: string): Promise<Comparison> {
  const text = (await stackFileOf(pathOf(kind, name))).toString();
  const findings = await editor.findings(text);
  return compare(
    validate(text).filter(
      ({ code, severity }) =>
        (code in shapeCodes || code === "bad-variable" || code === "bad-image") && severity === "error",
    ),
    findings.filter(({ source }) => source?.startsWith("yaml-schema:")),
  );
}

test("every finding that the compiler has from the schema is the same in an editor, but for those listed in differences.md", async () => {
  const names = ["diagnostics", "compile"].flatMap((kind) =>
    caseNames(kind).flatMap((name) => (notCompared.has(name) ? [] : [{ kind, name }])),
  );
  const cases = await Promise.all(
    names.map(async ({ kind, name }) => ({ name: `${kind}/${name}`, slug: name, ...(await compareCase(kind, name)) })),
  );
  const explained = cases.flatMap(({ name, slug, alone }) =>
    alone.map((finding) => ({ ...finding, name, because: Object.keys(reasons).find((key) => slug.startsWith(key)) })),
  );
  expect(explained.filter(({ because }) => because === undefined)).toEqual([]);
  expect(Object.keys(reasons).filter((key) => !explained.some(({ because }) => because === key))).toEqual([]);
  expectFile(pathOf("editor", "differences.md"), pageOf(cases));
});

function pageOf(cases: readonly (Comparison & { readonly name: string; readonly slug: string })[]): string {
  const same = cases.flatMap(({ name, same }) =>
    same.map(({ place, message }) => `| ${name} | ${place} | ${message} |`),
  );
  const reworded = cases.flatMap(({ name, reworded }) =>
    reworded.map(({ place, compiler, editor: other }) => `| ${name} | ${place} | ${compiler} | ${other} |`),
  );
  const alone = Object.entries(reasons).flatMap(([key, reason]) => [
    "",
    reason,
    "",
    ...cases
      .filter(({ slug }) => slug.startsWith(key))
      .flatMap(({ name, alone }) => alone.map(({ by, place, message }) => `* ${name}, ${place}, ${by}: ${message}`)),
  ]);
  return `# What the compiler and an editor say

Written by \`npm run bless\` over the stack files of test/diagnostics and test/compile, but not over
${[...notCompared].map((name) => `test/diagnostics/${name}`).join(", ")}, on which the server runs out of stack and says something or nothing. The editor is yaml-language-server with
schema/stack.schema.json. A finding is compared by the place where it begins and by its words, but for the name of the service.

## The same (${same.length})

| file | place | message |
|---|---|---|
${same.join("\n")}

## The same place, in other words (${reworded.length})

The compiler names the service and the field; the texts of a schema are fixed.

| file | place | compiler | editor |
|---|---|---|---|
${reworded.join("\n")}

## By one of them only, or at another place
${alone.join("\n")}
`;
}
