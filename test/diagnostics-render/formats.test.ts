import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validate } from "../../src/compile.ts";
import { formats, type FormatName } from "../../src/diagnostics/render/index.ts";
import { pathOf } from "../support/fixtures.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";
import { readReport } from "../support/read-report.ts";

const everyMistake = readFileSync(pathOf("diagnostics-render", "every-mistake.yml"), "utf8");
const names = Object.keys(formats) as readonly FormatName[];
const report = (format: FormatName, files: Readonly<Record<string, string>>): string =>
  run(["validate", ...Object.keys(files), "--format", format], {
    files: new MemoryFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [`/shop/${name}`, text]))),
  }).stdout;

describe("a file with every mistake at once", () => {
  const found = validate(everyMistake, { fileName: "stack.yml" });

  test("has each code once", () => {
    expect(found.length).toBeGreaterThanOrEqual(40);
    expect(new Set(found.map(({ code }) => code)).size).toBe(found.length);
  });

  test.each(names)("shows them all in %s, once, in the same order, at the same place", (format) => {
    expect(readReport[format](report(format, { "stack.yml": everyMistake }))).toEqual(
      found.map(({ file, labels, severity, code, message }) => ({ file, ...labels[0].start, severity, code, message })),
    );
  });
});

test.each(names)("no place in %s is beyond the end of the file", (format) => {
  const pieces = fc.constantFrom(
    ..."web: |  image: x\n|[|{|'|\"|- |? |: |\t|\n|\r|&a |*a|!x |#|🚀|%|---|\0".split("|"),
  );
  const texts = fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, (text) => {
      const lines = text.split(/\r\n?|\n/);
      for (const { line, column } of readReport[format](report(format, { "stack.yml": text }))) {
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column || 1).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
      }
    }),
    { numRuns: 200 },
  );
  const ends = [...report(format, { "stack.yml": "web: [" }).matchAll(/endColumn"?[:=] ?(\d+)/g)];
  for (const [, column] of ends) expect(Number(column)).toBeLessThanOrEqual(7);
});

describe("files", () => {
  const files = { "a/first one.yml": "web:\n", "good.yml": "web:\n  image: nginx\n", "100%,b: c#?&<é>.yml": "db:\n" };

  test.each(names)("are named in %s, and come back as they were", (format) => {
    expect(readReport[format](report(format, files)).map(({ file, line }) => [file, line])).toEqual([
      ["a/first one.yml", 1],
      ["100%,b: c#?&<é>.yml", 1],
    ]);
  });

  test.each(names)("with no mistake leave %s empty", (format) => {
    const text = report(format, { "stack.yml": "web:\n  image: nginx\n" });
    expect(readReport[format](text)).toEqual([]);
    expect(text).toContain("stack.yml is valid");
  });
});

test.each(names)("%s says what became of it all, and ends with a line end", (format) => {
  const text = report(format, { "a--b---.yml": "web:\n", "c.yml": "web:\n" });
  expect(text).toContain("2 of 2 files are not valid");
  expect(text.endsWith("\n")).toBe(true);
});

test.each(names.filter((name) => name !== "pretty"))("%s shows thousands, once each", (format) => {
  const count = 3000;
  const text = Array.from({ length: count }, (_, index) => `s${index}:\n`).join("");
  expect(readReport[format](report(format, { "stack.yml": text })).map(({ line }) => line)).toEqual(
    Array.from({ length: count }, (_, index) => index + 1),
  );
});

test.each(names.filter((name) => name !== "pretty"))("%s has no colours", (format) => {
  const { stdout } = run(["validate", "-", "--format", format], { stdin: "web:\n", isTerminal: true });
  expect(stdout).not.toContain("\u001b");
});
