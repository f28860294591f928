import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { parseDocument } from "../../src/yaml/document.ts";
import { readByPyYaml, testWithPyYaml } from "./pyyaml.ts";

/** What is read from a text, as `readByPyYaml` gives it; undefined where it is refused. */
function read(text: string): unknown {
  const diagnostics: Diagnostic[] = [];
  const document = parseDocument({ name: "stack.yml", text }, diagnostics);
  return document && plain(document.value);
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "number") return String(value);
  return typeof value === "object" && value !== null
    ? Object.entries(value)
        .map(([key, item]) => [key, plain(item)] as const)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
    : value;
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value) && value.every((item) => Array.isArray(item) && item.length === 2)
    ? value
        .map(([key, item]: readonly [string, unknown]) => [key, sorted(item)] as const)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
    : value;

const merges = [
  "x: {<<: {a: 1, b: 1}, <<: {a: 2, c: 2}}",
  "x: {a: 0, <<: {a: 1, b: 1}, <<: [{a: 2, c: 2}, {a: 4, c: 3, d: 4}]}",
  "x: {<<: [{a: 2}, {a: 3, b: 3}], <<: {b: 4}, b: 5}",
  "x: {<<: {a: 1}, <<: {a: 2}, <<: {a: 3}}",
  "x: &x {a: 1}\ny: {<<: {a: 2}, <<: *x}\nz: {<<: &z {b: 3}, b: 4, <<: *z, <<: *x}",
  "x: {!!str <<: {a: 1}}",
  "x: {'<<': {a: 1}}",
];

const carriageReturns = [
  "a: 1\rb: 2",
  "a: x # a comment\rb: 2\n",
  "a:\r  b: 1\r",
  'a: "one\r  two"',
  "a: 'one\r  two'",
  "a: one\r  two\r",
  'a: "one\\\r  two"',
  'a: "one\r\r  two"',
  "a: x\r\r\n",
  "# comment\r\r\na: 1\n",
  "a: 1 \r\n\r\nb: 2",
  "a: |\r  x\r  y\r",
  "a: >\r\n  x\r  y\r\n\r  z\r",
  'a: "\\r"',
  "a:\r- x\r- y\r\n- z\n",
];

test("of several `<<`, the last one wins, and an own key wins over each", () => {
  expect(merges.map(read)).toEqual([
    [
      [
        "x",
        [
          ["a", "2"],
          ["b", "1"],
          ["c", "2"],
        ],
      ],
    ],
    [
      [
        "x",
        [
          ["a", "0"],
          ["b", "1"],
          ["c", "2"],
          ["d", "4"],
        ],
      ],
    ],
    [
      [
        "x",
        [
          ["a", "2"],
          ["b", "5"],
        ],
      ],
    ],
    [["x", [["a", "3"]]]],
    [
      ["x", [["a", "1"]]],
      ["y", [["a", "1"]]],
      [
        "z",
        [
          ["a", "1"],
          ["b", "4"],
        ],
      ],
    ],
    [["x", [["<<", [["a", "1"]]]]]],
    [["x", [["<<", [["a", "1"]]]]]],
  ]);
});

test("a bad value of any `<<` is reported at its place", () => {
  const text = "x: {<<: 1, <<: {a: 1}, <<: [2]}";
  const diagnostics: Diagnostic[] = [];
  parseDocument({ name: "stack.yml", text }, diagnostics);
  expect(diagnostics.map(({ code, labels }) => [code, labels[0].start.column])).toEqual([
    ["bad-merge", 28],
    ["bad-merge", 9],
  ]);
});

testWithPyYaml("merge keys and carriage returns are read as the old clients read them", () => {
  const texts = [...merges, ...carriageReturns];
  const old = readByPyYaml(texts);
  expect(texts.map((text) => [text, read(text)])).toEqual(texts.map((text, index) => [text, sorted(old[index]?.[1])]));
});

test("a place after a lone carriage return is in the line that editors show", () => {
  const diagnostics: Diagnostic[] = [];
  parseDocument({ name: "stack.yml", text: "a: 1\rb: 2\r\nc: [\r" }, diagnostics);
  expect(diagnostics[0]?.labels[0].start).toEqual({ line: 4, column: 1 });
});
