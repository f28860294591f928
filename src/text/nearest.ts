import { distance } from "fastest-levenshtein";

/**
 * The known name closest to a misspelt one, within 40 % of its length. Case, and `-` instead of `_`, make no
 * difference.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Math.floor(name.length * 0.4) + 1;
  const folded = fold(name);
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const away = distance(folded, fold(candidate));
    if (away < bestDistance) [best, bestDistance] = [candidate, away];
  }
  return best;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
