import { distance } from "fastest-levenshtein";

/**
 * The known name closest to a misspelt one, within 40 % of its length, and at most so many edits away. Case, and `-`
 * instead of `_`, make no difference.
 */
export function nearest(name: string, known: Iterable<string>, edits = Infinity): string | undefined {
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Math.min(Math.floor(name.length * 0.4), edits) + 1;
  const folded = fold(name);
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const away = isSwapped(folded, fold(candidate)) ? 1 : distance(folded, fold(candidate));
    if (away < bestDistance) [best, bestDistance] = [candidate, away];
  }
  return best;
}

/** Whether two letters that stand side by side have changed places, and nothing else is different. */
function isSwapped(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return (
    one[at] === other[at + 1] && one[at + 1] === other[at] && one.slice(at + 2) === other.slice(at + 2) && one !== other
  );
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
