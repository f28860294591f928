import { createRequire } from "node:module";

/** Not imported: the types of saxes do not suit a strict TypeScript 7. */
const { SaxesParser } = createRequire(import.meta.url)("saxes") as { readonly SaxesParser: new () => Parser };

interface Parser {
  on(event: "error", handler: (error: Error) => void): void;
  on(
    event: "opentag",
    handler: (tag: { readonly name: string; readonly attributes: Readonly<Record<string, string>> }) => void,
  ): void;
  on(event: "closetag", handler: () => void): void;
  on(event: "text", handler: (text: string) => void): void;
  write(document: string): { close(): void };
}

/** An element of a document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** The text directly in it. */
  readonly text: string;
}

/** The root element of a document. Throws where the text is no well-formed XML 1.0. */
export function parseXml(document: string): Element {
  const top = { name: "", attributes: {}, children: [] as Element[], text: "" };
  const open = [top];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: "" };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  parser.on("text", (text) => {
    open.at(-1)!.text += text;
  });
  parser.write(document).close();
  return top.children[0]!;
}

/** The elements of a name, at any depth. */
export function elementsOf(root: Element, name: string): readonly Element[] {
  return [...(root.name === name ? [root] : []), ...root.children.flatMap((child) => elementsOf(child, name))];
}
