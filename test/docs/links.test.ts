import GithubSlugger from "github-slugger";
import type { Tokens } from "marked";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { pathOf } from "../support/fixtures.ts";
import { textOf, tokensOf } from "../support/markdown.ts";
import { pages, type Page } from "../support/pages.ts";

const root = pathOf("..");

/** The places that a page leads to, by links and by pictures. */
function targetsOf({ text }: Page): readonly string[] {
  return tokensOf(text).flatMap((token) => {
    if (token.type === "link" || token.type === "image") return [String(token["href"])];
    return token.type === "html" ? (/<img src="([^"]+)"/.exec(token.raw)?.slice(1) ?? []) : [];
  });
}

/** The anchors of a page: GitHub gives each heading one. */
function anchorsOf(text: string): ReadonlySet<string> {
  const slugger = new GithubSlugger();
  const headings = tokensOf(text).filter(({ type }) => type === "heading") as readonly Tokens.Heading[];
  return new Set(headings.map(({ tokens }) => slugger.slug(textOf(tokens))));
}

/** Why a link of a page leads nowhere; undefined if it leads somewhere. */
function problemOf({ path }: Page, target: string): string | undefined {
  const [file = "", anchor] = target.split("#");
  const found = file === "" ? path : join(dirname(path), file);
  if (found.startsWith("..") || !existsSync(join(root, found))) return `there is no ${found}`;
  if (anchor === undefined) return undefined;
  if (statSync(join(root, found)).isDirectory()) return `${found} is a folder`;
  return anchorsOf(readFileSync(join(root, found), "utf8")).has(anchor) ? undefined : `${found} has no #${anchor}`;
}

describe.each(pages)("$path", (page) => {
  test("its links lead to files, folders and headings that exist", () => {
    const inside = targetsOf(page).filter((target) => !/^[a-z]+:/.test(target));
    expect(inside.flatMap((target) => problemOf(page, target) ?? [])).toEqual([]);
  });

  test("its other links are addresses of this machine, or of the web with TLS", () => {
    const outside = targetsOf(page).filter((target) => /^[a-z]+:/.test(target));
    const isOfThisMachine = (target: string) => /^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(target);
    expect(outside.filter((target) => new URL(target).protocol !== "https:" && !isOfThisMachine(target))).toEqual([]);
  });
});

test("the links test finds what is wrong", () => {
  const page: Page = { path: "docs/live.md", text: "" };
  expect(problemOf(page, "../README.md#nowhere")).toBe("README.md has no #nowhere");
  expect(problemOf(page, "missing.md")).toBe("there is no docs/missing.md");
  expect(problemOf(page, "../../outside.md")).toBe("there is no ../outside.md");
  expect(problemOf(page, "#states")).toBeUndefined();
  expect(
    targetsOf({ path: "", text: '[a](b.md) ![c](d.png) `[e](f)`\n\n<img src="g.png">\n\n```\n[h](i)\n```\n' }),
  ).toEqual(["b.md", "d.png", "g.png"]);
});

test("the README leads to every page of docs", () => {
  const readme = pages.find(({ path }) => path === "README.md")!;
  const linked = new Set(targetsOf(readme));
  const docs = pages.flatMap(({ path }) => (path.startsWith("docs/") ? [path] : []));
  expect(docs.filter((path) => !linked.has(path))).toEqual([]);
});
