const units: ReadonlyMap<string, number> = new Map([
  ["t", 1024 ** 4],
  ["g", 1024 ** 3],
  ["m", 1024 ** 2],
  ["k", 1024],
  ["b", 1],
]);

/** Parses `512m`, `2g`, `512mb`, `512 mb` or a number of bytes, in powers of 1024; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit = "b"] = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])i?b?|b)?$/i.exec(text.trim()) ?? [];
  const factor = units.get(unit.toLowerCase());
  if (digits === undefined || factor === undefined) return undefined;
  const exact = Number(digits) * factor;
  const bytes = Math.round(exact);
  return Number.isSafeInteger(bytes) && (exact === 0 || bytes > 0) ? bytes : undefined;
}

/** Parses a value of `memswap_limit`: a size, or `-1` for no limit; undefined for anything else. */
export function parseSwapLimit(text: string): number | undefined {
  return text === "-1" ? -1 : parseSize(text);
}

/** The number with the largest unit that leaves it whole, such as `512m`. */
export function printSize(bytes: number): string {
  const [unit, factor] = [...units].find(([, factor]) => bytes > 0 && bytes % factor === 0) ?? ["b", 1];
  return `${bytes / factor}${unit}`;
}
