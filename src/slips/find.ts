import { diagnosing, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import { missingBrackets } from "./brackets.ts";
import { linesWithContent } from "./lines.ts";
import { movedLines } from "./indentation.ts";
import { mended, type Broken, type Mend } from "./mend.ts";
import { missingQuotes, quotesInside, unquotedTexts } from "./quotes.ts";
import { missingColons, missingDashes, missingSpaces, unusualSpaces } from "./signs.ts";
import { strayLines } from "./stray.ts";
import { wholeFileSlips } from "./whole-file.ts";

/** Reads a text, and returns what is wrong with it. */
export type Read = (text: string) => readonly Diagnostic[];

/** Ways to mend a mistake, the likelier ones first. */
const kinds: readonly ((broken: Broken) => Iterable<Mend>)[] = [
  unusualSpaces,
  missingSpaces,
  missingDashes,
  missingColons,
  missingQuotes,
  quotesInside,
  missingBrackets,
  movedLines,
  unquotedTexts,
  strayLines,
];

/** Mistakes in the text itself: nothing is known of what comes after. */
const unreadable: ReadonlySet<string> = new Set(["invalid-yaml", "bad-key"]);

/** Mistakes that a slip of the fingers may be behind. Those that are not here say themselves what slipped. */
const suspicious: ReadonlySet<string> = new Set([
  "invalid-yaml",
  "bad-key",
  "not-a-stack-file",
  "not-a-service",
  "bad-service-name",
  "empty-service",
  "empty-field",
  "missing-image",
  "wrong-type",
  "unknown-field",
  "bad-port",
  "bad-volume",
  "bad-link",
  "bad-volumes-from",
  "bad-command",
  "unknown-service",
]);

/**
 * How much may be read again in search of a slip, and for how many mistakes. Each mistake that a reading finds takes as
 * long as a hundred characters.
 */
const limits = { characters: 300_000, charactersPerMistake: 100, mistakes: 8 } as const;

/**
 * Replaces mistakes with the slip that caused them. A slip is what, once mended, leaves fewer mistakes in the file; so
 * what its help says is known to work.
 */
export function explainSlips(source: Source, diagnostics: readonly Diagnostic[], read: Read): readonly Diagnostic[] {
  const diagnose = diagnosing(source);
  const slips = wholeFileSlips(source.text, diagnostics).map((mend) => mend.say(diagnose));
  if (slips.length > 0) return slips;
  const lines = linesWithContent(source.text);
  const reader = boundedReader(read);
  let left = diagnostics;
  for (const mistake of diagnostics.filter(({ code }) => suspicious.has(code)).slice(0, limits.mistakes)) {
    if (!left.includes(mistake)) continue;
    const line = lineOf(mistake) - 1;
    const found = lines.findIndex(({ index }) => index >= line);
    const broken = { text: source.text, lines, at: found === -1 ? lines.length - 1 : found, mistake };
    const best = bestMend(broken, left, reader);
    if (best) left = explained(left, mistake, best.errors, best.mend.say(diagnose));
  }
  return left;
}

interface Judged {
  readonly mend: Mend;
  readonly errors: readonly Diagnostic[];
  /** Where reading still stops; infinite where the text can be read to its end. */
  readonly stops: number;
  readonly isReadable: boolean;
}

/** Reads no more text than the limit allows. */
function boundedReader(read: Read): (text: string) => readonly Diagnostic[] | undefined {
  let rest: number = limits.characters;
  const seen = new Map<string, readonly Diagnostic[]>();
  return (text) => {
    const known = seen.get(text);
    if (known || rest < text.length) return known;
    const errors = read(text).filter(({ severity }) => severity === "error");
    rest -= text.length + errors.length * limits.charactersPerMistake;
    seen.set(text, errors);
    return errors;
  };
}

function bestMend(
  broken: Broken,
  before: readonly Diagnostic[],
  read: (text: string) => readonly Diagnostic[] | undefined,
): Judged | undefined {
  const errors = before.filter(({ severity }) => severity === "error");
  let best: Judged | undefined;
  for (const mend of kinds.flatMap((kind) => [...kind(broken)])) {
    const found = read(mended(broken.text, mend.edits));
    const judged = found && judge(mend, found);
    if (!judged || !isBetter(judged, broken.mistake, errors)) continue;
    if (!best || isAhead(judged, best)) best = judged;
    if (best.errors.length === 0) return best;
  }
  return best;
}

function judge(mend: Mend, errors: readonly Diagnostic[]): Judged {
  const stop = errors.find(({ code }) => unreadable.has(code));
  return { mend, errors, isReadable: !stop, stops: stop ? lineOf(stop) : Infinity };
}

/**
 * Whether mending helps: fewer mistakes and no new one, or where the text could not be read, that it can be read
 * further.
 */
function isBetter(judged: Judged, mistake: Diagnostic, before: readonly Diagnostic[]): boolean {
  if (unreadable.has(mistake.code)) return judged.isReadable || judged.stops > lineOf(mistake);
  return (
    judged.errors.length < before.length &&
    judged.errors.every((error) => !isSameAs(mistake)(error) && before.some(isSameAs(error)))
  );
}

function isAhead(one: Judged, other: Judged): boolean {
  if (one.isReadable !== other.isReadable) return one.isReadable;
  return one.isReadable ? one.errors.length < other.errors.length : one.stops > other.stops;
}

/** The slip instead of the mistake that it caused, of the others that go with it, and of the warnings in its line. */
function explained(
  before: readonly Diagnostic[],
  mistake: Diagnostic,
  errors: readonly Diagnostic[],
  slip: Diagnostic,
): readonly Diagnostic[] {
  const left = before.filter((other) => {
    if (other === mistake) return false;
    return other.severity === "warning" ? lineOf(other) !== lineOf(slip) : errors.some(isSameAs(other));
  });
  return [...left, slip];
}

function lineOf({ labels }: Diagnostic): number {
  return labels[0].start.line;
}

function isSameAs({ code, message }: Diagnostic): (other: Diagnostic) => boolean {
  return (other) => other.code === code && other.message === message;
}
