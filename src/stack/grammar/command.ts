/**
 * A command, rewritten so that all who split it find the words that a POSIX shell finds: `docker stack` (google/shlex), which begins
 * a comment at `#` and drops every `\` in double quotes; Compose v2 (go-shellwords), which ends at an operator and reads `\n` as a
 * line break; docker-compose 1 (Python's shlex). What is wrong with it otherwise.
 */
export function normaliseCommand(text: string): { readonly text: string } | { readonly problem: string } {
  let written = "";
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character === "\\" && quote !== "'") {
      const escaped = text[++index];
      if (escaped === undefined) return { problem: "nothing follows the last `\\`" };
      written += quote ? escapedInQuotes(escaped) : escapedOutside(escaped);
      continue;
    }
    if (quote === "" && needsEscape(character, text[index - 1])) written += "\\";
    if (quote === character) quote = "";
    else if (quote === "" && /["']/.test(character)) quote = character;
    written += character;
  }
  return quote ? { problem: `the quote ${quote} is not closed` } : { text: written };
}

/** A `\` in double quotes stands for itself, except before `"` and `\`. */
function escapedInQuotes(character: string): string {
  return /["\\]/.test(character) ? `\\${character}` : `\\\\${character}`;
}

function escapedOutside(character: string): string {
  return /[nt]/.test(character) ? character : `\\${character}`;
}

function needsEscape(character: string, before = " "): boolean {
  return /[;&|<>()`]/.test(character) || (character === "#" && /[ \t\r\n]/.test(before));
}
