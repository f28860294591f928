import { describe, expect, test } from "vitest";
import { diagnosing, type Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { renderJson } from "../../src/diagnostics/render/json.ts";
import { reportOf } from "../support/report.ts";

const hostile = 'a\u001b[31m\u009b\u0085\u202e\u2028\ud800\u{e0041}\u0000\u007f"\\b\n::error::\r';
const source = { name: hostile, text: hostile };
const finding = diagnosing(source)(
  "duplicate-key",
  [
    { start: 0, end: 1 },
    { start: 2, end: 5 },
  ],
  { key: hostile },
);

const render = (...diagnostics: readonly Diagnostic[]): string => renderJson(reportOf(source, diagnostics, "checked"));

describe("renderJson", () => {
  test("of nothing", () => {
    expect(JSON.parse(render())).toEqual({ version: 1, summary: "checked", errors: 0, warnings: 0, diagnostics: [] });
  });

  test("counts errors and warnings", () => {
    const failure = diagnosing(source)("empty-file", [{ start: 0, end: 0 }], {});
    expect(JSON.parse(render(finding, failure, finding))).toMatchObject({ version: 1, errors: 1, warnings: 2 });
  });

  test("comes back as it was", () => {
    expect((JSON.parse(render(finding)) as { readonly diagnostics: unknown }).diagnostics).toEqual([finding]);
  });

  test("has no character that acts on a terminal", () => {
    expect(render(finding)).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
  });

  test("ends with a line end, and no line is a command of GitHub", () => {
    const text = render(finding);
    expect(text.endsWith("}\n")).toBe(true);
    expect(text.split("\n").filter((line) => line.trim().startsWith("::"))).toEqual([]);
  });
});
