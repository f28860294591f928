import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile, validate } from "../src/compile.ts";
import { caseNames, expectFile, pathOf } from "./support/fixtures.ts";
import { MemoryFiles, run } from "./support/memory-io.ts";

const cases = caseNames("mutations").filter((name) => name !== "originals");

/**
 * Six stack files, each broken by ten common slips. `mended.yml` is what following the help of `expected.txt` gives; it
 * must mean what the original meant, which `original.txt` names.
 */
describe.each(cases)("%s", (name) => {
  const read = (file: string): string => readFileSync(pathOf("mutations", name, file), "utf8");
  const broken = read("broken.yml");
  const mended = read("mended.yml");

  test("says what is wrong", () => {
    const { stderr } = run(["compile"], { files: new MemoryFiles({ "/shop/stack.yml": broken }) });
    expectFile(pathOf("mutations", name, "expected.txt"), stderr);
  });

  test("means what was meant, once the help is followed", () => {
    const original = readFileSync(pathOf("mutations", "originals", `${read("original.txt").trim()}.yml`), "utf8");
    const { files } = compile(mended, { name: "shop" });
    expect(files).not.toEqual([]);
    expect(files).toEqual(compile(original, { name: "shop" }).files);
  });

  test("the message is at a line that must change", () => {
    const diagnostics = validate(broken, { linkVariables: true });
    const first = diagnostics.find(({ severity }) => severity === "error") ?? diagnostics[0]!;
    expect(mended.split("\n")).not.toContain(broken.split("\n")[first.labels[0].start.line - 1]);
  });
});

test("there are six of each of ten slips", () => {
  expect(cases).toHaveLength(60);
});
