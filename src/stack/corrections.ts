import type { Path } from "../diagnostics/diagnostic.ts";
import { isMapping } from "../yaml/values.ts";
import { traitsOf } from "./fields.ts";

/** A value that has another type than its field takes. */
interface WrongType {
  readonly path: Path;
  /** The types that the schema would take. */
  readonly wantedTypes: readonly string[];
  /** The value as it stands in the file, if it is a scalar. */
  readonly inText: string;
}

/** What to type instead of a value of the wrong type; undefined where that is not plain. */
export function suggestedValue(value: unknown, { path, wantedTypes, inText }: WrongType): string | undefined {
  if (isMapping(value)) return suggestedItem(path, value);
  if (Array.isArray(value)) return undefined;
  const wants = (type: string): boolean => wantedTypes.includes(type);
  if (wants("boolean") && /^(yes|on|y)$/i.test(inText)) return "write `true`";
  if (wants("boolean") && /^(no|off|n)$/i.test(inText)) return "write `false`";
  if (wants("array") || (wants("object") && inText.includes("=")))
    return `write it as a list: \`- ${typeof value === "string" ? JSON.stringify(value) : inText}\``;
  if (wants("integer") && /^\d+$/.test(inText)) return `write it without quotes: \`${inText}\``;
  return wants("string") && !traitsOf(path)?.hasGrammar ? `put it in quotes: \`"${inText}"\`` : undefined;
}

/** An item `- NAME: value` of a list, which is a mapping for YAML. */
function suggestedItem(path: Path, value: Readonly<Record<string, unknown>>): string | undefined {
  const [pair, ...others] = Object.entries(value);
  if (typeof path.at(-1) !== "number" || !pair || others.length > 0) return undefined;
  const [name, text] = pair;
  if (typeof text !== "string" && typeof text !== "number" && typeof text !== "boolean") return undefined;
  return path[1] === "environment" || path[1] === "labels"
    ? `write \`- ${name}=${text}\``
    : `put it in quotes: \`- "${name}:${text}"\``;
}

/** What a value is, in the words of a stack file's author. */
export function describeType(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "boolean") return String(value);
  if (isMapping(value)) return "a mapping";
  if (typeof value === "number") return Number.isInteger(value) ? "a number" : "a fraction";
  return "text";
}
