import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CompletionItemKind } from "vscode-languageserver-protocol/node.js";
import { compile } from "../../src/compile.ts";
import { openEditor, type Editor } from "./editor.ts";
import { schemaUrl, shown, valuesOf, type Schema } from "./schemas.ts";

const text = readFileSync(new URL(schemaUrl("autodestroy")), "utf8");
const schema = JSON.parse(text) as Schema & {
  readonly properties: { readonly removeVolumes: Schema; readonly services: { readonly additionalProperties: Schema } };
};
const policy = Object.entries(schema.properties.services.additionalProperties.properties ?? {});
const uri = (name: string): string => `file:///shop/${name}/autodestroy.json`;

let editor: Editor;

beforeAll(async () => {
  editor = await openEditor({}, { [schemaUrl("autodestroy")]: text });
});

afterAll(() => editor.close());

/**
 * A config with all keys: as `compile` writes it for Swarm, and with `$schema`, by which an editor finds the installed
 * schema.
 */
const written = compile("job:\n  image: busybox\n  autodestroy: ON_SUCCESS\n", {
  name: "shop",
  target: "swarm",
}).files[1]!.text.replace("{\n", `{\n  "$schema": "${schemaUrl("autodestroy")}",\n`);

test("the config that the compiler writes has no mistake", async () => {
  expect(await editor.findings(written, uri("written"))).toEqual([]);
});

test("hover on every key of it shows the description", async () => {
  const keys = [...Object.entries(schema.properties as Readonly<Record<string, Schema>>), ...policy];
  const hovers = await Promise.all(
    keys.map(([key]) => editor.hover(written.replace(`"${key}":`, `"‸${key}":`), uri(`hover-${key}`))),
  );
  for (const [index, [key, property]] of keys.entries()) {
    expect(shown(property), key).not.toBe("");
    expect(hovers[index], key).toContain(shown(property).replaceAll("`", "\\`"));
  }
});

test("completion offers the keys that are missing, explained", async () => {
  const items = await editor.completions(written.replace('"removeVolumes": true,', "‸"), uri("keys"));
  const keys = items.filter(({ kind }) => kind === CompletionItemKind.Property);
  expect(keys.map(({ label, documentation }) => [label, documentation])).toEqual([
    ["removeVolumes", shown(schema.properties.removeVolumes)],
  ]);
});

test.each(policy)("completion offers the values of %s, explained", async (key, property) => {
  const items = await editor.completions(
    written.replace(new RegExp(`"${key}": "\\w+"`), `"${key}": ‸`),
    uri(`values-${key}`),
  );
  expect(items.map(({ label, documentation }) => [label.replaceAll('"', ""), documentation])).toEqual(
    valuesOf(property).map(({ value, meaning }) => [value, meaning]),
  );
});

test.each([
  { from: '"version": 1', to: '"version": 2', message: "`version` must be 1" },
  {
    from: '"stack": "shop"',
    to: '"stack": "Shop"',
    message: "`stack` must be a name of lowercase letters, digits, `-` and `_`",
  },
  {
    from: '"settleSeconds": 10',
    to: '"settleSeconds": 3601',
    message: "`settleSeconds` must be a number from 2 to 3600",
  },
  { from: '"settleSeconds": 10', to: '"settleSeconds": 1', message: "`settleSeconds` must be a number from 2 to 3600" },
  {
    from: '"settleSeconds": 10',
    to: '"settleSeconds": "10"',
    message: "`settleSeconds` must be a number from 2 to 3600",
  },
  { from: '"removeVolumes": true', to: '"removeVolumes": "no"', message: "`removeVolumes` must be true or false" },
  { from: '"swarm": true', to: '"swarm": 1', message: "`swarm` must be true or false" },
  {
    from: '"autorestart": "OFF"',
    to: '"autorestart": "ALWAYS"',
    message: "`autorestart` must be `OFF` or `ON_FAILURE`: `ALWAYS` cannot be combined with `autodestroy`",
  },
  {
    from: '"autodestroy": "ON_SUCCESS"',
    to: '"autodestroy": "OFF"',
    message: "`autodestroy` must be `ON_FAILURE`, `ON_SUCCESS`, or `ALWAYS`",
  },
])("$to is one finding, at the value", async ({ from, to, message }) => {
  const changed = written.replace(from, to);
  expect(changed).not.toBe(written);
  const found = await editor.findings(changed, uri(encodeURIComponent(to)));
  const line = changed.split("\n").findIndex((some) => some.includes(to));
  const end = changed.split("\n")[line]!.replace(/,$/, "").length;
  expect(found.map((finding) => [finding.message, finding.range])).toEqual([
    [message, { start: { line, character: end - to.split(": ")[1]!.length }, end: { line, character: end } }],
  ]);
});
