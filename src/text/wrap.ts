/** Breaks a text into lines of at most 80 columns with the same indentation. A longer word gets a line of its own. */
export function wrap(text: string, indentation = ""): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || indentation.length + longer.length > 80) lines.push(word);
    else lines.splice(-1, 1, longer);
  }
  return lines.map((line) => indentation + line).join("\n");
}
