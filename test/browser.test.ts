import { createContext, runInContext, type Context } from "node:vm";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { formats } from "../src/diagnostics/render/index.ts";
import { plain } from "../src/diagnostics/render/pretty.ts";
import { compile, validate, type CompileOptions } from "../src/index.ts";
import { pathOf } from "./support/fixtures.ts";
import { reportOf } from "./support/report.ts";

const stacks: readonly (readonly [title: string, stack: string, options: CompileOptions])[] = [
  [
    "with every kind of value",
    "# Shop\nx-base: &base\n  image: nginx\n  environment: {A: 'pa$$word', B: 22:22, C: \"\\u2028\"}\nweb:\n  <<: *base\n  links: [db:database]\n  ports: ['80:80']\n" +
      "  mem_limit: 512 mb\ndb:\n  image: redis\n  autodestroy: ON_SUCCESS\n  volumes: [/data, 'data:/backup']\n",
    { name: "Shop", fileName: "tutum.yml" },
  ],
  [
    "with warnings",
    "web:\n  image: tutum.co/a/b\n  tags: [a]\n  ports: [22:22]\n  environment:\n    A: ${X}\n",
    { name: "shop" },
  ],
  ["that is interpolated", "web:\n  image: nginx:$TAG\n  ports: ['${PORT}:80']\n", { name: "shop", interpolate: true }],
  [
    "with mistakes",
    "web:\n  imagee: nginx\n  autorestart: ALWAYS\n  autodestroy: ALWAYS\n  links: [nowhere]\n",
    { name: "shop" },
  ],
  ["that is not YAML", "web: [\n", { name: "shop" }],
];

describe("a bundle for the browser, in a world without Node's globals and without eval", async () => {
  const context = await bareContext();

  test.each(stacks)("compiles a stack %s as Node does", (_, stack, options) => {
    const found = runInContext(
      `JSON.stringify(tutumStack.compile(${JSON.stringify(stack)}, ${JSON.stringify(options)}))`,
      context,
    ) as string;
    expect(JSON.parse(found)).toEqual(compile(stack, options));
  });

  test("cannot make code of text", () => {
    for (const code of ['eval("1")', 'new Function("return 1")()'])
      expect(() => void runInContext(code, context)).toThrow("Code generation from strings disallowed");
  });

  test.each(["process", "require", "Buffer", "setTimeout", "URL"])("has no %s", (name) => {
    expect(runInContext(`typeof ${name}`, context)).toBe("undefined");
  });
});

test("every format of diagnostics is rendered there as in Node", async () => {
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  runInContext(
    await bundle(
      'export { formats } from "../src/diagnostics/render/index.ts"; export { plain } from "../src/diagnostics/render/pretty.ts";',
    ),
    context,
  );
  const source = { name: "stack.yml", text: "web:\n" };
  const report = reportOf(source, validate(source.text), "checked");
  for (const [name, { render }] of Object.entries(formats)) {
    const text = runInContext(
      `tutumStack.formats.${name}.render(${JSON.stringify(report)}, tutumStack.plain)`,
      context,
    ) as string;
    expect(text).toBe(render(report, plain));
  }
});

test("a module of Node cannot come into the bundle", async () => {
  await expect(bundle('import { readFileSync } from "node:fs"; export { readFileSync };')).rejects.toThrow("node:fs");
});

async function bareContext(): Promise<Context> {
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  runInContext(await bundle('export * from "../src/index.ts";'), context);
  return context;
}

/** A script that leaves what the module exports in the global `tutumStack`. Rejects when it needs a module of Node. */
async function bundle(module: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: module, resolveDir: pathOf(), loader: "ts" },
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    globalName: "tutumStack",
    target: "es2023",
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join("\n");
}
