/** Splits a stream of bytes into lines. A line may be spread over several chunks. */
export interface LineSplitter {
  /** The lines that end in this chunk, without line breaks, record separators (RFC 7464) and empty lines. */
  push(chunk: Uint8Array): readonly string[];
}

/** The longest line that is kept, in UTF-16 units. An event has some hundred, plus the labels of its container. */
export const longestLine = 1024 * 1024;

/** A new splitter. It drops every line that is longer than the limit, and calls `skipped` once for it. */
export function createLineSplitter(skipped: () => void, limit: number = longestLine): LineSplitter {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  const add = (part: string): void => {
    const before = length;
    length += part.length;
    if (length <= limit) parts.push(part);
    else if (before <= limit) {
      parts = [];
      skipped();
    }
  };
  const take = (): string => {
    const line = parts
      .join("")
      .trim()
      .replace(/^\u001e+\s*/, "");
    parts = [];
    length = 0;
    return line;
  };
  return {
    push(chunk) {
      const [first = "", ...rest] = decoder.decode(chunk, { stream: true }).split("\n");
      const lines: string[] = [];
      add(first);
      for (const part of rest) {
        lines.push(take());
        add(part);
      }
      return lines.filter((line) => line !== "");
    },
  };
}
