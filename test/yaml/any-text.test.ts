import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { compile } from "../../src/compile.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";

const valid = `x-base: &base
  autorestart: ON_FAILURE
  environment: &environment
    - PASSWORD=pa$$word
    - HOME
web: # the front
  <<: *base
  image: "nginx:1.27"
  ports:
    - "80:80"
    - 443
  links: [db, "db:database", queue.backend]
  labels: { org.example.team: 'web', "odd key": ~ }
  mem_limit: 512 mb
  command: >
    serve --all
    --now
db:
  image: redis
  volumes:
    - data:/data
    - /srv:/srv:ro
  environment: *environment
  target_num_containers: 2
job:
  image: busybox
  autodestroy: ON_SUCCESS
  restart: no
  volumes_from:
    - db:ro
`;

/** Whatever happens, it is said in diagnostics that point into the text, and what is written is YAML. */
function expectSound(text: string, interpolate: boolean): void {
  const { files, diagnostics } = compile(text, { name: "shop", interpolate });
  expect(files.length === 0).toBe(hasErrors(diagnostics));
  for (const { labels, message } of diagnostics) {
    expect(message).not.toMatch(/undefined|\[object|unreachable/);
    for (const { span } of labels) {
      expect(span.start).toBeGreaterThanOrEqual(0);
      expect(span.start).toBeLessThanOrEqual(span.end);
      expect(span.end).toBeLessThanOrEqual(text.length);
    }
  }
  for (const file of files) expect(() => parse(file.text) as unknown, file.text).not.toThrow();
}

const cut = fc
  .tuple(fc.nat(valid.length), fc.nat(40))
  .map(([at, length]) => ({ start: at, end: Math.min(valid.length, at + length) }));
const deleted = cut.map(({ start, end }) => valid.slice(0, start) + valid.slice(end));
const doubled = cut.map(({ start, end }) => valid.slice(0, end) + valid.slice(start));
const swapped = fc.tuple(cut, cut).map(([one, two]) => {
  const [first, second] = one.start < two.start ? [one, two] : [two, one];
  const middle = Math.max(first.end, second.start);
  return (
    valid.slice(0, first.start) +
    valid.slice(second.start, second.end) +
    valid.slice(first.end, middle) +
    valid.slice(first.start, first.end) +
    valid.slice(second.end)
  );
});
const snippets = fc.constantFrom(
  "<<: *base\n",
  "&a ",
  "*a",
  "*base",
  "- ",
  ": ",
  "? ",
  "{",
  "}",
  "[",
  "]",
  '"',
  "'",
  "|\n",
  ">",
  "#",
  "!!int ",
  "!!merge ",
  "!!timestamp ",
  "!!binary ",
  "!!set ",
  "!!omap ",
  "!x ",
  "---\n",
  "...\n",
  "\t",
  "\r\n",
  "\u0085",
  "\u2028",
  "\0",
  "\ufeff",
  "$",
  "${",
  "__proto__: ",
  "~",
  "null",
  ".inf",
  ".nan",
  "1e999",
  "-0",
  "0x",
  "%YAML 1.1\n",
  "image",
  "services:\n",
  "\ud800",
  '"\\ud800"',
  "\r",
);
const inserted = fc
  .tuple(fc.nat(valid.length), snippets)
  .map(([at, snippet]) => valid.slice(0, at) + snippet + valid.slice(at));
const lines = valid.split("\n");
const reordered = fc.shuffledSubarray(lines, { minLength: 3 }).map((some) => some.join("\n"));
const indented = fc
  .tuple(fc.nat(lines.length - 1), fc.integer({ min: -4, max: 4 }))
  .map(([index, by]) =>
    lines.map((line, at) => (at !== index ? line : by < 0 ? line.slice(-by) : " ".repeat(by) + line)).join("\n"),
  );

describe("no text makes the compiler throw", () => {
  test("the text that is changed below is valid", () => {
    expect(hasErrors(compile(valid, { name: "shop" }).diagnostics)).toBe(false);
  });

  test.each<readonly [string, fc.Arbitrary<string>]>([
    ["arbitrary text", fc.string({ unit: "binary", maxLength: 200 })],
    [
      "arbitrary characters, lone surrogates included",
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 }).map((codes) => String.fromCharCode(...codes)),
    ],
    ["text of YAML's characters", fc.stringMatching(/^[ \n\-:?#&*!|>'"%@`,[\]{}<=~ab1$.]{0,80}$/)],
    [
      "text of pieces",
      fc
        .array(fc.oneof(snippets, fc.constantFrom(...lines.map((line) => `${line}\n`))), { maxLength: 30 })
        .map((parts) => parts.join("")),
    ],
    ["a deleted slice", deleted],
    ["a doubled slice", doubled],
    ["two swapped slices", swapped],
    ["an inserted piece", inserted],
    ["reordered lines", reordered],
    ["an indented line", indented],
  ])("%s", (_, texts) => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, interpolate) => {
        expectSound(text, interpolate);
      }),
      { numRuns: 400 },
    );
  });

  test.each([
    "web:\n  image: nginx\n  tty: [{}]\n",
    "web:\n  image: nginx\n  environment: { A: [{}] }\n",
    "web:\n  image: [[{}]]\n",
    "web: [{}]\n",
    "web: [",
    "web: {",
    "web: '",
    "- ",
    "a: [\n",
    "? !!merge x",
  ])("%j", (text) => {
    expectSound(text, false);
  });

  test("any data in any field", () => {
    const names = fc.constantFrom(
      "image",
      "ports",
      "environment",
      "labels",
      "links",
      "volumes",
      "volumes_from",
      "restart",
      "autorestart",
      "autodestroy",
      "mem_limit",
      "user",
      "net",
      "command",
      "__proto__",
      "constructor",
      "x",
    );
    const service = fc.dictionary(names, fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.oneof(fc.constantFrom("web", "x-a", ".b", "services", "version", "__proto__", "$schema"), fc.string()),
          fc.oneof(service, fc.jsonValue()),
        ),
        fc.boolean(),
        (data, interpolate) => {
          expectSound(JSON.stringify(data), interpolate);
        },
      ),
      { numRuns: 400 },
    );
  });
});
