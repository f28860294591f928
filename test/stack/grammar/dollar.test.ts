import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { braceVariables, dollarPieces, escapeDollars } from "../../../src/stack/grammar/dollar.ts";

describe("what follows a dollar sign", () => {
  test.each([
    ["", []],
    ["text", []],
    ["$NAME", ["variable $NAME"]],
    ["$name_1-x", ["variable $name_1"]],
    ["${NAME}", ["variable ${NAME}"]],
    ["a${A}b$B", ["variable ${A}", "variable $B"]],
    ["$$", ["escaped $$"]],
    ["$$NAME", ["escaped $$"]],
    ["$$$NAME", ["escaped $$", "variable $NAME"]],
    ["$", ["invalid $"]],
    ["a$", ["invalid $"]],
    ["$5", ["invalid $5"]],
    ["$ a", ["invalid $ "]],
    ["$\n", ["invalid $\n"]],
    ["${A:-b}", ["extended ${A:-b}"]],
    ["${A-b}${A:?b}${A?}", ["extended ${A-b}", "extended ${A:?b}", "extended ${A?}"]],
    ["${A:+b}${A+b}${A:-}", ["extended ${A:+b}", "extended ${A+b}", "extended ${A:-}"]],
    ["${A:b}", ["invalid ${A:b}"]],
    ["${A:-b", ["invalid ${A:-b"]],
    ["${5:-b}", ["invalid ${5:-b}"]],
    ["${5}", ["invalid ${5}"]],
    ["${}", ["invalid ${}"]],
    ["${A", ["invalid ${A"]],
    ["${é}", ["invalid ${é}"]],
    ["$é", ["invalid $é"]],
    ["$🙂", ["invalid $🙂"]],
  ])("%j", (text, pieces) => {
    expect(dollarPieces(text).map(({ kind, text: piece }) => `${kind} ${piece}`)).toEqual(pieces);
  });
});

test("escaped text comes through Compose's substitution as it was", () => {
  fc.assert(
    fc.property(awkward, (text) => {
      const escaped = escapeDollars(text);
      expect(dollarPieces(escaped).every(({ kind }) => kind === "escaped")).toBe(true);
      expect(substitute(escaped)).toBe(text);
    }),
  );
});

describe("variables get braces where `docker stack` would read on", () => {
  test.each([
    ["$A", "$A"],
    ["$A-b", "${A}-b"],
    ["$A:-b", "${A}:-b"],
    ["$A?b", "${A}?b"],
    ["$A:?b", "${A}:?b"],
    ["$A:b $A.b $A+b $A=b", "$A:b $A.b $A+b $A=b"],
    ["${A}-b", "${A}-b"],
    ["$$A-b", "$$A-b"],
    ["$$$A-$B-$C", "$$${A}-${B}-$C"],
  ])("%j", (text, written) => {
    expect(braceVariables(text)).toBe(written);
  });
});

test("pieces are parts of the text, in its order", () => {
  fc.assert(
    fc.property(awkward, (text) => {
      let from = 0;
      for (const piece of dollarPieces(text)) {
        const at = text.indexOf(piece.text, from);
        expect(at).toBeGreaterThanOrEqual(from);
        from = at + piece.text.length;
      }
    }),
  );
});

const awkward = fc
  .array(fc.oneof(fc.constantFrom("$", "$$", "{", "}", "A", "${A}", ":-", "5"), fc.string({ unit: "grapheme" })))
  .map((parts) => parts.join(""));

/** Compose's own grammar (compose-go, template.go), with every variable set to a mark that no escaped text yields. */
function substitute(text: string): string {
  return text.replace(/\$(?:(\$)|([_a-z][_a-z0-9]*)|\{([^}]*)\}|())/gi, (_, escaped: string | undefined) =>
    escaped ? "$" : "SUBSTITUTED",
  );
}
