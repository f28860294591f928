import * as fc from "fast-check";
import { expect, test } from "vitest";
import { diffLines } from "../../src/text/diff.ts";

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

test("equal texts have none", () => {
  expect(diffLines("a\nb\n", "a\nb\n")).toEqual([]);
});

test("a changed line has its neighbours, and not those far away", () => {
  const before = lines("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
  expect(diffLines(before, before.replace("h", "H"))).toEqual(["@@", " e", " f", " g", "-h", "+H", " i", " j"]);
});

test("places that are apart are separated", () => {
  const before = lines("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
  expect(diffLines(before, before.replace("a", "A").replace("l", "L"))).toEqual(
    "-a,+A, b, c, d,@@, i, j, k,-l,+L".split(","),
  );
});

test("texts of very many different lines are replaced whole", () => {
  const text = (mark: string): string => lines(...Array.from({ length: 5000 }, (_, index) => `${mark}${index % 7}`));
  expect(diffLines(text("a"), text("b"))).toHaveLength(10_000);
});

test("leaving out what was added gives the first text, and what was removed the second", () => {
  const texts = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 }).map((parts) => lines(...parts));
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      // Neighbours of no difference are left out, so a difference on every line is put beside each line.
      const marked = (text: string, mark: string): string => text.replaceAll("\n", `\n${mark}\n`);
      const diff = diffLines(marked(before, "-"), marked(after, "+"));
      const without = (mark: string): string =>
        lines(...diff.filter((line) => !line.startsWith(mark) && line !== "@@").map((line) => line.slice(1)));
      if (before === after && before === "") expect(diff).toEqual([]);
      else {
        expect(without("+")).toBe(marked(before, "-"));
        expect(without("-")).toBe(marked(after, "+"));
      }
    }),
  );
});
