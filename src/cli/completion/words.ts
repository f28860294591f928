/**
 * The words of a line, split as a POSIX shell does and without their quotes. Nothing is expanded. The last word can be
 * empty or unfinished.
 */
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

/** A word with a backslash before each character that is special to bash. */
export function quoteForBash(word: string): string {
  return word.replace(/[^\w@%+=:,./\u0080-\uffff-]/g, "\\$&");
}
