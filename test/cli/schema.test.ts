import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { run } from "../support/memory-io.ts";

const shipped = (name: string) => readFileSync(new URL(`../../schema/${name}.schema.json`, import.meta.url), "utf8");

test.each([
  { args: [], name: "stack" },
  { args: ["stack"], name: "stack" },
  { args: ["autodestroy"], name: "autodestroy" },
  { args: ["report"], name: "report" },
  { args: ["migration"], name: "migration" },
])("schema $args prints the bytes of $name.schema.json", ({ args, name }) => {
  expect(run(["schema", ...args])).toEqual({ code: 0, stdout: shipped(name), stderr: "", files: {} });
});
