import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Each line of the law in src/README.md, broken once. */
const offences = [
  ["src/lifecycle/a.ts", "../diagnostics/source.ts"],
  ["src/lifecycle/b.ts", "yaml"],
  ["src/diagnostics/a.ts", "../lifecycle/policy.ts"],
  ["src/diagnostics/render/a.ts", "../../yaml/print.ts"],
  ["src/diagnostics/b.ts", "node:fs"],
  ["src/yaml/a.ts", "../stack/model.ts"],
  ["src/yaml/b.ts", "node:path"],
  ["src/stack/a.ts", "yaml"],
  ["src/stack/b.ts", "ajv"],
  ["src/stack/rules/a.ts", "../../targets/target.ts"],
  ["src/targets/a.ts", "../yaml/document.ts"],
  ["src/targets/compose/a.ts", "../../stack/normalise.ts"],
  ["src/targets/compose/b.ts", "../../stack/rules/index.ts"],
  ["src/targets/compose/c.ts", "../../cli/main.ts"],
  ["src/sidecar/a.ts", "../compile.ts"],
  ["src/sidecar/b.ts", "../diagnostics/source.ts"],
  ["src/sidecar/c.ts", "commander"],
  ["src/sidecar/d.ts", "node:http"],
  ["src/sidecar/metrics.ts", "node:http"],
  ["src/sidecar/docker-engine.ts", "../targets/target.ts"],
  ["src/sidecar/metrics-server.ts", "../cli/io.ts"],
  ["src/sidecar/metrics-file.ts", "../cli/io.ts"],
  ["src/compile.ts", "node:fs"],
  ["src/compile2.ts", "./cli/main.ts"],
  ["src/index.ts", "commander"],
  ["src/cli/a.ts", "yaml"],
] as const;

let folder: string;
let found: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "import-law-"));
  copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  for (const [path, target] of offences) write(path, `import { x } from "${target}";\nx();\n`);
  write("src/stack/one.ts", 'import { two } from "./two.ts";\nexport const one = (): number => two();\n');
  write("src/stack/two.ts", 'import { one } from "./one.ts";\nexport const two = (): number => one();\n');
  write("src/yaml/global.ts", "export const name = process.title;\n");
  found = spawnSync(join(root, "node_modules/.bin/oxlint"), ["--format", "unix"], {
    cwd: folder,
    encoding: "utf8",
  }).stdout;
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each(offences)("%s may not import %s", (path) => {
  expect(found).toMatch(new RegExp(`^${path}:.*no-restricted-imports`, "m"));
});

test("nothing may import in a circle", () => {
  expect(found).toMatch(/^src\/stack\/one\.ts:.*no-cycle/m);
});

test("only the edges may use Node's globals", () => {
  expect(found).toMatch(/^src\/yaml\/global\.ts:.*no-restricted-globals/m);
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
