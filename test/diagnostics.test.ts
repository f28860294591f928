import { describe, expect, test } from "vitest";
import { catalogue, type Code, type Entry } from "../src/diagnostics/catalogue/index.ts";
import { compileExample } from "./support/catalogue-examples.ts";
import {
  argumentsOf,
  caseNames,
  earlierFilesOf,
  expectFile,
  pathOf,
  stackFileOf,
  stackListOf,
} from "./support/fixtures.ts";
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
    files: new MemoryFiles({
      ...earlierFilesOf(folder),
      "/shop/stack.yml": await stackFileOf(folder),
      ...stackListOf(folder),
    }),
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
  test.each(codes)("%s", (code) => {
    const { wrong, right, severity }: Entry<never> = catalogue[code];
    if (wrong !== undefined) expect(compileExample(code, wrong).stderr).toContain(`${severity}[${code}]: `);
    const { code: exitCode, stderr } = compileExample(code, right);
    expect(stderr).not.toContain(`[${code}]`);
    expect(exitCode, stderr).toBe(0);
  });

  test("only what is no text, or too long to print, has no wrong example", () => {
    expect(codes.filter((code) => (catalogue[code] as Entry<never>).wrong === undefined)).toEqual([
      "not-utf-8",
      "too-large",
      "large-config",
      "too-many-mounts",
      "too-many-link-variables",
      "volume-moved",
    ]);
  });
});
