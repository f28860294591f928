import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../src/compile.ts";
import { targets, type TargetName } from "../src/targets/index.ts";
import { expectReadsBack } from "./support/read-back.ts";

const folder = new URL("../examples/", import.meta.url);
const examples = readdirSync(folder);

describe.each(Object.keys(targets) as TargetName[])("%s", (target) => {
  test.each(examples)("examples/%s compiles without a diagnostic", (name) => {
    const text = readFileSync(new URL(`${name}/stack.yml`, folder), "utf8");
    const { files, diagnostics } = compile(text, { name, target });
    expect(diagnostics).toEqual([]);
    expect(files.length).toBeGreaterThan(0);
  });
});

test.each(examples)("examples/%s is read back as it was meant", (name) => {
  const text = readFileSync(new URL(`${name}/stack.yml`, folder), "utf8");
  expectReadsBack(compile(text, { name: "shop" }).files[0]!.text, text);
});
