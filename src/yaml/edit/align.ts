import { isAsWished, isModelList, isModelMap, type Model } from "./model.ts";

/** The index of an item in the old list (`from`) and in the wished list (`to`); undefined where it is missing. */
export interface Alignment {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/**
 * Aligns two lists: which items stay, change, are removed and are added, in order. Equal items stay. Between them,
 * items with the same name (`NAME=value`) are matched first, then items in the same position.
 */
export function align(present: readonly Model[], wish: readonly Model[]): readonly Alignment[] {
  const isSame = (from: number, to: number): boolean => isAsWished(present[from]!, wish[to]!);
  const hasName = (from: number, to: number): boolean => {
    const name = nameOf(present[from]!);
    return name !== undefined && name === nameOf(wish[to]!);
  };
  return between({ from: 0, fromEnd: present.length, to: 0, toEnd: wish.length }, [isSame, hasName]);
}

type Matches = (from: number, to: number) => boolean;

interface Ranges {
  readonly from: number;
  readonly fromEnd: number;
  readonly to: number;
  readonly toEnd: number;
}

function between(ranges: Ranges, [matches, ...others]: readonly Matches[]): readonly Alignment[] {
  if (!matches) return byPosition(ranges);
  const result: Alignment[] = [];
  let { from, to } = ranges;
  for (const [nextFrom, nextTo] of [...commonItems(ranges, matches), [ranges.fromEnd, ranges.toEnd] as const]) {
    // Not `push(...items)`: a call takes only about a hundred thousand arguments.
    for (const one of between({ from, fromEnd: nextFrom, to, toEnd: nextTo }, others)) result.push(one);
    if (nextFrom < ranges.fromEnd) result.push({ from: nextFrom, to: nextTo });
    from = nextFrom + 1;
    to = nextTo + 1;
  }
  return result;
}

function byPosition({ from, fromEnd, to, toEnd }: Ranges): readonly Alignment[] {
  return Array.from({ length: Math.max(fromEnd - from, toEnd - to) }, (_, index) => ({
    from: from + index < fromEnd ? from + index : undefined,
    to: to + index < toEnd ? to + index : undefined,
  }));
}

/** A longest common subsequence; for long lists, only their common prefix and suffix. */
function commonItems(ranges: Ranges, matches: Matches): readonly (readonly [from: number, to: number])[] {
  let { from, to, fromEnd, toEnd } = ranges;
  const head: (readonly [number, number])[] = [];
  const tail: (readonly [number, number])[] = [];
  while (from < fromEnd && to < toEnd && matches(from, to)) head.push([from++, to++]);
  while (from < fromEnd && to < toEnd && matches(fromEnd - 1, toEnd - 1)) tail.push([--fromEnd, --toEnd]);
  const middle = (fromEnd - from) * (toEnd - to) > limit ? [] : longest({ from, fromEnd, to, toEnd }, matches);
  return [...head, ...middle, ...tail.toReversed()];
}

/** The largest product of two lengths for which the longest common subsequence is computed. */
const limit = 40_000;

function longest({ from, fromEnd, to, toEnd }: Ranges, matches: Matches): readonly (readonly [number, number])[] {
  const width = toEnd - to + 1;
  const lengths = new Uint16Array((fromEnd - from + 1) * width);
  const at = (one: number, other: number): number => (one - from) * width + other - to;
  for (let one = fromEnd - 1; one >= from; one--)
    for (let other = toEnd - 1; other >= to; other--)
      lengths[at(one, other)] = matches(one, other)
        ? lengths[at(one + 1, other + 1)]! + 1
        : Math.max(lengths[at(one + 1, other)]!, lengths[at(one, other + 1)]!);
  const found: (readonly [number, number])[] = [];
  for (let one = from, other = to; one < fromEnd && other < toEnd;) {
    if (matches(one, other)) found.push([one++, other++]);
    else if (lengths[at(one + 1, other)]! >= lengths[at(one, other + 1)]!) one++;
    else other++;
  }
  return found;
}

/** The part of an item before its first `=` or `:`. */
function nameOf(model: Model): string | undefined {
  if (isModelMap(model) || isModelList(model) || typeof model.value !== "string") return undefined;
  return /^[^=:]+(?=[=:])/.exec(model.value)?.[0];
}
