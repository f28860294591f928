import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tutum-stack-start-"));
  cpSync("dist", folder, { recursive: true, preserveTimestamps: true });
});

afterEach(() => rmSync(folder, { recursive: true }));

function compiled(...flags: readonly string[]): unknown {
  const args = [...flags, join(folder, "bin.js"), "compile", "-", "--print", "docker-compose.yml", "--name", "shop"];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
    input: "web:\n  image: nginx\n",
    encoding: "utf8",
  });
  return { status, signal, stderr, works: stdout.includes("image: nginx") };
}

const fine = { status: 0, signal: null, stderr: "", works: true };

test("the code cache as it was built", () => {
  expect(compiled()).toEqual(fine);
});

test("the code cache is taken as it was built, and in no other case", () => {
  const spy = join(folder, "spy.cjs");
  const report = "console.error(`refused: ${this.cachedDataRejected}`)";
  writeFileSync(
    spy,
    `const vm = require("node:vm"); vm.Script = class extends vm.Script { constructor(...args) { super(...args); ${report}; } };`,
  );
  const flags = ["--require", spy];
  expect(compiled(...flags)).toEqual({ ...fine, stderr: "refused: false\n" });
  writeFileSync(join(folder, "main.js"), readFileSync(join(folder, "main.js")));
  utimesSync(join(folder, "main.js"), 1, 1);
  expect(compiled(...flags)).toEqual({ ...fine, stderr: "refused: undefined\n" });
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

test.each([0.001, 0.1, 0.3, 0.5, 0.7, 0.9])("a code cache that is damaged at %d of its length", (part) => {
  const file = join(folder, "main.cache");
  const cache = readFileSync(file);
  const at = Math.floor(cache.length * part);
  cache[at] = ~cache[at]!;
  writeFileSync(file, cache);
  expect(compiled()).toEqual(fine);
});

test.each([0, 20, 5000])("a code cache of which only %d bytes are there", (length) => {
  const file = join(folder, "main.cache");
  writeFileSync(file, readFileSync(file).subarray(0, length));
  expect(compiled()).toEqual(fine);
});

test("no code cache", () => {
  rmSync(join(folder, "main.cache"));
  expect(compiled()).toEqual(fine);
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
