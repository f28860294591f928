import * as fc from "fast-check";
import { expect, test } from "vitest";
import { uniqueNames } from "../../src/targets/unique-names.ts";

test("names are taken once, whatever their case", () => {
  const names = uniqueNames(["data", "Store-2"]);
  expect(["data", "DATA", "data-2", "store", "STORE", "other"].map((name) => names.take(name))).toEqual([
    "data-2",
    "DATA-3",
    "data-2-2",
    "store",
    "STORE-3",
    "other",
  ]);
});

test("long names are cut, and end as a name may end", () => {
  const names = uniqueNames([]);
  expect([
    names.take("abc-defg", 4),
    names.take("abc-defg", 4),
    names.take("abcdefg", 4),
    names.take("abcdefg", 4),
  ]).toEqual(["abc", "ab-2", "abcd", "ab-3"]);
});

test("all names differ, are no longer than asked, and are names", () => {
  const wanted = fc.stringMatching(/^[a-cA-C]([a-c-]{0,6}[a-c2])?$/);
  fc.assert(
    fc.property(
      fc.array(wanted),
      fc.array(wanted, { maxLength: 40 }),
      fc.integer({ min: 6, max: 10 }),
      (taken, asked, longest) => {
        const names = uniqueNames(taken);
        const given = asked.map((name) => names.take(name, longest));
        const inLowerCase = [
          ...new Set(taken.map((name) => name.toLowerCase())),
          ...given.map((name) => name.toLowerCase()),
        ];
        expect(new Set(inLowerCase).size).toBe(inLowerCase.length);
        for (const name of given) expect(name).toMatch(/^[a-zA-Z]([\w-]*[a-zA-Z0-9])?$/);
        expect(Math.max(0, ...given.map(({ length }) => length))).toBeLessThanOrEqual(longest);
      },
    ),
  );
});

test("many of one name are given out in a time that grows with their number only", () => {
  const names = uniqueNames([]);
  const given = Array.from({ length: 100_000 }, () => names.take("a"));
  expect(given.at(-1)).toBe("a-100000");
});
