import { codesOf } from "./catalogue/entries.ts";
import type { Code } from "./catalogue/index.ts";
import { diagnosing, type Diagnostic, type Path } from "./diagnostic.ts";
import type { Source, Span } from "./source.ts";
import { nearest } from "../text/nearest.ts";

/** Warnings that somebody accepts: those of a code, or only those about one field. */
export interface Allowance {
  readonly code: Code;
  readonly field: string | undefined;
}

/** A comment `# tutum-stack: allow CODE[:FIELD]`, several of them with commas. */
export interface AllowComment {
  readonly span: Span;
  /** `CODE` or `CODE:FIELD`, as they are written. */
  readonly words: readonly string[];
  /** The service or value on the line of the comment or on the next one; undefined when there is none. */
  readonly about: { readonly path: Path; readonly span: Span } | undefined;
}

/** Reads `CODE` or `CODE:FIELD`; undefined when no warning has that code. */
export function parseAllowance(text: string): Allowance | undefined {
  const [word = "", ...rest] = text.split(":");
  const code = codesOf("warning").find((candidate) => candidate === word.trim());
  return code && { code, field: rest.length === 0 ? undefined : rest.join(":").trim() };
}

/** Whether a warning is among those that somebody accepts. */
export function allows({ code, field }: Allowance, diagnostic: Diagnostic): boolean {
  return code === diagnostic.code && (field === undefined || field === diagnostic.field);
}

/** What the comments of a file allow, and which of them allow nothing. */
export interface CommentedAllowances {
  /** The diagnostics that no comment allows. Errors stay. */
  readonly without: (diagnostics: readonly Diagnostic[]) => readonly Diagnostic[];
  /** A warning for each word that allowed none of the diagnostics until now. */
  readonly unused: (source: Source) => readonly Diagnostic[];
}

/** Reads the comments of a file that allow warnings (reference migration.md 7). */
export function commentedAllowances(comments: readonly AllowComment[]): CommentedAllowances {
  const words = comments.flatMap(({ span, words: texts, about }) =>
    texts.map((text): Word => ({ text, comment: span, about, allowance: parseAllowance(text) })),
  );
  const used = new Set<Word>();
  const about = wordsAbout(words);
  const isAllowed = (diagnostic: Diagnostic): boolean => {
    const found = about(diagnostic).filter(({ allowance }) => allowance && allows(allowance, diagnostic));
    for (const word of found) used.add(word);
    return found.length > 0;
  };
  return {
    without: (diagnostics) => diagnostics.filter((found) => found.severity === "error" || !isAllowed(found)),
    unused: (source) => {
      const diagnose = diagnosing(source);
      return words
        .filter((word) => !used.has(word))
        .map(({ text, comment, about, allowance }) =>
          diagnose("unused-allow", [comment], {
            text,
            reason: allowance ? (about ? "no warning" : "no value") : isError(text) ? "an error" : "no code",
            similar: nearest(text.split(":", 1)[0]!, codesOf("warning")),
          }),
        );
    },
  };
}

interface Word {
  readonly text: string;
  readonly comment: Span;
  readonly about: AllowComment["about"];
  readonly allowance: Allowance | undefined;
}

/** A word, and the words of the value around its own. */
interface Nested {
  readonly span: Span;
  readonly words: Word[];
  readonly outer: Nested | undefined;
}

/**
 * Finds the words about the place of a diagnostic: those of the values around it, and those of its service and field,
 * whose value may stand in a template. Values lie within each other or apart.
 */
function wordsAbout(words: readonly Word[]): (diagnostic: Diagnostic) => readonly Word[] {
  const named = new Map<string, Word[]>();
  const nested: Nested[] = [];
  for (const word of words.toSorted((one, other) => (one.about?.span.start ?? 0) - (other.about?.span.start ?? 0))) {
    if (!word.about) continue;
    const { path, span } = word.about;
    if (path.length <= 2) addTo(named, JSON.stringify(path), word);
    const last = nested.at(-1);
    if (last?.span.start === span.start) last.words.push(word);
    else nested.push({ span, words: [word], outer: around(last, span.start) });
  }
  return ({ service, field, labels }) => {
    const found: Word[] = [];
    const { start } = labels[0].span;
    const before = nested[lastNotAfter(nested, start)];
    for (let one = around(before, start); one; one = one.outer) found.push(...one.words);
    const keys = [[service], [service, field]].map((path) => JSON.stringify(path));
    return [...new Set([...found, ...keys.flatMap((key) => named.get(key) ?? [])])];
  };
}

/** The innermost of a value and those around it that contains an offset. */
function around(value: Nested | undefined, offset: number): Nested | undefined {
  let found = value;
  while (found && found.span.end <= offset) found = found.outer;
  return found;
}

/** The index of the last value that begins at or before an offset; -1 if there is none. */
function lastNotAfter(values: readonly Nested[], offset: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (values[middle]!.span.start <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function addTo(lists: Map<string, Word[]>, key: string, word: Word): void {
  const list = lists.get(key);
  if (list) list.push(word);
  else lists.set(key, [word]);
}

function isError(text: string): boolean {
  const [code = ""] = text.split(":", 1);
  return codesOf("error").some((known) => known === code);
}
