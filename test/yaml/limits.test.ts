import { describe, expect, test } from "vitest";
import { workOf } from "../support/work.ts"; // before what it measures
import { validate } from "../../src/compile.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { limits } from "../../src/yaml/read.ts";

const mebibyte = 1024 * 1024;

/**
 * What is found in a text. Expects work in proportion to its length: the texts below take 76 blocks of code a character
 * at most.
 */
function validateInProportion(text: string): readonly Diagnostic[] {
  let found: readonly Diagnostic[] = [];
  const work = workOf(() => (found = validate(text)));
  expect(work / text.length).toBeLessThan(100);
  return found;
}

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("");
const nestedMapping = (depth: number): string => lines(depth, (level) => `${" ".repeat(level)}k:\n`);
const aliases = (levels: number): string =>
  lines(levels, (level) => `x-${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join()}]\n`);

/** Names of texts that attack the reader, each with the one finding it deserves. */
const attacks: readonly (readonly [name: string, code: string, text: () => string])[] = [
  ["10,000 lists in brackets", "nested-too-deep", () => `web: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`],
  ["100,000 lists in brackets that are never closed", "nested-too-deep", () => `web: ${"[".repeat(100_000)}`],
  ["10,000 lists in dashes", "nested-too-deep", () => `web:\n  ${"- ".repeat(10_000)}a\n`],
  ["10,000 mappings in braces", "nested-too-deep", () => `web: ${"{a: ".repeat(10_000)}b${"}".repeat(10_000)}\n`],
  ["3,000 nested mappings", "nested-too-deep", () => nestedMapping(3000)],
  ["10,000 question marks", "nested-too-deep", () => `${"? ".repeat(10_000)}a\n`],
  ["aliases of aliases, nine levels", "too-many-aliases", () => `x-0: &a0 text\n${aliases(9)}web:\n  image: nginx\n`],
  [
    "aliases of aliases in merge keys",
    "too-many-aliases",
    () => `x-0: &a0 {k: text}\n${aliases(9)}web:\n  image: nginx\n`,
  ],
  [
    "a million aliases of a small list",
    "too-many-aliases",
    () => `x-a: &a [1, 2]\nx-b: [${"*a,".repeat(300_000)}]\nweb:\n  image: nginx\n`,
  ],
  ["a file over 8 MiB", "too-large", () => `web:\n  image: nginx\n# ${"x".repeat(8 * mebibyte)}\n`],
  ["2.5 million tokens", "too-large", () => `web: [${"1,".repeat(1_250_000)}]\n`],
  ["2.5 million tokens in lines", "too-large", () => `web:\n${"- 1\n".repeat(1_000_000)}`],
];

test("the work of the reader is counted", () => {
  const text = lines(1000, (index) => `s${index}:\n  image: nginx\n`);
  expect(workOf(() => validate(text))).toBeGreaterThan(text.length);
});

describe("a hostile file gets one finding, with work in proportion to its length", () => {
  test.each(attacks)("%s", (_, code, text) => {
    expect([...new Set(validateInProportion(text()).map((found) => found.code))]).toEqual([code]);
  });
});

describe("a large file is read with work in proportion to its length", () => {
  test.each<readonly [name: string, text: () => string]>([
    [
      "10,000 services",
      () => lines(10_000, (index) => `service-${index}:\n  image: nginx\n  environment:\n    - INDEX=${index}\n`),
    ],
    [
      "a chain of 5,000 links",
      () => lines(5000, (index) => `s${index}:\n  image: nginx\n${index ? `  links: [s${index - 1}]\n` : ""}`),
    ],
    [
      "100,000 variables",
      () => `web:\n  image: nginx\n  environment:\n${lines(100_000, (index) => `    - V${index}=x\n`)}`,
    ],
    ["one text of 4 MiB", () => `web:\n  image: nginx\n  command: "${"word ".repeat((4 * mebibyte) / 5)}"\n`],
    [
      "200,000 merged values",
      () =>
        `x-base: &base\n${lines(1000, (index) => `  K${index}: v\n`)}web:\n  image: nginx\n  environment:\n    <<: [${Array(200).fill("*base").join()}]\n`,
    ],
    [
      "depth just within the limit",
      () => `x-deep: ${"[".repeat(limits.depth - 10)}${"]".repeat(limits.depth - 10)}\nweb:\n  image: nginx\n`,
    ],
  ])("%s", (_, text) => {
    expect(validateInProportion(text()).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test.each<readonly [name: string, found: Readonly<Record<string, number>>, text: () => string]>([
    ["50,000 equal keys", { "duplicate-key": 49_999 }, () => `web:\n${"  image: nginx\n".repeat(50_000)}`],
    [
      "50,000 unknown fields",
      { "unknown-field": 50_000 },
      () => `web:\n  image: nginx\n${lines(50_000, (index) => `  f${index}: x\n`)}`,
    ],
    [
      "20,000 dollars",
      { "dollar-is-text": 1 },
      () => `web:\n  image: nginx\n  environment:\n    A: "${"$A ".repeat(20_000)}"\n`,
    ],
    [
      "a text of a million dollars and braces",
      {},
      () => `web:\n  image: nginx\n  command: "${"${".repeat(500_000)}"\n`,
    ],
    [
      "10,000 ports that all conflict",
      { "port-conflict": 9999 },
      () => `web:\n  image: nginx\n  ports:\n${lines(10_000, (index) => `    - "80:${index + 1}"\n`)}`,
    ],
    [
      "20,000 links to nothing",
      { "unknown-service": 20_000, "link-variables": 1 },
      () => `web:\n  image: nginx\n  links:\n${lines(20_000, (index) => `    - s${index}\n`)}`,
    ],
    [
      "3,000 services in one circle",
      { "link-variables": 1 },
      () => lines(3000, (index) => `s${index}:\n  image: nginx\n  links: [s${(index + 1) % 3000}]\n`),
    ],
  ])("with what is found in it: %s", (_, expected, text) => {
    const found: Record<string, number> = {};
    for (const { code } of validateInProportion(text())) found[code] = (found[code] ?? 0) + 1;
    expect(found).toEqual(expected);
  });
});
