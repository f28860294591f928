/**
 * Gives out names of letters, digits, `-` and `_` that differ from all taken names in more than upper and lower case.
 */
export interface UniqueNames {
  /** The wanted name, or the same with a number; not longer than `longest`. */
  take(wanted: string, longest?: number): string;
}

/** Starts with the names that are taken already. */
export function uniqueNames(taken: Iterable<string>): UniqueNames {
  const used = new Set([...taken].map((name) => name.toLowerCase()));
  const numbers = new Map<string, number>();
  return { take };

  function take(wanted: string, longest = Infinity): string {
    const key = wanted.toLowerCase();
    let result = shortened(wanted, longest);
    let number = numbers.get(key) ?? 2;
    for (; used.has(result.toLowerCase()); number++)
      result = `${shortened(wanted, longest - `-${number}`.length)}-${number}`;
    numbers.set(key, number);
    used.add(result.toLowerCase());
    return result;
  }
}

/** The first characters of a name, without `-` and `_` at the end. */
function shortened(name: string, longest: number): string {
  return name.slice(0, Math.max(longest, 1)).replace(/[-_]+$/, "");
}
