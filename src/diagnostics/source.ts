/** A text with the name that diagnostics show. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** A text under the name that diagnostics show. A byte order mark is not part of the text. */
export function namedSource(text: string, name = "stack.yml"): Source {
  return { name, text: text.replace(/^\uFEFF/, "") };
}

/** Half-open range of UTF-16 offsets into a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Line and column, both counted from 1; columns in UTF-16 units, as editors count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Lines of a text with their positions. */
export interface Lines {
  /** The text of a line, without its line end. */
  readonly text: (line: number) => string;
  readonly position: (offset: number) => Position;
}

/** Splits a text into lines at LF, CRLF or CR, as YAML and editors do. */
export function linesOf(text: string): Lines {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n?|\n/g)) starts.push(index + end.length);
  const start = (line: number): number => starts[line - 1] ?? text.length;
  return {
    text: (line) => text.slice(start(line), start(line + 1)).replace(/\r?\n$|\r$/, ""),
    position: (offset) => {
      const line = lastNotAfter(starts, offset) + 1;
      return { line, column: offset - start(line) + 1 };
    },
  };
}

function lastNotAfter(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sorted[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
