import * as fc from "fast-check";

/** Texts that some reader of YAML, some client's substitution or some shell takes for something else. */
const awkwardTexts: readonly string[] = [
  [
    "",
    " ",
    " leading",
    "trailing ",
    "  both  ",
    "\t",
    "a\tb",
    "\ttab",
    "\n",
    "a\nb",
    "a\nb\n",
    "\n a\n\n  b\n",
    "a\r\nb",
    "\r",
    "\\",
    "\\n",
    "a\\",
  ],
  [
    'C:\\x "y"',
    "'",
    '"',
    "it's",
    '"quoted"',
    "'quoted'",
    `'"'"'`,
    "# x",
    "x # y",
    "#x",
    ": x",
    "x: y",
    "x:",
    "- x",
    "-",
    "--",
    "---",
    "...",
    "? x",
  ],
  [
    "|",
    ">",
    ">-",
    "%",
    "%x",
    "%YAML 1.1",
    "!x",
    "!!str x",
    "&x",
    "*x",
    "@x",
    "`x`",
    ",",
    "{}",
    "[]",
    "{a: b}",
    "[a, b]",
    "{",
    "]",
    "{{x}}",
    "<x>",
  ],
  [
    "<<",
    "=",
    "==",
    "a=b=c",
    "~",
    "yes",
    "no",
    "Yes",
    "NO",
    "on",
    "Off",
    "y",
    "n",
    "true",
    "False",
    "null",
    "Null",
    "NULL",
    ".",
    ".inf",
    "-.INF",
  ],
  [
    ".nan",
    "NaN",
    "0",
    "-0",
    "+1",
    "1.10",
    "1e3",
    "22:22",
    "1:20:30",
    "-1:30",
    "190:20:30.15",
    "0777",
    "0o777",
    "08",
    "0x1F",
    "0b11",
    "1_000",
  ],
  [
    "1_000.5",
    "+12_3",
    "685_230.15",
    "2015-01-01",
    "2015-1-1",
    "2015-01-01 10:00:00",
    "2001-12-14t21:59:43.10-05:00",
    "é",
    "日本語",
    "ß\u00a0ß",
  ],
  [
    "\ufeffmark",
    "a\u2028b\u2029c",
    "\u200b",
    "😀",
    "a😀b",
    "👩‍👩‍👧",
    "\u{10ffff}",
    "\u0001",
    "\u001b[31m",
    "\u007f",
    "\u009b",
    "\ud7ff\ue000",
  ],
  ["\ufffd", "x".repeat(500), `${"word ".repeat(60)}end`, "a ".repeat(100), "__proto__", "constructor"],
].flat();

/**
 * Texts with `$` that mean nothing else where `$` is text, and that Compose would substitute or refuse as they stand.
 */
const dollarTexts: readonly string[] = [
  [
    "$",
    "$$",
    "$$$",
    "a$",
    "$ a",
    "$5",
    "$X",
    "${X}",
    "$${X}",
    "$$X",
    "$$$X",
    "${X",
    "${}",
    "${X:-a}",
    "${X-a}",
    "${X:?a}",
    "${X?a}",
    "${X:+a}",
  ],
  [
    "${ X }",
    "$(x)",
    "$((1+1))",
    "$x$y",
    "pa$$w0rd",
    "$é",
    "$'a'",
    '"$X"',
    "'$X'",
    "\\$X",
    "$\n",
    "$\\",
    "a$b$c$",
    "^\\d+$",
    "$1 $2",
  ],
  ["$apr1$salt$hash/.", "$2y$10$abc", "{{$x}}", "€$"],
].flat();

/** Everything a value can be where `$` is text. */
export function literalTexts(): readonly string[] {
  return [
    ...awkwardTexts,
    ...dollarTexts,
    ...sampleOf(fc.oneof(anyText, textOf(fc.constantFrom(...awkwardCharacters)))),
  ];
}

/** Texts in which `$X`, `${X}` and `$$` are the only uses of `$`. */
export function interpolatedTexts(): readonly string[] {
  const withoutDollar = fc
    .oneof(anyText, textOf(fc.constantFrom(...awkwardCharacters)))
    .map((text) => text.replaceAll("$", ""));
  const piece = fc.oneof(
    fc.constantFrom("$X ", "$X-", "${X}", "$$", "$$X", "$${X}", "$$$$", "$X$X.", "${X}${X}"),
    withoutDollar,
  );
  const samples = sampleOf(fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join("")));
  return [...awkwardTexts, "$X", "${X}", "$$", "$$$X", "$${X}", "a${X}b", "$X:$X", '"$X"', "'${X}'", ...samples];
}

/** What Compose makes of such a text. */
export function substitute(text: string, value: string): string {
  return text.replaceAll(/\$(\$|X|\{X\})/g, (_, found: string) => (found === "$" ? "$" : value));
}

/** A YAML 1.2 scalar in double quotes. */
export function doubleQuoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const awkwardCharacters = "$${}()ab_0 1X:#-'\"\\\n\r\t=!&*%@`<>|~?,.[]\u2028\u00a0\ufeffé/".split("").concat("😀");

const anyText = fc.string({ unit: "binary", maxLength: 12 });

function textOf(unit: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.string({ unit, maxLength: 12 });
}

/**
 * The printer behind `docker-compose config` writes U+0085 as it stands, for which any reader then reads a space. NUL
 * is refused, because no container can be given one.
 */
function possible(text: string): string {
  return text.replaceAll(/[\0\u0085]/g, "");
}

function sampleOf(texts: fc.Arbitrary<string>): readonly string[] {
  return fc.sample(texts.map(possible), { numRuns: 300, seed: 2015 });
}
