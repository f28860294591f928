import { readdirSync, readFileSync } from "node:fs";
import { pathOf } from "./fixtures.ts";
import { tokensOf } from "./markdown.ts";

/** A page of the documentation: its path from the root of the project, and its text. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** A block of code of a page. */
export interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

/** The pages that people read to use or change the program. */
export const pages: readonly Page[] = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "CONVERSION.md",
  "SECURITY.md",
  "src/README.md",
  "test/README.md",
  ...readdirSync(pathOf("..", "docs")).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
].map((path) => ({ path, text: readFileSync(pathOf("..", path), "utf8") }));

/** The text of a page. Throws if there is no such page. */
export function pageOf(path: string): string {
  const found = pages.find((page) => page.path === path);
  if (!found) throw new Error(`there is no page ${path}`);
  return found.text;
}

/** The blocks of code of a page, in their order. */
export function blocksOf({ path, text }: Page): readonly Block[] {
  return tokensOf(text).flatMap((token) =>
    token.type === "code" ? [{ page: path, language: String(token["lang"] ?? ""), text: `${token["text"]}\n` }] : [],
  );
}

/**
 * The block of code whose first line names the file that it is a part of, without that line, on a page or on any page.
 * Throws unless there is exactly one.
 */
export function snippetOf(language: string, file: string, path?: string): string {
  const found = pages
    .filter((page) => path === undefined || page.path === path)
    .flatMap(blocksOf)
    .flatMap((block) => {
      const [, name, rest] = /^(?:#|\/\/) (\S+)\n([^]*)$/.exec(block.text) ?? [];
      return block.language === language && name === file ? [rest!] : [];
    });
  if (found.length !== 1) throw new Error(`the pages have ${found.length} snippets of ${file}`);
  return found[0]!;
}

/** The part of a page below a heading, up to the next heading of the same or a higher level. */
export function sectionOf(path: string, heading: string): string {
  const level = /^#+/.exec(heading)![0].length;
  const text = pageOf(path);
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`${path} has no heading ${heading}`);
  const rest = text.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level}} `, "m"));
  return end < 0 ? rest : rest.slice(0, end);
}
