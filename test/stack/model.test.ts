import { expect, test } from "vitest";
import { readStack } from "../../src/compile.ts";
import { namedSource } from "../../src/diagnostics/source.ts";
import { argumentsOf, caseNames, pathOf, stackFileOf } from "../support/fixtures.ts";

test.each(caseNames("compile"))("the stack of test/compile/%s is plain data", async (name) => {
  const folder = pathOf("compile", name);
  const source = namedSource((await stackFileOf(folder)).toString());
  const read = readStack(source, { interpolate: argumentsOf(folder).includes("--interpolate") }, []);
  expect(read).toBeDefined();
  expect(structuredClone(read?.stack)).toStrictEqual(read?.stack);
});
