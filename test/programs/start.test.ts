import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tutum-stack-start-"));
  cpSync("dist", folder, { recursive: true, preserveTimestamps: true });
});

afterEach(() => rmSync(folder, { recursive: true }));

function compiled(...flags: readonly string[]): unknown {
  return ran(flags, "compile", "-", "--print", "docker-compose.yml", "--name", "shop");
}

function ran(flags: readonly string[], ...args: readonly string[]): unknown {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, join(folder, "bin.js"), ...args], {
    input: "web:\n  image: nginx\n",
    encoding: "utf8",
  });
  return { status, signal, stderr, works: /image: nginx|complete -F|^1\.\d/.test(stdout) };
}

const fine = { status: 0, signal: null, stderr: "", works: true };

/** Runs that read all bundles between them. */
const runs = [
  { args: ["compile", "-", "--print", "docker-compose.yml", "--name", "shop"], bundles: ["main"] },
  { args: ["--version"], bundles: ["main", "rest"] },
  { args: ["completion", "bash"], bundles: ["main", "rest", "live"] },
];

test("the code caches as they were built", () => {
  expect(runs.map(({ args }) => ran([], ...args))).toEqual(runs.map(() => fine));
});

test("a bundle is read when it is needed, and its cache is taken as it was built, and in no other case", () => {
  const spy = join(folder, "spy.cjs");
  const report = "console.error(`${options.filename.match(/(\\w+).js$/)[1]} refused: ${this.cachedDataRejected}`)";
  writeFileSync(
    spy,
    `const vm = require("node:vm");
    vm.Script = class extends vm.Script { constructor(text, options) { super(text, options); ${report}; } };`,
  );
  const flags = ["--require", spy];
  const told = (refused: boolean | undefined) =>
    runs.map(({ bundles }) => ({ ...fine, stderr: bundles.map((name) => `${name} refused: ${refused}\n`).join("") }));
  expect(runs.map(({ args }) => ran(flags, ...args))).toEqual(told(false));
  utimesSync(join(folder, "rest.js"), 1, 1);
  expect(runs.map(({ args }) => ran(flags, ...args))).toEqual(told(undefined));
});

test("to compile loads none of Node's large modules", () => {
  const spy = join(folder, "spy.cjs");
  const large = "/^NativeModule (child_process|crypto|http|https|net|readline|stream|tty|zlib)$/";
  writeFileSync(
    spy,
    `process.on("exit", () => console.error("loaded:", process.moduleLoadList.filter((name) => ${large}.test(name))));`,
  );
  expect(compiled("--require", spy)).toEqual({ ...fine, stderr: "loaded: []\n" });
});

describe.each(["main", "rest", "live"])("the code cache of %s.js", (name) => {
  const allFine = runs.map(() => fine);
  const allRun = (): unknown => runs.map(({ args }) => ran([], ...args));

  test.each([0.001, 0.1, 0.3, 0.5, 0.7, 0.9])("damaged at %d of its length", (part) => {
    const file = join(folder, `${name}.cache`);
    const cache = readFileSync(file);
    const at = Math.floor(cache.length * part);
    cache[at] = ~cache[at]!;
    writeFileSync(file, cache);
    expect(allRun()).toEqual(allFine);
  });

  test.each([0, 20, 5000])("only %d bytes", (length) => {
    const file = join(folder, `${name}.cache`);
    writeFileSync(file, readFileSync(file).subarray(0, length));
    expect(allRun()).toEqual(allFine);
  });

  test("missing", () => {
    rmSync(join(folder, `${name}.cache`));
    expect(allRun()).toEqual(allFine);
  });
});

test("the code cache of another build of Node", () => {
  const file = join(folder, "bin.js");
  writeFileSync(file, readFileSync(file, "utf8").replace(process.version, "v20.0.0"));
  writeFileSync(join(folder, "main.cache"), "the code of another Node would make V8 crash");
  expect(compiled()).toEqual(fine);
});

test("the code cache under flags that change the code", () => {
  expect(compiled("--no-opt")).toEqual(fine);
});
