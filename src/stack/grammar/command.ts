/**
 * Rewrites a command so that all programs that split it find the words that a POSIX shell finds; the problem with a
 * text that has no such form. The programs differ: `docker stack` (google/shlex) begins a comment at `#` and drops
 * every `\` in double quotes; Compose v2 (go-shellwords) ends at an operator and reads `\n` as a line break;
 * docker-compose 1 uses Python's shlex.
 */
export function normaliseCommand(text: string): { readonly text: string } | { readonly problem: string } {
  let result = "";
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character === "\\" && quote !== "'") {
      const escaped = text[++index];
      if (escaped === undefined) return { problem: "nothing follows the last `\\`" };
      result += quote ? escapedInQuotes(escaped) : escapedOutside(escaped);
      continue;
    }
    if (quote === "" && needsEscape(character, text[index - 1])) result += "\\";
    if (quote === character) quote = "";
    else if (quote === "" && /["']/.test(character)) quote = character;
    result += character;
  }
  return quote ? { problem: `the quote ${quote} is not closed` } : { text: result };
}

/** In double quotes `\` is itself, except before `"` and `\`. */
function escapedInQuotes(character: string): string {
  return /["\\]/.test(character) ? `\\${character}` : `\\\\${character}`;
}

function escapedOutside(character: string): string {
  return /[nt]/.test(character) ? character : `\\${character}`;
}

function needsEscape(character: string, before = " "): boolean {
  return /[;&|<>()`]/.test(character) || (character === "#" && /[ \t\r\n]/.test(before));
}
