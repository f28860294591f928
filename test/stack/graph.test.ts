import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cycles, topologicalOrder } from "../../src/stack/graph.ts";

describe("cycles", () => {
  test.each([
    ["nothing", {}, []],
    ["a chain", { a: ["b"], b: ["c"], c: [] }, []],
    ["a diamond", { a: ["b", "c"], b: ["d"], c: ["d"], d: [] }, []],
    ["a name that leads to itself", { a: ["a"] }, []],
    ["two names", { a: ["b"], b: ["a"] }, ["a b"]],
    ["a cycle behind a chain", { a: ["b"], b: ["c"], c: ["d"], d: ["b"] }, ["b c d"]],
    ["two cycles with a bridge", { a: ["b"], b: ["a", "c"], c: ["d"], d: ["c"] }, ["a b", "c d"]],
    ["two cycles that share a name", { a: ["b"], b: ["a", "c"], c: ["b"] }, ["a b c"]],
  ] as const)("%s", (_, graph: Readonly<Record<string, readonly string[]>>, expected) => {
    expect(sorted(cycles(Object.keys(graph), (name) => graph[name]!))).toEqual(expected);
  });

  test("names are in one cycle exactly if they reach each other", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 10, maxLength: 10 }), (edges) => {
        const names = edges.map((_, index) => String(index));
        const successors = (name: string): readonly string[] => edges[Number(name)]!.map(String);
        const together = names.map((name) =>
          names.filter((other) => reaches(name, other, successors) && reaches(other, name, successors)),
        );
        const expected = together.filter((group) => group.length > 1).map((group) => group.join(" "));
        expect(sorted(cycles(names, successors))).toEqual([...new Set(expected)].toSorted());
      }),
    );
  });

  test("a cycle may be as long as the file", () => {
    const next = (name: string): readonly string[] => [String((Number(name) + 1) % 100_000)];
    expect(cycles(["0"], next).map(({ length }) => length)).toEqual([100_000]);
  });
});

describe("topological order", () => {
  test("every name comes once, after all that it needs", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(20)), { maxLength: 20 }), fc.func(fc.nat()), (needs, shuffle) => {
        // A name needs only those before it in the list, so that there is no cycle.
        const next = (name: string): readonly string[] =>
          (needs[Number(name)] ?? []).filter((needed) => needed < Number(name)).map(String);
        const names = needs.map((_, index) => String(index)).toSorted((a, b) => shuffle(a) - shuffle(b));
        const ordered = [...topologicalOrder(names, next)];
        expect(ordered.toSorted()).toEqual(names.toSorted());
        for (const [at, name] of ordered.entries())
          expect(ordered.slice(0, at)).toEqual(expect.arrayContaining([...next(name)]));
      }),
    );
  });

  test("a chain may be as long as the file", () => {
    const next = (name: string): readonly string[] => (name === "0" ? [] : [String(Number(name) - 1)]);
    expect([...topologicalOrder(["100000"], next)].at(-1)).toBe("100000");
  });
});

function sorted(groups: readonly (readonly string[])[]): readonly string[] {
  return groups.map((group) => group.toSorted().join(" ")).toSorted();
}

function reaches(from: string, to: string, successors: (name: string) => readonly string[]): boolean {
  const reached = new Set([from]);
  for (const name of reached) for (const next of successors(name)) reached.add(next);
  return reached.has(to);
}
