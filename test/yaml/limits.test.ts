import { describe, expect, test } from "vitest";
import { validate } from "../../src/compile.ts";
import { limits } from "../../src/yaml/read.ts";

const mebibyte = 1024 * 1024;
const codesOf = (text: string): readonly string[] => [...new Set(validate(text).map(({ code }) => code))];
const seconds = (work: () => void): number => {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
};

const nestedMapping = (depth: number): string =>
  Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}k:\n`).join("");
const aliases = (levels: number): string =>
  Array.from(
    { length: levels },
    (_, level) => `x-${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join()}]\n`,
  ).join("");

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

describe("a hostile file gets one finding in bounded time", () => {
  test.each(attacks)("%s", (_, code, text) => {
    const attack = text();
    let codes: readonly string[] = [];
    const duration = seconds(() => (codes = codesOf(attack)));
    expect(codes).toEqual([code]);
    expect(duration).toBeLessThan(10);
  });
});

describe("a large file is read in bounded time", () => {
  test.each<readonly [name: string, text: () => string]>([
    [
      "10,000 services",
      () =>
        Array.from(
          { length: 10_000 },
          (_, index) => `service-${index}:\n  image: nginx\n  environment:\n    - INDEX=${index}\n`,
        ).join(""),
    ],
    [
      "a chain of 5,000 links",
      () =>
        Array.from(
          { length: 5000 },
          (_, index) => `s${index}:\n  image: nginx\n${index ? `  links: [s${index - 1}]\n` : ""}`,
        ).join(""),
    ],
    [
      "100,000 variables",
      () =>
        `web:\n  image: nginx\n  environment:\n${Array.from({ length: 100_000 }, (_, index) => `    - V${index}=x\n`).join("")}`,
    ],
    ["one text of 4 MiB", () => `web:\n  image: nginx\n  command: "${"word ".repeat((4 * mebibyte) / 5)}"\n`],
    [
      "200,000 merged values",
      () =>
        `x-base: &base\n${Array.from({ length: 1000 }, (_, index) => `  K${index}: v\n`).join("")}web:\n  image: nginx\n  environment:\n    <<: [${Array(200).fill("*base").join()}]\n`,
    ],
    [
      "depth just within the limit",
      () => `x-deep: ${"[".repeat(limits.depth - 10)}${"]".repeat(limits.depth - 10)}\nweb:\n  image: nginx\n`,
    ],
  ])("%s", (_, text) => {
    const large = text();
    let errors: readonly string[] = [];
    const duration = seconds(
      () => (errors = validate(large).flatMap(({ severity, message }) => (severity === "error" ? [message] : []))),
    );
    expect(errors).toEqual([]);
    expect(duration).toBeLessThan(20);
  });

  test.each<readonly [name: string, text: () => string]>([
    ["50,000 equal keys", () => `web:\n${"  image: nginx\n".repeat(50_000)}`],
    [
      "50,000 unknown fields",
      () => `web:\n  image: nginx\n${Array.from({ length: 50_000 }, (_, index) => `  f${index}: x\n`).join("")}`,
    ],
    ["20,000 dollars", () => `web:\n  image: nginx\n  command: "${"$A ".repeat(20_000)}"\n`],
    ["a text of a million dollars and braces", () => `web:\n  image: nginx\n  command: "${"${".repeat(500_000)}"\n`],
    [
      "10,000 ports that all conflict",
      () =>
        `web:\n  image: nginx\n  ports:\n${Array.from({ length: 10_000 }, (_, index) => `    - "80:${index + 1}"\n`).join("")}`,
    ],
    [
      "20,000 links to nothing",
      () =>
        `web:\n  image: nginx\n  links:\n${Array.from({ length: 20_000 }, (_, index) => `    - s${index}\n`).join("")}`,
    ],
    [
      "3,000 services in one circle",
      () =>
        Array.from(
          { length: 3000 },
          (_, index) => `s${index}:\n  image: nginx\n  links: [s${(index + 1) % 3000}]\n`,
        ).join(""),
    ],
  ])("many findings: %s", (_, text) => {
    const large = text();
    expect(seconds(() => validate(large))).toBeLessThan(20);
  });
});
