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
  /** The first line of the value. */
  readonly raw: string;
}

/** What to type instead of a value of the wrong type; undefined where that is not plain. */
export function suggestedValue(value: unknown, { path, wantedTypes, inText, raw }: WrongType): string | undefined {
  if (path.length === 3 && /^(\[.*\]|\{.*\})$/.test(raw)) return `put it in quotes if text is meant: ${inQuotes(raw)}`;
  if (isMapping(value)) return suggestedItem(path, value);
  if (Array.isArray(value)) return undefined;
  const wants = (type: string): boolean => wantedTypes.includes(type);
  if (wants("boolean") && /^(yes|on|y)$/i.test(inText)) return "write `true`";
  if (wants("boolean") && /^(no|off|n)$/i.test(inText)) return "write `false`";
  const several = wants("array") || wants("object") ? separateItems(path, inText) : [];
  if (several.length > 1)
    return `write it as a list, each item in a line: ${several.map((item) => `\`- ${item}\``).join(", ")}`;
  if (wants("array") || (wants("object") && inText.includes("=")))
    return `write it as a list: \`- ${typeof value === "string" ? JSON.stringify(value) : inText}\``;
  if (wants("integer") && /^\d+$/.test(inText)) return `write it without quotes: \`${inText}\``;
  return wants("string") && !traitsOf(path)?.hasGrammar ? `put it in quotes: \`"${inText}"\`` : undefined;
}

/** The items that one text holds, if it can be several: `A=1 B=2`, `80:80, 443:443`. */
function separateItems([, field]: Path, text: string): readonly string[] {
  const items = text.split(/[\s,]+/).filter((item) => item !== "");
  if (field === "environment" || field === "labels")
    return items.every((item) => /^[A-Za-z_][\w.-]*=/.test(item)) ? items : [];
  if (field === "ports" || field === "expose") return items.map((item) => JSON.stringify(item));
  return /^(links|volumes_from|cap_add|cap_drop|tags|roles)$/.test(String(field)) ? items : [];
}

function inQuotes(text: string): string {
  return `\`${text.includes("'") ? JSON.stringify(text) : `'${text}'`}\``;
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
