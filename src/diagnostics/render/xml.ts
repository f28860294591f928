import { visible } from "../../text/visible.ts";

/** The content of an attribute or an element: one text, or several lines of text. */
type Content = string | number | readonly string[];

/** An element with its attributes and its content, which must be markup already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, Content>>,
  inside: readonly string[] = [],
): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(value).replaceAll("\n", "&#10;")}"`,
  );
  return inside.length === 0
    ? `<${name}${written.join("")}/>\n`
    : `<${name}${written.join("")}>\n${inside.join("")}</${name}>\n`;
}

/** A document with one element, after a comment for people. */
export function xmlDocument(comment: string, root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!-- ${comment.replace(/-(?=-)/g, "- ")} -->\n${root}`;
}

/** Markup for a text. Characters that XML forbids, and line ends within a line, are spelt out. */
export function escapeXml(content: Content): string {
  const lines = typeof content === "object" ? content : [String(content)];
  return lines
    .map((line) => visible(line).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`))
    .join("\n");
}
