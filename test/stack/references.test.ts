import * as fc from "fast-check";
import { expect, test } from "vitest";
import { dependenciesFirst } from "../../src/stack/references.ts";

test("every name comes once, after all that it needs", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(20)), { maxLength: 20 }), fc.func(fc.nat()), (needs, shuffle) => {
      // A name needs only those before it in the list, so that there is no circle.
      const next = (name: string): readonly string[] =>
        (needs[Number(name)] ?? []).filter((needed) => needed < Number(name)).map(String);
      const names = needs.map((_, index) => String(index)).toSorted((a, b) => shuffle(a) - shuffle(b));
      const ordered = [...dependenciesFirst(names, next)];
      expect(ordered.toSorted()).toEqual(names.toSorted());
      for (const [at, name] of ordered.entries())
        expect(ordered.slice(0, at)).toEqual(expect.arrayContaining([...next(name)]));
    }),
  );
});

test("a chain may be as long as the file", () => {
  const next = (name: string): readonly string[] => (name === "0" ? [] : [String(Number(name) - 1)]);
  expect([...dependenciesFirst(["100000"], next)].at(-1)).toBe("100000");
});
