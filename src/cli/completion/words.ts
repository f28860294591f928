/** The words of a line as a POSIX shell splits it, without their quotes; nothing is expanded. The last one may be empty or unfinished. */
export interface Line {
  readonly words: readonly string[];
  /** Whether the last word is inside quotes that are still open. */
  readonly isQuoted: boolean;
}

/** Splits a line. Never throws. */
export function splitLine(line: string): Line {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let index = 0; index < line.length; index++) {
    const character = line[index]!;
    if (character === "\\" && quote !== "'") word = (word ?? "") + (line[++index] ?? "");
    else if (character === quote) quote = "";
    else if (quote === "" && (character === '"' || character === "'")) [quote, word] = [character, word ?? ""];
    else if (quote !== "" || !/\s/.test(character)) word = (word ?? "") + character;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return { words: [...words, word ?? ""], isQuoted: quote !== "" };
}

/** A word with a backslash before whatever means something to bash. */
export function quoteForBash(word: string): string {
  return word.replace(/[^\w@%+=:,./\u0080-\uffff-]/g, "\\$&");
}
