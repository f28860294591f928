import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { Lexer } from "yaml";
import { describe, expect, test, vi } from "vitest";
import type { Diagnostic, Path } from "../../src/diagnostics/diagnostic.ts";
import { parseDocument, type LocatedDocument } from "../../src/yaml/document.ts";

/** A key with an anchor makes the reader take the text as a whole; one of the same length without it does not. */
const plainLine = "aa zero: 1\n";
const anchoredLine = "&a zero: 1\n";
const pieceLength = 4096;

const service = (index: number): string => `filler-${index}:\n  image: nginx\n  ports: ["80", 443]\n`;
const services = (from: number, length: number): string => {
  let text = "";
  for (let index = from; text.length < length; index++) text += service(index);
  return text;
};

/** The lengths of the texts that the package reads for one text. */
function lengthsRead(text: string): readonly number[] {
  const lexers = vi.spyOn(Lexer.prototype, "lex");
  parseDocument({ name: "stack.yml", text }, []);
  const lengths = lexers.mock.calls.map(([{ length }]) => length);
  lexers.mockRestore();
  return lengths;
}

/** Everything that a reader of a document can ask about each of its values, apart from the first. */
function factsOf(text: string): unknown {
  const diagnostics: Diagnostic[] = [];
  const document = parseDocument({ name: "stack.yml", text }, diagnostics);
  if (!document) return diagnostics;
  const [, ...keys] = document.keys([]);
  return { diagnostics, keys, allowed: document.allowComments, facts: keys.map((key) => factsAt(document, [key])) };
}

function factsAt(document: LocatedDocument, path: Path): unknown {
  const value = path.reduce<unknown>(
    (data, segment) => (data as Record<string | number, unknown>)[segment],
    document.value,
  );
  const isCollection = typeof value === "object" && value !== null;
  const segments = !isCollection ? [] : Array.isArray(value) ? value.map((_, index) => index) : document.keys(path);
  return {
    path,
    value: isCollection ? undefined : value,
    at: document.locate(path),
    key: document.locate({ path, part: "key" }),
    written: document.written(path),
    isPlain: document.isPlain(path),
    isAnchored: document.isAnchored(path),
    comments: document.comments(path),
    inner: segments.map((segment) => factsAt(document, [...path, segment])),
  };
}

/** Compares the text read in pieces, or as the reader decides, with the same text read as a whole. */
function expectSame(rest: string): void {
  expect(factsOf(plainLine + rest)).toEqual(factsOf(anchoredLine + rest));
}

const fixtures = new URL("../diagnostics/", import.meta.url);
const files = readdirSync(fixtures).flatMap((name) => {
  try {
    return [[name, readFileSync(new URL(`${name}/stack.yml`, fixtures), "utf8")] as const];
  } catch {
    return [];
  }
});

const oddities: readonly (readonly [name: string, text: string])[] = [
  ["a quoted text over lines", "a:\n  b: \"one\n\n    two\"\nc: 'x\n  y'\nd: 1\n"],
  ["a quoted text whose lines look like keys", 'a: "one\nb: two\nc: three"\nd: 1\n'],
  ["a quote that nothing closes", 'a:\n  b: "one\nc:\n  d: 1\ne: 2\n'],
  ["brackets over lines that look like keys", "a: [one,\nb: two,\nc: three]\nd: 1\n"],
  ["brackets that nothing closes", "a: [one,\nb: two\nc: 3\n"],
  ["braces over lines", "a: {b: 1,\n  c: 2\n}\nd: 1\n"],
  ["blocks of lines", "a: |\n  one\n  two\nb: >-\n  three\n\n  four\n\nc: |+\n  five\n\nd: 1\n"],
  ["a block without an indentation", "a: |\nb: 1\nc: |2\n   x\nd: 1\n"],
  ["text that goes on", "a: one\n  two\n\n  three\nb: 1\n"],
  ["keys without values", "a:\nb:\n\nc: # comment\nd:\n  e:\nf:\n"],
  ["lists at the margin", "a:\n- one\n- two:\n  - three\n# between\n- four\nb: 1\n"],
  ["anchors, aliases and merge keys", "x-a: &x\n  b: &y [1, 2]\nc:\n  <<: *x\n  d: *y\ne: *x\nf: *none\n"],
  ["an alias before its anchor", "a: *x\nb: &x 1\nc: *x\n"],
  ["the same key twice", "a: 1\nb: 2\nfiller-1: 1\na: 3\n"],
  [
    "comments everywhere",
    "# above a\na: # beside a\n  # in a\n  b: 1 # beside b\n# below a\n\n# above c\nc: 1\n# end\n",
  ],
  ["comments that allow warnings", "a:\n  # tutum-stack: allow dead-registry\n  b: 1\nc: 2 # tutum-stack: allow x\n"],
  ["a second document", "a: 1\n---\nb: 2\n"],
  ["an end of the document", "a: 1\n...\nb: 2\n"],
  ["an end of the document at the end", "a: 1\n...\n"],
  ["a directive", "a: 1\n%YAML 1.1\nb: yes\n"],
  ["an explicit key", "a: 1\n? b\n: 2\nc: 3\n"],
  ["an anchor on a line of its own", "a: 1\n&x\nb: 2\nc: *x\n"],
  ["a tag on a line of its own", "a: 1\n!!str\nb: 2\n"],
  ["an unknown tag", "a: !x 1\nb: 2\n"],
  ["a key without a name", "a: 1\n: 2\nb: 3\n"],
  ["a line without a colon", "a: 1\nb\nc: 2\n"],
  ["a line without a colon above a key", "a: 1\nb\n  c: 2\n"],
  ["a text with a colon", "a: b: c\nd: 1\n"],
  ["too little indentation", "a:\n    b: 1\n  c: 2\nd: 1\n"],
  ["a tab", "a:\n\tb: 1\nc: 2\n"],
  ["carriage returns", "a: 1\r\nb:\r\n  - c\r\n  - d\r\ne: 1\r\n"],
  ["lone carriage returns", "a: 1\rb: 2\rc:\r  d: 1\r"],
  ["white space at the margin", "a: 1\n \nb: 2\n\t\nc: 3\n   # comment\nd: 4\n"],
  ["no line feed at the end", "a: 1\nb: 2"],
  ["keys with quotes and dots", "\"a b\": 1\n'c': 2\n.d: 3\n_e: 4\n8080: 5\n\u00e9: 6\n"],
  ["a half character", 'a: "\\ud800"\nb: 1\n'],
];

