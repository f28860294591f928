/** Gives out names of letters, digits, `-` and `_` that differ in more than upper and lower case from all that are taken. */
export interface UniqueNames {
  /** The wanted name, or the same with a number; not longer than `longest`. */
  take(wanted: string, longest?: number): string;
}

/** Begins with names that are taken. */
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

/** Cut, and without what a name cannot end with. */
function shortened(name: string, longest: number): string {
  return name.slice(0, Math.max(longest, 1)).replace(/[-_]+$/, "");
}
