import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseCommand } from "../../../src/stack/grammar/command.ts";

describe("a command", () => {
  test.each([
    ["", ""],
    ["server --port=80", "server --port=80"],
    [`sh -c 'echo "$X"; sleep 5 # x'`, `sh -c 'echo "$X"; sleep 5 # x'`],
    [`sh -c "a; b | c > d & (e) \`f\`"`, `sh -c "a; b | c > d & (e) \`f\`"`],
    ["http://x/?a=1&b=2", "http://x/?a=1\\&b=2"],
    ["a; b|c >d <e (f) `g`", "a\\; b\\|c \\>d \\<e \\(f\\) \\`g\\`"],
    ["# a #b c#d ## e\n#f", "\\# a \\#b c#d \\## e\n\\#f"],
    ["''# \"\"#", "''# \"\"#"],
    ["a\\ b \\n \\t \\x \\# \\; \\\\", "a\\ b n t \\x \\# \\; \\\\"],
    [`"\\n \\" \\\\ \\$ \\'"`, `"\\\\n \\" \\\\ \\\\$ \\\\'"`],
    [`'\\' "it's" '"'`, `'\\' "it's" '"'`],
  ])("%j", (text, written) => {
    expect(normaliseCommand(text)).toEqual({ text: written });
  });

  test.each([
    ["it's", "the quote ' is not closed"],
    ['"', 'the quote " is not closed'],
    ['"a\\"', 'the quote " is not closed'],
    ["'\"", "the quote ' is not closed"],
    ["a\\", "nothing follows the last `\\`"],
    ['"a\\', "nothing follows the last `\\`"],
  ])("not %j", (text, problem) => {
    expect(normaliseCommand(text)).toEqual({ problem });
  });

  test("all readers find the words that a POSIX shell's rules make of it", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const words = python(text);
        const normalised = normaliseCommand(text);
        expect("problem" in normalised).toBe(words === undefined);
        if (!("text" in normalised)) return;
        expect(python(normalised.text)).toEqual(words);
        expect(google(normalised.text)).toEqual(words);
        expect(shellwords(normalised.text)).toEqual(words);
        expect(normaliseCommand(normalised.text)).toEqual(normalised);
      }),
      { numRuns: 2000 },
    );
  });

  test("of any length is read without recursion", () => {
    const text = `"${"\\n".repeat(1_000_000)}"`;
    expect(normaliseCommand(text)).toEqual({ text: `"${"\\\\n".repeat(1_000_000)}"` });
  });
});

const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."ab $1nt\\'\"#;&|<>()`\n\t\r=é".split("")), maxLength: 16 }),
  fc
    .array(fc.constantFrom("a", " ", "'b c'", '"d\\n"', "\\\\", '"\\""', "#", "$(x)", ";", "''", '"`"'), {
      maxLength: 8,
    })
    .map((parts) => parts.join("")),
);

type Words = readonly string[] | undefined;

/** What the models of the readers have in common: a state machine over characters that collects words. */
function split(text: string, rules: Rules): Words {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character === "\\" && quote !== "'") {
      const escaped = text[++index];
      if (escaped === undefined) return undefined;
      word = (word ?? "") + rules.escape(escaped, quote);
    } else if (quote === "" && /[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === quote) quote = "";
    else if (quote === "" && /["']/.test(character)) [quote, word] = [character, word ?? ""];
    else if (quote === "" && rules.isSpecial(character, word)) return undefined;
    else word = (word ?? "") + character;
  }
  return quote ? undefined : word === undefined ? words : [...words, word];
}

interface Rules {
  readonly escape: (character: string, quote: string) => string;
  /** Whether an operator or a comment begins, so that the rest is not read as words. */
  readonly isSpecial: (character: string, word: string | undefined) => boolean;
}

/** `shlex.split`, as docker-compose 1 calls it. */
function python(text: string): Words {
  return split(text, {
    escape: (character, quote) => (quote && !/["\\]/.test(character) ? `\\${character}` : character),
    isSpecial: () => false,
  });
}

/** google/shlex, as docker/cli calls it. */
function google(text: string): Words {
  return split(text, {
    escape: (character) => character,
    isSpecial: (character, word) => character === "#" && word === undefined,
  });
}

/** mattn/go-shellwords, as compose-go calls it. */
function shellwords(text: string): Words {
  const escapes = new Map([
    ["n", "\n"],
    ["t", "\t"],
  ]);
  return split(text, {
    escape: (character) => escapes.get(character) ?? character,
    isSpecial: (character) => /[;&|<>()`]/.test(character),
  });
}
