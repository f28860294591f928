import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CompletionItem, TextEdit } from "vscode-languageserver-protocol/node.js";
import { parse } from "yaml";
import { openEditor, type Editor } from "./editor.ts";
import { errorsIn } from "./errors.ts";
import { fields, schemaUrl, service, shown, valuesOf } from "./schemas.ts";

let editor: Editor;

beforeAll(async () => {
  editor = await openEditor({ schemas: { [schemaUrl("stack")]: "**/stack.yml" } });
});

afterAll(() => editor.close());

describe.concurrent("completion", () => {
  test("of an empty file offers a service", async () => {
    const [item] = (await editor.completions("‸")).filter(({ label }) => label === "service");
    expect({ documentation: item?.documentation, text: accepted("‸", item!) }).toEqual({
      documentation: "A service with its image",
      text: "web:\n  image: nginx:latest",
    });
  });

  test.each(["web:\n  ‸\n", "web:\n  ‸", "web:\n  i‸\n", "db:\n  image: redis\nweb:\n  ‸\n"])(
    "of %j offers every field, each explained",
    async (text) => {
      const offered = await editor.completions(text);
      const documented = offered
        .filter(({ label }) => label !== "<<")
        .map(({ label, documentation }) => [label, textOf(documentation)]);
      expect(documented).toEqual(fields.map(([name, schema]) => [name, shown(schema)]));
    },
  );

  test("offers the other fields only", async () => {
    const offered = await editor.completions("web:\n  image: nginx\n  tty: true\n  ‸\n");
    expect(offered.map(({ label }) => label)).toEqual(
      fields.flatMap(([name]) => (name === "image" || name === "tty" ? [] : [name])),
    );
  });

  test.each(fields)("of %s inserts what is no mistake", async (name, schema) => {
    const base = "db:\n  image: redis\nweb:\n  image: nginx\n";
    const marked = name === "image" ? "web:\n  ‸\n" : `${base}  ‸\n`;
    const item = (await editor.completions(marked)).find(({ label }) => label === name);
    const text = accepted(marked, item!);
    const value = (parse(text) as { readonly web: Readonly<Record<string, unknown>> }).web[name];
    const isEmpty = value === null || (Array.isArray(value) && value.every((entry) => entry === null));
    expect(text).toContain(`  ${name}:`);
    if (isEmpty) expect(valuesOf(schema).length > 1 || schema.items !== undefined || name === "pid", name).toBe(true);
    else await expectNoMistake([text]);
  });

  test.each(fields.filter(([, { items }]) => items !== undefined))(
    "of an item of %s shows what it looks like",
    async (name) => {
      const marked = `db:\n  image: redis\ndata:\n  image: busybox\nweb:\n  image: nginx\n  ${name}:\n    - ‸\n`;
      const items = await editor.completions(marked);
      expect(items.length).toBeGreaterThan(0);
      await expectNoMistake(items.map((item) => accepted(marked, item)));
    },
  );

  const withValues = fields.filter(([, schema]) => valuesOf(schema).length > 0);

  test("there are values to offer for the fields that know only a few", () => {
    const names = [
      "deployment_strategy",
      "sequential_deployment",
      "autorestart",
      "restart",
      "autodestroy",
      "autoredeploy",
      "privileged",
      "read_only",
    ];
    expect(withValues.map(([name]) => name)).toEqual([...names, "stdin_open", "tty", "net", "pid"]);
  });

  test.each(withValues)(
    "of the value of %s offers each, explained, and inserts what both readers of YAML understand",
    async (name, schema) => {
      const marked = `web:\n  image: nginx\n  ${name}: ‸\n`;
      const items = await editor.completions(marked);
      const values = valuesOf(schema);
      expect(items.map(({ label, detail, documentation }) => ({ label, detail, documentation }))).toEqual(
        values.map(({ value, meaning, isDefault }) => ({
          label: value === "OFF" ? '"OFF"' : String(value),
          detail: isDefault || (value === false && schema.default === false) ? "Default value" : undefined,
          documentation: expect.toSatisfy(
            (text) => typeof meaning === "string" && meaning.length > 10 && text === meaning,
          ),
        })),
      );
      const texts = items.map((item) => accepted(marked, item));
      for (const [index, text] of texts.entries())
        for (const version of ["1.1", "1.2"] as const)
          expect(parse(text, { version })).toEqual({ web: { image: "nginx", [name]: values[index]?.value } });
      await expectNoMistake(texts);
    },
  );
});

describe.concurrent("hover", () => {
  test.each(fields)("on %s shows its description", async (name, schema) => {
    for (const value of ["x", "[x]", "{}", "true", "1"]) {
      const image = name === "image" ? "" : "  image: nginx\n";
      const text = await editor.hover(`web:\n${image}  ‸${name}: ${value}\n`);
      expect(
        text.startsWith(`#### ${name.replaceAll("_", "\\_")}\n\n${shown(schema)}\n`),
        `${name}: ${value}\n${text}`,
      ).toBe(true);
    }
  });

  test("on the name of a service and of a template says which is which", async () => {
    expect(await editor.hover("‸web:\n  image: nginx\n")).toContain(service.description);
    expect(await editor.hover("‸x-base:\n  image: nginx\n")).toContain("It is not a service.");
    expect(await editor.hover("‸.base:\n  image: nginx\n")).toContain("It is not a service.");
  });

  test("on a value shows all of them, the own one first", async () => {
    const text = await editor.hover("web:\n  image: nginx\n  autodestroy: ‸ON_SUCCESS\n");
    expect(text.match(/^\* .*$/gm)).toEqual([
      "* `ON_SUCCESS`: A stopped container is removed with its data if its exit code is 0.",
      '* `"OFF"`: A stopped container is kept.',
      "* `ON_FAILURE`: A stopped container is removed with its data if its exit code is not 0.",
      "* `ALWAYS`: A stopped container is removed with its data whatever its exit code.",
    ]);
  });

  test("on an item says what it looks like", async () => {
    expect(await editor.hover('web:\n  image: nginx\n  ports:\n    - ‸"80:80"\n')).toContain(
      "A port: `host:container`",
    );
  });
});

async function expectNoMistake(texts: readonly string[]): Promise<void> {
  const found = await Promise.all(
    texts.map(async (text) => ({ text, findings: await editor.findings(text), errors: errorsIn(text) })),
  );
  expect(found).toEqual(texts.map((text) => ({ text, findings: [], errors: [] })));
}

/** The text of a document after a completion was accepted, with what is filled in for the author. */
function accepted(marked: string, item: CompletionItem): string {
  const { range, newText } = item.textEdit as TextEdit;
  const lines = marked.replace("‸", "").split("\n");
  const line = lines[range.start.line]!;
  const indent = /^ */.exec(line)![0];
  const inserted = newText
    .replaceAll(/\$\{\d+:((?:[^{}])*)\}|\$\{?\d+\}?/g, "$1")
    .replaceAll("\\$", "$")
    .replaceAll("\n", `\n${indent}`);
  lines[range.start.line] = line.slice(0, range.start.character) + inserted + line.slice(range.end.character);
  return lines.join("\n");
}

function textOf(documentation: CompletionItem["documentation"]): string | undefined {
  return typeof documentation === "object" ? documentation.value : documentation;
}
