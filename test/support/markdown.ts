import GithubSlugger from "github-slugger";
import { lexer, type Token, type Tokens } from "marked";
import { expect } from "vitest";

/** All tokens of a text in GitHub's Markdown, those within others included. */
export function tokensOf(markdown: string): readonly Token[] {
  return lexer(markdown, { gfm: true }).flatMap(withInner);
}

/** The code blocks of a language. */
export function blocksIn(markdown: string, language: string): readonly string[] {
  return tokensOf(markdown).flatMap((token) =>
    token.type === "code" && token["lang"] === language ? [`${token["text"]}\n`] : [],
  );
}

/** Expects a page that GitHub shows as it is meant: no HTML, links that lead somewhere, boxes that can be ticked. */
export function expectSound(markdown: string): void {
  const tokens = tokensOf(markdown);
  expect(tokens.filter(({ type }) => ["html", "image", "blockquote", "def", "br"].includes(type))).toEqual([]);
  const slugger = new GithubSlugger();
  const anchors = tokens.flatMap((token) => (isHeading(token) ? [`#${slugger.slug(textOf(token.tokens))}`] : []));
  const links = tokens.flatMap((token) => (token.type === "link" ? [decodeURIComponent(String(token["href"]))] : []));
  expect(links.filter((href) => !anchors.includes(href))).toEqual([]);
  const boxes = tokens.filter((token) => token.type === "list_item" && token["task"] === true);
  expect(boxes.length).toBe(markdown.split("\n").filter((line) => line.startsWith("- [ ] ")).length);
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === "heading";
}

/** The text that a reader sees. */
export function textOf(tokens: readonly Token[]): string {
  return tokens
    .map((token) =>
      "tokens" in token && token.tokens ? textOf(token.tokens) : "text" in token ? String(token["text"]) : "",
    )
    .join("");
}

function withInner(token: Token): readonly Token[] {
  if (token.type === "table") {
    const { header, rows } = token as Tokens.Table;
    return [token, ...[header, ...rows].flat().flatMap(({ tokens }) => tokens.flatMap(withInner))];
  }
  const inner = token.type === "list" ? (token as Tokens.List).items : (token as Tokens.Generic).tokens;
  return [token, ...(inner ?? []).flatMap(withInner)];
}
