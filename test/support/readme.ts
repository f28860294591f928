import { readFileSync } from "node:fs";

/** The text of the README. */
export const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/**
 * The code block of the README whose first line names the file that it is a part of, without that line. Throws unless
 * there is exactly one.
 */
export function snippetOf(language: string, file: string): string {
  const found = [...readme.matchAll(/^```(\w+)\n(?:#|\/\/) (\S+)\n([^]*?)^```$/gm)].filter(
    ([, kind, name]) => kind === language && name === file,
  );
  if (found.length !== 1) throw new Error(`the README has ${found.length} snippets of ${file}`);
  return found[0]![3]!;
}
