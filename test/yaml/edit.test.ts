import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { editDocument, type Edit, type Json } from "../../src/yaml/edit.ts";
import { expectEdited } from "../support/edits.ts";
import { caseNames, expectFile, pathOf } from "../support/fixtures.ts";

/**
 * Every folder of test/yaml/edit: `stack.yml`, the changes in `edit.json` (`remove`, or `set` with `to`), and the
 * changed file in `expected.yml`, or why it is not changed in `refused.txt`.
 */
describe("the changed text, line for line", () => {
  test.each(caseNames("yaml/edit"))("%s", (name) => {
    const folder = pathOf("yaml/edit", name);
    const text = readText(join(folder, "stack.yml"));
    const edits = editsOf(readText(join(folder, "edit.json")));
    const edited = editDocument({ name: "stack.yml", text }, edits);
    if ("text" in edited) {
      expectFile(join(folder, "expected.yml"), edited.text);
      expect(expectEdited(text, edits)).toBe(edited.text);
    } else expectFile(join(folder, "refused.txt"), `${edited.refusal}\n`);
    expect(existsSync(join(folder, "expected.yml"))).toBe("text" in edited);
    expect(existsSync(join(folder, "refused.txt"))).toBe("refusal" in edited);
  });
});

test("few of them are refused", () => {
  const refused = caseNames("yaml/edit").filter((name) => existsSync(pathOf("yaml/edit", name, "refused.txt")));
  expect(refused.length).toBeLessThanOrEqual(5);
});

type Step = { readonly set: readonly string[]; readonly to: Json } | { readonly remove: readonly string[] };

function editsOf(json: string): readonly Edit[] {
  return (JSON.parse(json) as readonly Step[]).map((step) =>
    "set" in step ? { path: step.set, value: step.to } : { path: step.remove, value: undefined },
  );
}

/** With a byte order mark, if it has one. */
function readText(path: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(readFileSync(path));
}
