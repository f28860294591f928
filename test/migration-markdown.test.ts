import * as fc from "fast-check";
import GithubSlugger from "github-slugger";
import type { Token } from "marked";
import { describe, expect, test } from "vitest";
import { catalogue } from "../src/diagnostics/catalogue/index.ts";
import { anchorOf, cellCode, code, codeBlock, prose } from "../src/migration/markdown.ts";
import { visible } from "../src/text/visible.ts";
import { expectSound, textOf, tokensOf } from "./support/markdown.ts";
import { MemoryFiles, run } from "./support/memory-io.ts";

/** What Markdown, GitHub or a terminal takes for more than text. */
const pieces = [
  ...String.raw`|*_[]()<>#&!~$\"'{}@:/.-+ `.split(""),
  "`",
  "\t",
  "``",
  "```",
  "\n",
  "\r\n",
  "\u001b[31m",
  "\u202e",
  "<script>alert(1)</script>",
  "<!--",
  "[x](javascript:alert(1))",
  "![x](https://example.com/x.png)",
  "https://example.com",
  "www.example.com",
  "me@example.com",
  "\n# ",
  "\n- [ ] ",
  "&lt;",
  "$x$",
  "a",
  "é",
  "名",
];
const hostile = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }).map((parts) => parts.join(""));

/** The kinds of tokens, without what is written in them. */
function shapeOf(markdown: string): readonly string[] {
  return tokensOf(markdown).map(({ type }) => type);
}

function codesOf(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token) => (token.type === "codespan" ? [String(token["text"])] : []));
}

describe("a text of the user", () => {
  test("is code, and is all that a reader sees", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tokens = tokensOf(`- [ ] ${code(text)}: what`);
        expect(codesOf(tokens).map((shown) => shown.trim())).toEqual([visible(text).trim()]);
        expect(textOf(tokensOf(`x${code(text)}y`).slice(0, 1)).replaceAll(/\s/g, "")).toBe(
          `x${visible(text)}y`.replaceAll(/\s/g, ""),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("stays in its cell of a table", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const table = (cell: string): string => `| a | b |\n| --- | --- |\n| ${cell} | [1](#x) |\n`;
        expect(shapeOf(table(cellCode(text)))).toEqual(shapeOf(table("`a`")));
      }),
      { numRuns: 500 },
    );
  });

  test("stays in its block", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(shapeOf(`${codeBlock("sh", text.split(/\r?\n/))}\n`)).toEqual(["code"]);
      }),
      { numRuns: 500 },
    );
  });

  test("in a sentence of the compiler is code, too", () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const tokens = tokensOf(`- ${prose(`service \`${one}\` links to \`${other}\`, which is gone`)}`);
        const kinds = new Set(tokens.map(({ type }) => type));
        for (const kind of ["list", "list_item", "text", "codespan"]) kinds.delete(kind);
        expect([...kinds]).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("is reached by the anchor that GitHub makes of its heading", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const heading = `1. ${visible(text)}`;
        expect(anchorOf(heading)).toBe(`#${new GithubSlugger().slug(heading)}`);
      }),
    );
  });
});

test("the sentences of the compiler are sentences on the page, not code", () => {
  const wrong = Object.values(catalogue).flatMap((entry) => ("wrong" in entry && entry.wrong ? [entry.wrong] : []));
  const names = wrong.map((_, index) => `s${index}/stack.yml`);
  const files = new MemoryFiles(Object.fromEntries(names.map((name, index) => [`/shop/${name}`, wrong[index]!])));
  const { stdout } = run(["migrate", ...names], { files });
  const items = stdout.split("\n").filter((line) => /^ *- /.test(line));
  expect(items.length).toBeGreaterThan(200);
  expect(items.filter((line) => line.includes("``"))).toEqual([]);
  expectSound(stdout);
});

test("a repository with hostile names and texts has a sound page, and no character acts on a terminal", () => {
  fc.assert(
    fc.property(hostile, hostile, (name, text) => {
      const path = `/shop/${name.replaceAll("/", "-")}.yml`;
      const image = JSON.stringify(text.replace(/[\ud800-\udfff]/g, ""));
      const stack = `web:\n  image: nginx\n  environment:\n    A: ${image}\n  tags: [${image}]\n  links: [${image}]\n`;
      const { stdout } = run(["migrate", path], { files: new MemoryFiles({ [path]: stack }) });
      expect(stdout.match(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu) ?? []).toEqual([]);
      expectSound(stdout);
      expect(stdout.match(/^## \d/gm)).toHaveLength(1);
    }),
    { numRuns: 200 },
  );
});
