import { entryOf } from "../diagnostics/catalogue/entries.ts";
import type { Code } from "../diagnostics/catalogue/index.ts";
import { prose } from "./markdown.ts";

/** What to do about a diagnostic, as items within an item: all of it, or one of several ways. */
export function helpItems(code: Code, help: readonly string[]): readonly string[] {
  const further = entryOf(code).needsAllHelp ? "Do" : "Or";
  return help.map((text, index) => {
    const start = text.endsWith("?") ? "" : `${index === 0 ? "Do" : further}: `;
    return `  - ${start}${prose(text)}`;
  });
}
