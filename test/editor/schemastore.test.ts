import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Ajv, type ValidateFunction } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { validate } from "../../src/compile.ts";
import { openEditor, type Editor } from "./editor.ts";
import { fields, schemaUrl, valuesOf } from "./schemas.ts";

const folder = fileURLToPath(new URL("../../schema/schemastore", import.meta.url));
const read = (...path: readonly string[]): string => readFileSync(join(folder, ...path), "utf8");
const schema = JSON.parse(readFileSync(new URL(schemaUrl("stack")), "utf8")) as {
  readonly $schema: string;
};
const entry = JSON.parse(read("catalog-entry.json")) as {
  readonly name: string;
  readonly description: string;
  readonly fileMatch: readonly string[];
  readonly url: string;
};
const { options } = JSON.parse(read("schema-validation.json")) as {
  readonly options: Readonly<Record<string, { readonly unknownKeywords: readonly string[] }>>;
};

/** The keywords beyond draft-07 that SchemaStore's checks know; any other has to be listed in `unknownKeywords`. */
const known = [
  "allowTrailingCommas",
  "defaultSnippets",
  "markdownDescription",
  "enumDescriptions",
  "markdownEnumDescriptions",
];
const firstLine = "# yaml-language-server: $schema=../../schemas/json/tutum-stack.json";

interface Sample {
  readonly name: string;
  readonly text: string;
  readonly data: unknown;
}

function samplesIn(kind: "test" | "negative_test"): readonly Sample[] {
  const names = readdirSync(join(folder, "src", kind, "tutum-stack"));
  return names.map((name) => {
    const text = read("src", kind, "tutum-stack", name);
    return { name, text, data: parse(text) as unknown };
  });
}

const positive = samplesIn("test");
const negative = samplesIn("negative_test");

describe("the catalog entry", () => {
  test("is one as SchemaStore lints it", () => {
    expect(Object.keys(entry)).toEqual(["name", "description", "fileMatch", "url"]);
    for (const text of [entry.name, entry.description]) {
      expect(text).toMatch(/^[^\n]*[^,. \t\n-]$/);
      expect(text).not.toMatch(/schema/i);
    }
  });

  test("claims names of files that only stack files have", () => {
    expect(new Set(entry.fileMatch).size).toBe(entry.fileMatch.length);
    for (const name of entry.fileMatch) expect(name).toMatch(/^(tutum|docker-cloud)\.ya?ml$/);
  });

  test("points to the place where SchemaStore hosts a schema of this name", () => {
    expect(entry.url).toBe("https://www.schemastore.org/tutum-stack.json");
    expect(schema).not.toHaveProperty("$id");
  });
});

describe("the schema, as SchemaStore checks it", () => {
  test("is of draft-07", () => {
    expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
  });

  test("compiles strictly with the keywords that are listed, and needs each of them", () => {
    const { unknownKeywords } = options["tutum-stack.json"]!;
    expect(() => compiled(unknownKeywords)).not.toThrow();
    for (const keyword of unknownKeywords)
      expect(() => compiled(unknownKeywords.filter((other) => other !== keyword))).toThrow(
        `unknown keyword: "${keyword}"`,
      );
  });
});

describe("the samples", () => {
  const isValid = compiled(options["tutum-stack.json"]!.unknownKeywords);

  test.each([...positive, ...negative])("$name begins with the comment that SchemaStore wants", ({ text }) => {
    expect(text.split("\n")[0]).toBe(firstLine);
    expect(text).toMatch(/[^\n]\n$/);
  });

  test.each(positive)("$name is valid, and compiles", ({ data, text }) => {
    expect(isValid(data), JSON.stringify(isValid.errors)).toBe(true);
    expect(validate(text).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test.each(negative)("$name is invalid, by one mistake", ({ data, text }) => {
    expect(isValid(data)).toBe(false);
    expect(validate(text).filter(({ severity }) => severity === "error").length).toBe(1);
  });

  const servicesOf = (samples: readonly Sample[]) =>
    samples
      .flatMap(({ data }) => Object.values(data as object) as unknown[])
      .filter((service) => typeof service === "object" && service !== null) as Readonly<Record<string, unknown>>[];

  test("valid ones have every field, and every value that is listed", () => {
    const services = servicesOf(positive);
    for (const [name, property] of fields) {
      const written = services.flatMap((service) => (name in service ? [service[name]] : []));
      expect(written.length, name).toBeGreaterThan(0);
      expect(
        valuesOf(property).flatMap(({ value }) => (written.includes(value) ? [] : [`${name}: ${String(value)}`])),
      ).toEqual([]);
      if ("default" in property)
        expect(
          written.some((value) => value !== property.default),
          `${name} other than its default`,
        ).toBe(true);
    }
  });

  test("invalid ones have a wrong value of each field that lists its values", () => {
    const services = servicesOf(negative);
    for (const [name, property] of fields.filter(([, some]) => valuesOf(some).length > 0)) {
      const values = valuesOf(property).map(({ value }) => value);
      expect(
        services.some((service) => name in service && !values.includes(service[name])),
        name,
      ).toBe(true);
    }
  });
});

describe("in an editor, in the folders of SchemaStore", () => {
  let project = "";
  let editor: Editor;

  beforeAll(async () => {
    project = realpathSync(mkdtempSync(join(tmpdir(), "schemastore-")));
    cpSync(join(folder, "src"), join(project, "src"), { recursive: true });
    mkdirSync(join(project, "src/schemas/json"), { recursive: true });
    cpSync(fileURLToPath(schemaUrl("stack")), join(project, "src/schemas/json/tutum-stack.json"));
    editor = await openEditor({});
  });

  afterAll(async () => {
    await editor.close();
    rmSync(project, { recursive: true, force: true });
  });

  test.each([
    { kind: "test", samples: positive, findings: 0 },
    { kind: "negative_test", samples: negative, findings: 1 },
  ])("every sample of $kind has $findings findings", async ({ kind, samples, findings }) => {
    const uri = (name: string): string => pathToFileURL(join(project, "src", kind, "tutum-stack", name)).href;
    const found = await Promise.all(
      samples.map(async ({ name, text }) => ({
        name,
        messages: (await editor.findings(text, uri(name))).map(({ message }) => message),
      })),
    );
    expect(found.filter(({ messages }) => messages.length !== findings)).toEqual([]);
  });
});

function compiled(unknownKeywords: readonly string[]): ValidateFunction {
  const ajv = new Ajv({ strict: true });
  for (const keyword of [...unknownKeywords, ...known]) ajv.addKeyword(keyword);
  return ajv.compile(schema);
}
