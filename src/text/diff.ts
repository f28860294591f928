/** Lines before and after a difference. */
const context = 3;

/** Beyond this product of their lengths, different parts are shown as replaced whole: comparing them takes long. */
const mostCompared = 4_000_000;

type Line = readonly [mark: " " | "-" | "+", text: string];

/**
 * The lines that differ, with `-` and `+` before them, and a few lines around them with a space. `@@` separates places
 * that are apart. None for equal texts.
 */
export function diffLines(before: string, after: string): readonly string[] {
  const lines = compare(linesOf(before), linesOf(after));
  const shown = new Set<number>();
  for (const [index, [mark]] of lines.entries())
    if (mark !== " ") for (let near = index - context; near <= index + context; near++) shown.add(near);
  return lines.flatMap(([mark, text], index) => {
    if (!shown.has(index)) return [];
    const gap = index > 0 && !shown.has(index - 1) ? ["@@"] : [];
    return [...gap, `${mark}${text}`];
  });
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const kept = (text: string): Line => [" ", text];
  return [
    ...before.slice(0, start).map(kept),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(kept),
  ];
}

/** By the longest common subsequence. */
function middle(before: readonly string[], after: readonly string[]): readonly Line[] {
  const removed = before.map((text): Line => ["-", text]);
  const added = after.map((text): Line => ["+", text]);
  if (before.length * after.length > mostCompared) return [...removed, ...added];
  const width = after.length + 1;
  // At `row * width + column`: how many lines the rests from there have in common.
  const common = new Uint16Array((before.length + 1) * width);
  for (let row = before.length - 1; row >= 0; row--)
    for (let column = after.length - 1; column >= 0; column--)
      common[row * width + column] =
        before[row] === after[column]
          ? common[(row + 1) * width + column + 1]! + 1
          : Math.max(common[(row + 1) * width + column]!, common[row * width + column + 1]!);
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length && column < after.length) {
    if (before[row] === after[column]) {
      lines.push([" ", before[row]!]);
      row++;
      column++;
    } else if (common[(row + 1) * width + column]! >= common[row * width + column + 1]!) lines.push(removed[row++]!);
    else lines.push(added[column++]!);
  }
  return [...lines, ...removed.slice(row), ...added.slice(column)];
}
