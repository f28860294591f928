const units = { t: 1024 ** 4, g: 1024 ** 3, m: 1024 ** 2, k: 1024, b: 1 } as const;

/** Parses `512m`, `2g`, `512mb`, `512 mb` or a number of bytes, in powers of 1024; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])i?b?|b)?$/i.exec(text.trim());
  if (!match) return undefined;
  const bytes = Number(match[1]) * units[(match[2]?.toLowerCase() ?? "b") as keyof typeof units];
  const isWhole = Number.isSafeInteger(Math.round(bytes)) && (bytes === 0 || Math.round(bytes) > 0);
  return isWhole ? Math.round(bytes) : undefined;
}

/** The number with the largest unit that leaves it whole, such as `512m`. */
export function printSize(bytes: number): string {
  const [unit, size] = Object.entries(units).find(([, candidate]) => bytes > 0 && bytes % candidate === 0) ?? ["b", 1];
  return `${bytes / size}${unit}`;
}
