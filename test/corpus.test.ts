import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compile } from "../src/compile.ts";
import type { Diagnostic } from "../src/diagnostics/diagnostic.ts";
import { targets, type TargetName } from "../src/targets/index.ts";
import { Lexer, parse } from "yaml";
import { expectReadsBack } from "./support/read-back.ts";

/** A folder with `classes.tsv` (file, class, reason) and the files it names; it is not part of the project. */
const corpus = process.env["TUTUM_STACK_CORPUS"] ?? "";

test("the corpus of real files is not empty, and its classes are known", () => {
  expect(rows()).not.toEqual([]);
  expect(
    rows().filter(([, kind]) => !/^(stack|defective|compose-file|look-alike|empty|broken-yaml)$/.test(kind)),
  ).toEqual([]);
});

/** Some name an image with a template or a variable, which nobody could have deployed as it is. */
const hasImpossibleImage = (file: string): boolean =>
  compile(textOf(file), { name: "shop" }).diagnostics.some(({ code }) => code === "bad-image");
const stacks = filesOf(/^stack$/).filter((file) => !hasImpossibleImage(file));

test("few files name an image that cannot exist", () => {
  expect(filesOf(/^stack$/).length - stacks.length).toBeLessThan(5);
});

describe.each(Object.keys(targets) as TargetName[])(
  "a real stack file is compiled for %s, to the same bytes again, and reads back",
  (target) => {
    test.each(stacks)("%s", (file) => {
      const text = textOf(file);
      const { files, diagnostics } = compile(text, { name: "shop", target });
      expect(errorsOf(diagnostics)).toEqual([]);
      expect(compile(text, { name: "shop", target })).toEqual({ files, diagnostics });
      expectReadsBack(files[0]?.text ?? "", text, { target });
    });
  },
);

describe("every comment of a line that is kept stands above or beside the same key", () => {
  const found = { comments: 0 };

  test.each(stacks)("%s", (file) => {
    const text = textOf(file);
    const { files } = compile(text, { name: "shop" });
    const written = placesOfComments(files[0]!.text.replace(/^services:\n/m, ""), 2);
    const fields = (parse(files[0]!.text) as { services: Record<string, Record<string, unknown>> }).services;
    for (const { comment, service, field } of placesOfComments(text, 0)) {
      const isKept = service !== undefined && fields[service] && (field === undefined || field in fields[service]);
      if (!isKept) continue;
      const same = written.filter((other) => other.comment === comment);
      expect(same, comment).toContainEqual({ comment, service, field });
      found.comments++;
    }
  });

  test("there are some", () => {
    expect(found.comments).toBeGreaterThan(100);
  });
});

describe("a stack file with a mistake is refused", () => {
  test.each(filesOf(/^defective$/))("%s", (file) => {
    const { files, diagnostics } = compile(textOf(file), { name: "shop" });
    expect(errorsOf(diagnostics).length).toBeGreaterThan(0);
    expect(files).toEqual([]);
  });
});

describe("another kind of file is refused in one error", () => {
  test.each(filesOf(/^(compose-file|look-alike|empty|broken-yaml)$/))("%s", (file) => {
    const { files, diagnostics } = compile(textOf(file), { name: "shop" });
    expect(errorsOf(diagnostics)).toHaveLength(1);
    expect(files).toEqual([]);
  });
});

function filesOf(kind: RegExp): readonly string[] {
  return rows().flatMap(([file, found]) => (kind.test(found) ? [file] : []));
}

function textOf(file: string): string {
  return new TextDecoder().decode(readFileSync(join(corpus, "files", file)));
}

function errorsOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.filter(({ severity }) => severity === "error").map(({ code, message }) => `${code}: ${message}`);
}

function rows(): readonly (readonly [file: string, kind: string])[] {
  return readFileSync(join(corpus, "classes.tsv"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"))
    .map(([file = "", kind = ""]) => [file, kind]);
}

interface PlaceOfComment {
  readonly comment: string;
  readonly service: string | undefined;
  readonly field: string | undefined;
}

/**
 * The comments of a block YAML text, each with the service and the field of its own line, or of the next line if it
 * stands alone there and no deeper. `indent` is the column of services. Merge keys are not followed.
 */
function placesOfComments(text: string, indent: number): readonly PlaceOfComment[] {
  const lines = text.split(/\r\n?|\n/);
  const comments = new Map<number, string>();
  for (const { line, comment } of commentsIn(text)) comments.set(line, comment);
  const isAlone = (index: number): boolean => /^\s*(#|$)/.test(lines[index] ?? "");
  const places = lines.map((): { service?: string | undefined; field?: string | undefined } => ({}));
  let service: string | undefined;
  let field: string | undefined;
  let fieldColumn: number | undefined;
  for (const [index, line] of lines.entries()) {
    const [, spaces = "", key] = /^( *)"?([\w.-]+)"?:(?:\s|$)/.exec(line) ?? [];
    const isKey = !isAlone(index) && key !== undefined;
    if (isKey && spaces.length === indent) [service, field, fieldColumn] = [key, undefined, undefined];
    else if (isKey && spaces.length === (fieldColumn ??= spaces.length)) field = key;
    places[index] = { service, field };
  }
  return [...comments].flatMap(([index, comment]) => {
    let target = index;
    while (target < lines.length && isAlone(target)) target++;
    const column = (at: number): number => lines[at]!.search(/\S/);
    const isAbout = target < lines.length && (target === index || column(index) <= column(target));
    return isAbout ? [{ comment, service: places[target]!.service, field: places[target]!.field }] : [];
  });
}

/** Comments with their lines, as the YAML package's lexer finds them. */
function commentsIn(text: string): readonly { readonly line: number; readonly comment: string }[] {
  const found: { readonly line: number; readonly comment: string }[] = [];
  let line = 0;
  let before = "";
  for (const lexeme of new Lexer().lex(text.replace(/\r\n?/g, "\n"))) {
    if (lexeme.startsWith("#") && before !== "\u001f") found.push({ line, comment: lexeme.replace(/^#\s*|\s*$/g, "") });
    line += lexeme.split("\n").length - 1;
    before = lexeme;
  }
  return found;
}
