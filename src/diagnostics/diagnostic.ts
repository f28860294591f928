import { entryOf } from "./catalogue/entries.ts";
import { harms, type Harm, type Severity, type Wording } from "./catalogue/entry.ts";
import type { Code, Params } from "./catalogue/index.ts";
import { linesOf, type Lines, type Position, type Source, type Span } from "./source.ts";

/** A place in the text, with a few words about it. */
export interface Label {
  readonly span: Span;
  readonly start: Position;
  readonly end: Position;
  readonly text: string;
}

/**
 * One error or warning about a stack file. An error means that nothing is written; a warning, that something is lost or
 * looks wrong.
 */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  /** One clause that stands alone in a log. */
  readonly message: string;
  /** The name of the file that it is about. */
  readonly file: string;
  /** The service that it is about, or another key at the top of the file; left out for the file as a whole. */
  readonly service?: string;
  /** The field of the service that it is about. */
  readonly field?: string;
  /** The first one marks the mistake; the others, the other parties of a conflict. */
  readonly labels: readonly [Label, ...Label[]];
  /** Why. */
  readonly notes: readonly string[];
  /** What to type. */
  readonly help: readonly string[];
}

/** Keys and indexes from the root of a stack file: `["web", "links", 0]`. */
export type Path = readonly (string | number)[];

/**
 * Where a mistake is: a path, which can be narrowed to the key or to a part of the text there. `also` is the other
 * party of a conflict.
 */
export type Place =
  | Path
  | { readonly path: Path; readonly part?: "key" | { readonly text: string }; readonly also?: Place };

/** Records a diagnostic. Does not compile with an unknown code or without the parameters of the code. */
export type Report = <C extends Code>(code: C, at: Place, params: Params<C>) => void;

/**
 * Builds diagnostics about one text. Spans after the first one get the label `also` of the wording. No span leads
 * beyond the text: one at its end is empty. The path says which service and field it is about.
 */
export function diagnosing(
  source: Source,
): <C extends Code>(code: C, spans: readonly [Span, ...Span[]], params: Params<C>, path?: Path) => Diagnostic {
  let lines: Lines | undefined;
  return (code, [primary, ...others], params, [service, field] = []) => {
    const { position } = (lines ??= linesOf(source.text));
    const entry = entryOf(code);
    const {
      message,
      label = "",
      also = "",
      notes = [],
      help = [],
    } = (entry.wording as (p: typeof params) => Wording)(params);
    const labelled = (given: Span, text: string): Label => {
      const { length } = source.text;
      const span = { start: Math.min(given.start, length), end: Math.min(given.end, length) };
      return { span, start: position(span.start), end: position(span.end), text };
    };
    const labels: [Label, ...Label[]] = [labelled(primary, label), ...others.map((span) => labelled(span, also))];
    return {
      code,
      severity: entry.severity,
      message,
      file: source.name,
      ...(service === undefined ? {} : { service: String(service) }),
      ...(typeof field === "string" ? { field } : {}),
      labels,
      notes: present(notes),
      help: present(help),
    };
  };
}

/** Whether there is an error, so that nothing may be written. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/**
 * Sorted by place in the text, without duplicates: a code appears once per place. A place that several services merge
 * can have the code once for each of them (`perService` of its entry).
 */
export function sortedAndUnique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { start, end } = diagnostic.labels[0].span;
    const { perService } = entryOf(diagnostic.code);
    const identity = `${diagnostic.code} ${start} ${end} ${perService ? diagnostic.message : ""}`;
    if (!unique.has(identity)) unique.set(identity, diagnostic);
  }
  return [...unique.values()].toSorted(
    (a, b) => a.labels[0].span.start - b.labels[0].span.start || a.labels[0].span.end - b.labels[0].span.end,
  );
}

/**
 * As `sortedAndUnique`, the worst first: errors, then warnings in the order of `harms`, each of them by place
 * (reference migration.md 7).
 */
export function inOrderOfHarm(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const ranks = new Map<Harm | undefined, number>(harms.map((harm, index) => [harm, index]));
  const rank = (diagnostic: Diagnostic): number => ranks.get(harmOf(diagnostic)) ?? -1;
  return sortedAndUnique(diagnostics).toSorted((one, other) => rank(one) - rank(other));
}

/** What a warning means for the stack; undefined for an error. */
export function harmOf({ code }: Diagnostic): Harm | undefined {
  return entryOf(code).harm;
}

function present(texts: readonly (string | undefined)[]): readonly string[] {
  return texts.filter((text) => text !== undefined);
}
