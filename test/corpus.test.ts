import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compile } from "../src/compile.ts";
import type { Diagnostic } from "../src/diagnostics/diagnostic.ts";
import { targets, type TargetName } from "../src/targets/index.ts";
import { expectReadsBack } from "./support/read-back.ts";

/** A folder with `classes.tsv` (file, class, reason) and the files it names; it is not part of the project. */
const corpus = process.env["TUTUM_STACK_CORPUS"] ?? "";

test("the corpus of real files is not empty, and its classes are known", () => {
  expect(rows()).not.toEqual([]);
  expect(
    rows().filter(([, kind]) => !/^(stack|defective|compose-file|look-alike|empty|broken-yaml)$/.test(kind)),
  ).toEqual([]);
});

describe.each(Object.keys(targets) as TargetName[])(
  "a real stack file is compiled for %s, to the same bytes again, and reads back",
  (target) => {
    test.each(filesOf(/^stack$/))("%s", (file) => {
      const text = textOf(file);
      const { files, diagnostics } = compile(text, { name: "shop", target });
      expect(errorsOf(diagnostics)).toEqual([]);
      expect(compile(text, { name: "shop", target })).toEqual({ files, diagnostics });
      expectReadsBack(files[0]?.text ?? "", text, { target });
    });
  },
);

describe("a stack file with a mistake is refused", () => {
  test.each(filesOf(/^defective$/))("%s", (file) => {
    const { files, diagnostics } = compile(textOf(file), { name: "shop" });
    expect(errorsOf(diagnostics).length).toBeGreaterThan(0);
    expect(files).toEqual([]);
  });
});

describe("another kind of file is refused in one error", () => {
  test.each(filesOf(/^(compose-file|look-alike|empty|broken-yaml)$/))("%s", (file) => {
    const { files, diagnostics } = compile(textOf(file), { name: "shop" });
    expect(errorsOf(diagnostics)).toHaveLength(1);
    expect(files).toEqual([]);
  });
});

function filesOf(kind: RegExp): readonly string[] {
  return rows().flatMap(([file, found]) => (kind.test(found) ? [file] : []));
}

function textOf(file: string): string {
  return new TextDecoder().decode(readFileSync(join(corpus, "files", file)));
}

function errorsOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.filter(({ severity }) => severity === "error").map(({ code, message }) => `${code}: ${message}`);
}

function rows(): readonly (readonly [file: string, kind: string])[] {
  return readFileSync(join(corpus, "classes.tsv"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"))
    .map(([file = "", kind = ""]) => [file, kind]);
}
