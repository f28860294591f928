import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
// @ts-expect-error -- the script has no types
import * as script from "../scripts/import-law.mjs";

const { law, offencesOf } = script as {
  readonly law: Readonly<Record<string, readonly string[]>>;
  readonly offencesOf: (path: string, text: string) => readonly string[];
};

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path));
const places = Object.keys(law);
const packages = [
  "yaml",
  "commander",
  "fastest-levenshtein",
  "get-east-asian-width",
  "hono",
  "@hono/node-server",
  "ws",
  "node:fs",
  "node:http",
  "node:crypto",
];

/** A file of a place, and how it would import another. */
const fileIn = (place: string): string => (files.includes(`${place}.ts`) ? `${place}.ts` : `${place}/some-file.ts`);
const imports = (from: string, what: string): string => {
  const path = relative(dirname(from), what);
  return `import { x } from "${path.startsWith(".") ? path : `./${path}`}";\n`;
};

test("the source keeps the law", () => {
  expect(files.flatMap((path) => offencesOf(path, readFileSync(join(source, path), "utf8")))).toEqual([]);
});

describe.each(places)("%s", (place) => {
  const allowed = law[place]!;
  const isAllowed = (other: string): boolean =>
    [...allowed, place.split("/")[0]!].some((some) => `${other}/`.startsWith(`${some.replace(/\/$/, "")}/`));

  test("may not import any other place", () => {
    for (const other of places.filter((candidate) => !isAllowed(candidate))) {
      const file = fileIn(place);
      expect(offencesOf(file, imports(file, fileIn(other))), other).toHaveLength(1);
    }
  });

  test("may not import an unknown folder or package", () => {
    const file = fileIn(place);
    for (const line of [
      imports(file, "unknown/file.ts"),
      imports(file, "unknown.ts"),
      'import "left-pad";\n',
      'import { koa } from "koa";\n',
      'export { x } from "@scope/package";\n',
      'const x = await import("undici");\n',
      'import type {\n  X,\n  Y,\n} from "express";\n',
    ])
      expect(offencesOf(file, line), line).toHaveLength(1);
  });

  test("may import only the packages of its line", () => {
    for (const name of packages) {
      const isInLaw = allowed.some((some) => some === name || (some === "node:" && name.startsWith("node:")));
      expect(offencesOf(fileIn(place), `import { x } from "${name}";\n`), name).toHaveLength(isInLaw ? 0 : 1);
    }
  });
});

test("a folder that the law does not name is refused", () => {
  expect(offencesOf("unknown/file.ts", "")).toHaveLength(1);
  expect(offencesOf("other.ts", "")).toHaveLength(1);
});

test("src/README.md shows the law", () => {
  const readme = readFileSync(join(source, "README.md"), "utf8");
  const rows = Object.entries(law).map(
    ([place, allowed]) => `| \`${place}\` | ${allowed.map((some) => `\`${some}\``).join(" ") || "nothing"} |\n`,
  );
  expect(readme).toContain(rows.join(""));
});

describe("the linter", () => {
  let folder: string;
  let found: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "import-law-"));
    copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    write("src/stack/one.ts", 'import { two } from "./two.ts";\nexport const one = (): number => two();\n');
    write("src/stack/two.ts", 'import { one } from "./one.ts";\nexport const two = (): number => one();\n');
    write("src/yaml/global.ts", "export const name = process.title;\n");
    write("src/yaml/wide.ts", `export const name = "${"x".repeat(120)}";\n`);
    found = spawnSync(join(root, "node_modules/.bin/oxlint"), ["--format", "unix"], {
      cwd: folder,
      encoding: "utf8",
    }).stdout;
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test("finds a cycle", () => {
    expect(found).toMatch(/^src\/stack\/one\.ts:.*no-cycle/m);
  });

  test("lets only the edges use Node's globals", () => {
    expect(found).toMatch(/^src\/yaml\/global\.ts:.*no-restricted-globals/m);
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
