import type { Code } from "../diagnostics/catalogue/index.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { verdicts, type MigratedStack } from "./model.ts";

/** What a person must know to move the stacks of a repository. */
export interface Migration {
  /** The worst first. */
  readonly stacks: readonly MigratedStack[];
  /** A `tutum-stack.json` that lists them; undefined if there is one, or if it could not list them. */
  readonly list: string | undefined;
  /** Whether `tutum-stack compile` without arguments means these stacks, now or once that file is written. */
  readonly isListed: boolean;
}

/** The stacks in the order of harm: by verdict, then by how much a person must do, then by how much is lost. */
export function inOrderOfWork(stacks: readonly MigratedStack[]): readonly MigratedStack[] {
  return stacks.toSorted(
    (one, other) =>
      verdicts.indexOf(one.verdict) - verdicts.indexOf(other.verdict) ||
      other.toDo.length - one.toDo.length ||
      other.lost.length - one.lost.length,
  );
}

/** How a person refers to a kind of diagnostic, as `--allow` does: `CODE` or `CODE:FIELD`. */
export function kindOf({ severity, code, field }: Diagnostic): string {
  return severity === "error" || field === undefined ? code : `${code}:${field}`;
}

/** A note or a help that several stacks have for the same kind of diagnostic. */
export interface SharedText {
  readonly code: Code;
  readonly kind: string;
  readonly what: "notes" | "help";
  readonly text: string;
  /** How many stacks have it. */
  readonly stacks: number;
}

/** In how many stacks a text must occur to be said once for all of them. */
const fewest = 3;

/**
 * The texts that are said once for all stacks, in the order of the stacks: those of at least half of the stacks that
 * have the kind of diagnostic. What to do about a stack that does not work is always said there.
 */
export function sharedTexts(stacks: readonly MigratedStack[]): readonly SharedText[] {
  const found = new Map<string, SharedText>();
  const kinds = new Map<string, number>();
  for (const stack of stacks) {
    const texts = textsOf(stack);
    for (const [key, text] of new Map(texts.map((text) => [keyOf(text), text])))
      found.set(key, { ...text, stacks: (found.get(key)?.stacks ?? 0) + 1 });
    for (const kind of new Set(texts.map((text) => text.kind))) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [...found.values()].filter(({ kind, stacks: count }) => count >= fewest && count * 2 >= kinds.get(kind)!);
}

/** The diagnostics without the texts that are said once for all stacks. */
export function withoutShared(
  diagnostics: readonly Diagnostic[],
  shared: readonly SharedText[],
): readonly Diagnostic[] {
  const known = new Set(shared.map(keyOf));
  return diagnostics.map((diagnostic) => {
    const kind = kindOf(diagnostic);
    const rest = (what: SharedText["what"]): readonly string[] =>
      diagnostic[what].filter((text) => !known.has(keyOf({ kind, what, text })));
    return { ...diagnostic, notes: rest("notes"), help: rest("help") };
  });
}

/** The texts that may be said once: one that names a service is about its stack alone. */
function textsOf({ services, toDo, lost, toCheck, rewritten }: MigratedStack): readonly Omit<SharedText, "stacks">[] {
  const names = new Set(services);
  const isGeneral = (text: string): boolean => !wordsOfCode(text).some((word) => names.has(word));
  const texts = (what: SharedText["what"], diagnostics: readonly Diagnostic[]): readonly Omit<SharedText, "stacks">[] =>
    diagnostics.flatMap((diagnostic) =>
      diagnostic[what]
        .filter(isGeneral)
        .map((text) => ({ code: diagnostic.code, kind: kindOf(diagnostic), what, text })),
    );
  const others = [...lost, ...toCheck, ...rewritten.diagnostics];
  return [...texts("notes", [...toDo, ...others]), ...texts("help", others)];
}

function wordsOfCode(text: string): readonly string[] {
  return text.split("`").flatMap((part, index) => (index % 2 === 0 ? [] : part.split(/[^\p{L}\p{N}_.-]+/u)));
}

function keyOf({ kind, what, text }: Omit<SharedText, "code" | "stacks">): string {
  return JSON.stringify([kind, what, text]);
}
