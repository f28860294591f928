import { visible } from "../../text/visible.ts";

/** Columns side by side, with two spaces between them, as the old clients print them. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headers, ...rows.map((row) => row.map(visible))];
  const widths = headers.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** A state with the sign that the old clients give it. */
export function withSign(word: string): string {
  const signs: readonly (readonly [RegExp, string])[] = [
    [/^(Running|Partly running)/, "\u25b6"],
    [/^(Finished|Cleaned up)/, "\u2713"],
    [/^(Failed|Unhealthy)/, "\u2717"],
    [/^(Starting|Restarting)/, "\u2699"],
  ];
  return `${signs.find(([pattern]) => pattern.test(word))?.[1] ?? "\u25fc"} ${word}`;
}
