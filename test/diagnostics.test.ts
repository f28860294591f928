import { describe, expect, test } from "vitest";
import { compile } from "../src/compile.ts";
import { catalogue, type Code, type Entry } from "../src/diagnostics/catalogue/index.ts";
import type { TargetName } from "../src/targets/index.ts";
import { argumentsOf, caseNames, expectFile, pathOf, stackFileOf, stackListOf } from "./support/fixtures.ts";
import { MemoryFiles, run } from "./support/memory-io.ts";

const codes = Object.keys(catalogue) as Code[];
const cases = caseNames("diagnostics");
const isCaseOf = (name: string, code: Code): boolean => name === code || name.startsWith(`${code}.`);

/**
 * Every folder of test/diagnostics is named `<code>` or `<code>.<variant>`; what is expected is all that the user sees.
 * It may have a `tutum-stack.json`.
 */
test.each(cases)("%s", async (name) => {
  const folder = pathOf("diagnostics", name);
  const { code, stderr } = run(["compile", ...argumentsOf(folder)], {
    files: new MemoryFiles({ "/shop/stack.yml": await stackFileOf(folder), ...stackListOf(folder) }),
  });
  const slug = codes.find((known) => isCaseOf(name, known))!;
  const { severity } = catalogue[slug] as Entry<never>;
  expect(stderr).toContain(`${severity}[${slug}]`);
  expect(code).toBe(severity === "error" ? 1 : 0);
  expectFile(pathOf("diagnostics", name, "expected.txt"), stderr);
});

test("every code has a case, and every case a code", () => {
  expect(codes.filter((code) => !cases.some((name) => isCaseOf(name, code)))).toEqual([]);
  expect(cases.filter((name) => !codes.some((code) => isCaseOf(name, code)))).toEqual([]);
});

describe("the examples of explain", () => {
  const withExample = codes.flatMap((code) => {
    const entry: Entry<never> = catalogue[code];
    return entry.wrong === undefined ? [] : [{ code, ...entry }];
  });

  test.each(withExample)("$code", ({ code, wrong, right, interpolate = false, target = "compose" as TargetName }) => {
    const diagnosticsOf = (text = "") => compile(text, { name: "shop", interpolate, target }).diagnostics;
    expect(diagnosticsOf(wrong).map((diagnostic) => diagnostic.code)).toContain(code);
    expect(diagnosticsOf(right).map((diagnostic) => diagnostic.code)).not.toContain(code);
    expect(diagnosticsOf(right).filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
