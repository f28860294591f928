import { quote } from "./catalogue/words.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** How many services are named, how many other places are described, and how many helps are shown. */
const most = { services: 8, places: 4, helps: 8 } as const;

/**
 * The same diagnostics with one warning for each code and field of a file, in the order of their first places. It shows
 * the first place, and its notes name the others (reference migration.md 7). Errors stay as they are.
 */
export function grouped(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const groups = new Map<string | Diagnostic, [Diagnostic, ...Diagnostic[]]>();
  for (const diagnostic of diagnostics) {
    const key = keyOf(diagnostic);
    const group = groups.get(key);
    if (group) group.push(diagnostic);
    else groups.set(key, [diagnostic]);
  }
  return [...groups.values()].map(([first, ...others]) => (others.length === 0 ? first : joined(first, others)));
}

/** How many warnings there are, as people count them: one for each code and field of a file. */
export function countWarnings(diagnostics: readonly Diagnostic[]): number {
  return new Set(diagnostics.filter(({ severity }) => severity === "warning").map(keyOf)).size;
}

function keyOf(diagnostic: Diagnostic): string | Diagnostic {
  const { severity, code, file, field = "" } = diagnostic;
  return severity === "error" ? diagnostic : JSON.stringify([file, code, field]);
}

function joined(first: Diagnostic, others: readonly Diagnostic[]): Diagnostic {
  const same = others.filter((other) => saysTheSame(first, other));
  const different = others.filter((other) => !saysTheSame(first, other));
  const described = different.slice(0, most.places);
  const left = different.slice(most.places);
  return {
    ...first,
    notes: [
      ...first.notes,
      ...(same.length > 0 ? [`the same is true of ${placesOf(same)}`] : []),
      ...described.map(({ labels, message }) => `line ${labels[0].start.line}: ${message}`),
      ...(left.length > 0
        ? [`${left.length === 1 ? "1 more place" : `${left.length} more places`}: ${placesOf(left)}`]
        : []),
    ],
    help: helpFor([first, ...same.map((other) => ({ ...other, help: first.help })), ...different]),
  };
}

/** What to type, with the lines that it is for if there are others. */
function helpFor(diagnostics: readonly Diagnostic[]): readonly string[] {
  const lines = new Map<string, Set<number>>();
  for (const { labels, help } of diagnostics)
    for (const text of help) lines.set(text, (lines.get(text) ?? new Set()).add(labels[0].start.line));
  const all = new Set(diagnostics.map(({ labels }) => labels[0].start.line));
  return [...lines]
    .slice(0, most.helps)
    .map(([text, found]) => (found.size === all.size ? text : `${linesText([...found])}: ${text}`));
}

/** Whether two diagnostics differ in nothing but the service that they name. */
function saysTheSame(first: Diagnostic, other: Diagnostic): boolean {
  return textOf(first) === textOf(other);
}

function textOf({ service, message, notes, help }: Diagnostic): string {
  const text = JSON.stringify([message, notes, help]);
  return service === undefined ? text : text.replaceAll(quote(service), "");
}

/** The services, each with the lines of its places: services `db` (line 3) and `worker` (lines 8 and 9). */
function placesOf(diagnostics: readonly Diagnostic[]): string {
  const lines = new Map<string | undefined, number[]>();
  for (const { service, labels } of diagnostics) {
    const found = lines.get(service);
    if (found) found.push(labels[0].start.line);
    else lines.set(service, [labels[0].start.line]);
  }
  const named = [...lines]
    .slice(0, most.services)
    .map(([service, found]) => (service === undefined ? linesText(found) : `${quote(service)} (${linesText(found)})`));
  const what = lines.has(undefined) ? "" : lines.size === 1 ? "service " : "services ";
  return `${what}${inWords([...named, ...(lines.size > most.services ? [`${lines.size - most.services} more`] : [])])}`;
}

function linesText(lines: readonly number[]): string {
  const unique = [...new Set(lines)];
  const shown = unique.slice(0, most.places).map(String);
  if (unique.length === 1) return `line ${shown.join("")}`;
  const rest = unique.length > most.places ? [`${unique.length - most.places} more`] : [];
  return `lines ${inWords([...shown, ...rest])}`;
}

function inWords(texts: readonly string[]): string {
  const last = texts.at(-1) ?? "";
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(", ")} and ${last}`;
}
