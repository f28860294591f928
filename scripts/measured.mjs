// What the benchmarks have in common.

/** The number in the middle. */
export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** A number with so many digits after the point; nothing for what was not measured. */
export function fixed(number, digits) {
  return Number.isFinite(number) ? number.toFixed(digits) : "";
}

/** Prints rows of texts, the first column to the left and all others to the right. */
export function printTable(titles, rows) {
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ");
  for (const row of [titles, ...rows]) console.log(`  ${line(row)}`.trimEnd());
}
