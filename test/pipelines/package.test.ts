import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly version: string;
  readonly dependencies?: unknown;
};

let project = "";

/** Runs a program and expects it to succeed. */
function succeed(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (error) throw error;
  expect({ status, stderr: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** The scripts of npm would build once more, under the feet of the other tests. */
function pack(...args: readonly string[]): Packed {
  return (JSON.parse(succeed("npm", ["pack", "--json", "--ignore-scripts", ...args], root)) as [Packed])[0];
}

function node(...args: readonly string[]): string {
  return succeed(process.execPath, args, project);
}

beforeAll(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), "project-")));
  const installed = join(project, "node_modules/tutum-stack");
  mkdirSync(installed, { recursive: true });
  const { filename } = pack("--pack-destination", project);
  succeed("tar", ["-xzf", join(project, filename), "--strip-components=1", "-C", installed], project);
  writeFileSync(join(project, "package.json"), '{ "type": "module" }\n');
});

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

describe("the package", () => {
  const { files } = pack("--dry-run");
  const paths = files.map(({ path }) => path);

  test("holds the program, the library and the schemas, and nothing else", () => {
    const allowed =
      /^(dist\/((bin|image|live|main|rest)\.js|LICENSES\.txt|package\.json)|lib\/(index\.js|.+\.d\.ts)|schema\/(api|stacks?|autodestroy|migration|report)\.schema\.json|README\.md|LICENSE|docs\/[\w-]+\.md|(CHANGELOG|CONVERSION)\.md|package\.json)$/;
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    const needed = [
      "dist/LICENSES.txt",
      "dist/bin.js",
      "dist/image.js",
      "dist/live.js",
      "dist/main.js",
      "dist/package.json",
      "dist/rest.js",
      "lib/index.js",
      "lib/index.d.ts",
      "schema/stack.schema.json",
      "schema/stacks.schema.json",
      "schema/autodestroy.schema.json",
      "schema/migration.schema.json",
      "schema/report.schema.json",
    ];
    expect(paths).toEqual(expect.arrayContaining([...needed, "package.json"]));
  });

  test("has every declaration that its declarations import, and of this source", () => {
    const declarations = paths.filter((path) => path.endsWith(".d.ts"));
    const imported = declarations.flatMap((path) =>
      [...readFileSync(join(root, path), "utf8").matchAll(/(?:from |import\()"([^"]+)"/g)].map(([, name]) =>
        join(dirname(path), name!.replace(/\.[jt]s$/, ".d.ts")),
      ),
    );
    expect(imported.length).toBeGreaterThan(30);
    expect(imported.filter((path) => !paths.includes(path) && !path.includes("generated"))).toEqual([]);
    const sources = declarations.map((path) => path.replace(/^lib/, "src").replace(/\.d\.ts$/, ".ts"));
    expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([]);
  });

  test("has its library in one file, and needs no other package", () => {
    expect(paths.filter((path) => /^lib\/.*(?<!\.d)\.[jt]s$/.test(path))).toEqual(["lib/index.js"]);
    expect(manifest.dependencies).toBeUndefined();
  });

  test("has the license of each package that is in its files", () => {
    const licenses = readFileSync(join(root, "dist/LICENSES.txt"), "utf8");
    const names = [...licenses.matchAll(/^((?:@[\w-]+\/)?[\w-]+) \d+\.\d+\.\d+\S* \((?:MIT|ISC)\)$/gm)].map(
      ([, name]) => name,
    );
    expect(names).toEqual(
      expect.arrayContaining(["@hono/node-server", "commander", "fastest-levenshtein", "hono", "preact", "ws", "yaml"]),
    );
    expect(licenses.match(/Permission (is hereby granted|to use, copy, modify)/g)?.length).toBe(names.length);
  });

  test("installs a program that can be executed", () => {
    const program = join(project, "node_modules/tutum-stack/dist/bin.js");
    expect(statSync(program).mode & 0o111).toBe(0o111);
    expect(readFileSync(program, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});

describe("installed", () => {
  test("the program compiles", () => {
    const alone = join(project, "alone");
    mkdirSync(alone);
    succeed("cp", ["-r", join(project, "node_modules/tutum-stack"), alone], project);
    writeFileSync(join(alone, "stack.yml"), "job:\n  image: busybox\n  autodestroy: ALWAYS\n");
    const program = join(alone, "tutum-stack/dist/bin.js");
    expect(succeed(program, ["--version"], alone)).toBe(`${manifest.version}\n`);
    succeed(program, ["compile"], alone);
    expect(existsSync(join(alone, "docker-compose.yml")) && existsSync(join(alone, "autodestroy.json"))).toBe(true);
  });

  test("the library is imported by its name", () => {
    writeFileSync(
      join(project, "use.mjs"),
      `import { compile, validate } from "tutum-stack";
       const { files, diagnostics } = compile("web:\\n  image: nginx\\n", { name: "shop" });
       console.log(JSON.stringify([files.map(({ name }) => name), diagnostics, validate("web:\\n").map(({ code }) => code)]));`,
    );
    expect(JSON.parse(node("use.mjs"))).toEqual([["docker-compose.yml"], [], ["empty-service"]]);
  });

  test.each(["stack", "autodestroy", "report"])("the schema of %s is imported and resolved by its name", (name) => {
    const path = `tutum-stack/schema/${name}.schema.json`;
    writeFileSync(
      join(project, "schema.mjs"),
      `import schema from "${path}" with { type: "json" }; console.log(JSON.stringify(schema));`,
    );
    const shipped = readFileSync(join(root, `schema/${name}.schema.json`), "utf8");
    expect(JSON.parse(node("--no-warnings", "schema.mjs"))).toEqual(JSON.parse(shipped));
    writeFileSync(join(project, "resolve.cjs"), `console.log(require.resolve("${path}"));`);
    expect(readFileSync(node("resolve.cjs").trim(), "utf8")).toBe(shipped);
  });

  test("the manifest is exported, and nothing inside is", () => {
    writeFileSync(
      join(project, "inside.cjs"),
      `console.log(require("tutum-stack/package.json").version);
       for (const path of ["lib/compile.js", "dist/bin.js", "schema/../package.json"])
         try { require.resolve("tutum-stack/" + path); console.log(path); } catch (error) { console.log(error.code); }`,
    );
    const codes = node("inside.cjs").trim().split("\n");
    expect(codes[0]).toBe(manifest.version);
    expect(codes.slice(1, 3)).toEqual(["ERR_PACKAGE_PATH_NOT_EXPORTED", "ERR_PACKAGE_PATH_NOT_EXPORTED"]);
  });

  test("the types suit a strict program", () => {
    writeFileSync(
      join(project, "use.ts"),
      `import { compile, validate, type Code, type Compilation, type CompileOptions, type Diagnostic, type Label, type OutputFile, type Position, type ReadOptions, type Severity, type Span, type TargetName } from "tutum-stack";
       const target: TargetName = "compose";
       const read: ReadOptions = { fileName: "stack.yml", interpolate: true };
       const options: CompileOptions = { ...read, name: "shop", target, sidecar: "none", sidecarImage: "x" };
       const { files, diagnostics }: Compilation = compile("", options);
       const names: readonly string[] = files.map(({ name }: OutputFile) => name);
       const found: readonly Diagnostic[] = [...diagnostics, ...validate("")];
       const codes: readonly Code[] = found.map(({ code }) => code);
       const severities: readonly Severity[] = found.map(({ severity }) => severity);
       const labels: readonly Label[] = found.map((diagnostic) => diagnostic.labels[0]);
       const spans: readonly Span[] = labels.map(({ span }) => span);
       const lines: readonly Position["line"][] = labels.map(({ start }) => start.line);
       // @ts-expect-error a name is needed
       compile("", {});
       // @ts-expect-error there is no such target
       compile("", { name: "shop", target: "kubernetes" });
       // @ts-expect-error there is no such code
       const code: Code = "nonsense";
       console.log(names, codes, severities, spans, lines, code);\n`,
    );
    const compiler = join(root, "node_modules/.bin/tsc");
    const types = ["--types", "node", "--typeRoots", join(dirname(compiler), "../@types")];
    succeed(
      compiler,
      ["--strict", "--module", "nodenext", "--noEmit", "--skipLibCheck", "false", ...types, "use.ts"],
      project,
    );
  });
});
