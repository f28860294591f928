import { namedSource } from "../diagnostics/source.ts";
import { parseRestart } from "../stack/grammar/policy.ts";
import { parseDocument } from "../yaml/document.ts";
import type { Edit, Json } from "../yaml/edit.ts";

/** The edits that give fields of a service their values; undefined takes a field out. */
export function fieldEdits(
  text: string,
  service: string,
  fields: Readonly<Record<string, Json | undefined>>,
): readonly Edit[] {
  const present = presentFields(text, service);
  return Object.entries(fields).flatMap(([field, value]) =>
    namesOf(field, present).flatMap((name) =>
      isSamePolicy(value, present[name]) ? [] : [{ path: [service, name], value: styled(value, present[name], name) }],
    ),
  );
}

/** The fields of a service as they stand in the file. */
function presentFields(text: string, service: string): Readonly<Record<string, unknown>> {
  const root = Object(parseDocument(namedSource(text), [])?.value) as Readonly<Record<string, unknown>>;
  return Object.hasOwn(root, service) ? (Object(root[service]) as Readonly<Record<string, unknown>>) : {};
}

/** `autorestart` has another name: the file keeps the one that it uses, and both if it has both. */
function namesOf(field: string, present: Readonly<Record<string, unknown>>): readonly string[] {
  if (field !== "autorestart") return [field];
  const used = ["restart", "autorestart"].filter((name) => Object.hasOwn(present, name));
  return used.length === 0 ? [field] : used;
}

/** Whether a policy is what the file says already: `ON_FAILURE` is no reason to lose the limit of `on-failure:3`. */
function isSamePolicy(value: Json | undefined, before: unknown): boolean {
  if (typeof value !== "string" || (typeof before !== "string" && before !== false)) return false;
  const [now, then] = [parseRestart(value), parseRestart(before)];
  return now !== undefined && now.retries === undefined && now.autorestart === then?.autorestart;
}

/**
 * A value in the style of the file: a list of `NAME=value` where it has a list, and a policy in its spelling,
 * `on-failure` where it had `always` and `ON_FAILURE` where it had `ALWAYS`.
 */
function styled(value: Json | undefined, before: unknown, field: string): Json | undefined {
  if (Array.isArray(before) && isJsonMapping(value))
    return Object.entries(value).map(([name, text]) => `${name}=${text as string}`);
  if (typeof value !== "string" || !["restart", "autorestart", "autodestroy"].includes(field)) return value;
  const isLower =
    typeof before === "string" ? before === before.toLowerCase() : before === false || field === "restart";
  if (!isLower) return value;
  const word = value.toLowerCase().replace("_", "-");
  return word === "off" && field === "restart" ? "no" : word;
}

function isJsonMapping(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
