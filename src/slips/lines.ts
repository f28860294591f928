/** A line of a text; `start` and `end` are offsets, without the line end and what is blank before it. */
export interface Line {
  /** Counted from 0. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly indent: number;
  /** What stands after the indentation. */
  readonly content: string;
}

/** The lines of a text that are neither empty nor comments. */
export function linesWithContent(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const [index, row] of text.split("\n").entries()) {
    const content = row.trim();
    const indent = row.length - row.trimStart().length;
    if (content !== "" && !content.startsWith("#"))
      lines.push({ index, start, end: start + row.trimEnd().length, indent, content });
    start += row.length + 1;
  }
  return lines;
}

/** Where the content of a line begins and ends. */
export function contentSpan(line: Line): { readonly start: number; readonly end: number } {
  return { start: line.start + line.indent, end: line.end };
}

/** Whether a line begins an item of a list. */
export function isItem({ content }: Line): boolean {
  return content === "-" || content.startsWith("- ");
}

/** The key that a line begins with; undefined for one without. */
export function keyOf({ content }: Line): string | undefined {
  return /^(?:- +)?(?:"([^"]+)"|'([^']+)'|([\w$<.-][^\s:]*)):(?:\s|$)/.exec(content)?.slice(1).find(Boolean);
}

/** A key with its colon, or what the line says: what messages call a line. */
export function nameOf(line: Line): string {
  const key = keyOf(line);
  return key !== undefined && !isItem(line) ? `${key}:` : line.content;
}

/**
 * Whether an item or a key can stand in a column below the lines before it: in the column of others, or one step below
 * a line that ends with its key. Elsewhere it would be more of a text.
 */
export function canStand(before: readonly Line[], column: number, what: "item" | "key"): boolean {
  const above = before.findLast(({ indent }) => indent <= column);
  if (!above) return true;
  const isOpen = above === before.at(-1) && /:(\s+[&!]\S+)?(\s+#.*)?$/.test(above.content);
  if (above.indent < column) return isOpen || /^- +\S/.test(above.content);
  if (what === "item") return isItem(above) || isOpen;
  // The items of a key may stand in its own column.
  const owner = before.findLast((line) => line.indent <= column && !isItem(line));
  return !isItem(above) || owner?.indent === column;
}
