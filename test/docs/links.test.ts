import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { pathOf } from "../support/fixtures.ts";
import { anchorOf, pages, type Page } from "../support/pages.ts";

const root = pathOf("..");

/** The places that a page leads to, by links and by pictures. */
function targetsOf({ text }: Page): readonly string[] {
  const prose = text.replace(/^( *)```[^]*?^ *```$/gm, "").replace(/`[^`\n]*`(?!\])/g, "");
  const links = prose.matchAll(/\]\(([^)\s]+)\)/g);
  const pictures = prose.matchAll(/<img src="([^"]+)"/g);
  return [...links, ...pictures].map(([, target]) => target!);
}

/** The anchors of a page, one for each heading; GitHub numbers headings of the same text. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = text.replace(/^( *)```[^]*?^ *```$/gm, "").matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, heading]) => {
      const anchor = anchorOf(heading!.replaceAll("`", "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"));
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${times}`;
    }),
  );
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

  test("its other links are addresses of the web, with TLS", () => {
    const outside = targetsOf(page).filter((target) => /^[a-z]+:/.test(target));
    expect(outside.filter((target) => new URL(target).protocol !== "https:")).toEqual([]);
  });
});

test("the links test finds what is wrong", () => {
  const page: Page = { path: "docs/live.md", text: "" };
  expect(problemOf(page, "../README.md#nowhere")).toBe("README.md has no #nowhere");
  expect(problemOf(page, "missing.md")).toBe("there is no docs/missing.md");
  expect(problemOf(page, "../../outside.md")).toBe("there is no ../outside.md");
  expect(problemOf(page, "#states")).toBeUndefined();
  expect(
    targetsOf({ path: "", text: '[a](b.md) ![c](d.png) `[e](f)`\n<img src="g.png">\n```\n[h](i)\n```\n' }),
  ).toEqual(["b.md", "d.png", "g.png"]);
});

test("the README leads to every page of docs", () => {
  const readme = pages.find(({ path }) => path === "README.md")!;
  const linked = new Set(targetsOf(readme));
  const docs = pages.flatMap(({ path }) => (path.startsWith("docs/") ? [path] : []));
  expect(docs.filter((path) => !linked.has(path))).toEqual([]);
});