describe("a long file in pieces says the same as the whole", () => {
  test("the two texts of a comparison are read in both ways", () => {
    const rest = services(0, 5 * pieceLength);
    const { length } = plainLine + rest;
    expect(lengthsRead(plainLine + rest).every((read) => read < 2 * pieceLength)).toBe(true);
    expect(lengthsRead(anchoredLine + rest)).toEqual([length]);
  });

  test.each(files)("between other services: %s", (_, text) => {
    expectSame(`${services(0, 2 * pieceLength)}${text.replace(/^\ufeff/, "")}\n${services(900, pieceLength)}`);
  });

  test.each(oddities)("wherever a piece may end: %s", (_, text) => {
    const lineEnds = [0, ...[...text.matchAll(/[\r\n]/g)].map(({ index }) => index + 1)];
    for (const end of lineEnds) {
      const before = services(0, 2 * pieceLength - plainLine.length - end - 300);
      const padding = `padding: ${"x".repeat(2 * pieceLength - plainLine.length - before.length - end - 11)}\n`;
      expectSame(`${before}${padding}${text}\n${services(900, pieceLength)}`);
    }
    expectSame(`${services(0, 2 * pieceLength)}${text}`);
  });

  test("wherever odd lines stand", () => {
    const line = fc.constantFrom(...oddities.flatMap(([, text]) => text.split("\n")));
    const place = fc.integer({ min: 0, max: 3 * pieceLength });
    const change = fc.tuple(place, fc.array(line, { minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let text = services(0, 3 * pieceLength);
        for (const [at, lines] of changes) {
          const lineStart = text.lastIndexOf("\n", at) + 1;
          text = `${text.slice(0, lineStart)}${lines.join("\n")}\n${text.slice(lineStart)}`;
        }
        expectSame(text);
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ["is indented", services(0, 3 * pieceLength).replace(/^/gm, "  ")],
    ["is a list", "- a\n".repeat(4000)],
    ["is a list below three dashes", `---\n${"- a\n".repeat(4000)}`],
    ["is a text", "a b c\n".repeat(4000)],
    ["is in braces", `{\n${Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join(",\n")}}\n`],
    ["begins with a directive", `%YAML 1.2\n---\n${services(0, 3 * pieceLength)}`],
  ])("a text that %s is read as a whole", (_, text) => {
    expect(parseDocument({ name: "stack.yml", text }, [])).toBeDefined();
    expect(lengthsRead(text)).toContain(text.length);
  });

  test("a piece may have any number of comments", () => {
    const text = `${services(0, 2 * pieceLength)}${"#\n".repeat(900_000)}last: 1\n`;
    expect(parseDocument({ name: "stack.yml", text }, [])?.keys([]).at(-1)).toBe("last");
    expect(lengthsRead(text)).not.toContain(text.length);
  });

  test("keys that are indented less than the first ones are a mistake", () => {
    const indented = Array.from({ length: 1000 }, (_, index) => `  k${index}: 1\n`).join("");
    const diagnostics: Diagnostic[] = [];
    parseDocument({ name: "stack.yml", text: indented + services(0, 3 * pieceLength) }, diagnostics);
    expect(diagnostics.map(({ code }) => code)).toEqual(["invalid-yaml"]);
  });
});
