import { namedSource } from "../diagnostics/source.ts";
import { parseRestart } from "../stack/grammar/policy.ts";
import { parseDocument } from "../yaml/document.ts";
import type { Edit, Json } from "../yaml/edit.ts";

/** The edits that set fields of a service; undefined removes a field. */
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

/** How the variables of a service change. */
export interface VariablesChange {
  readonly set: Readonly<Record<string, string>>;
  /** The names to remove; `others` for all that are not set. */
  readonly remove: ReadonlySet<string> | "others";
}

/** The edits that change variables of a service. A list stays a list, and other variables stay as they are. */
export function variableEdits(text: string, service: string, { set, remove }: VariablesChange): readonly Edit[] {
  const path = [service, "environment"];
  const { environment } = presentFields(text, service);
  const goes = (name: string): boolean => !Object.hasOwn(set, name) && (remove === "others" || remove.has(name));
  if (Array.isArray(environment)) return [{ path, value: unlessEmpty(changedList(environment, set, goes)) }];
  const present = Object.keys(Object(environment) as object);
  if (present.length === 0 || (Object.keys(set).length === 0 && present.every(goes)))
    return [{ path, value: unlessEmpty(set) }];
  return [
    ...Object.entries(set).map(([name, value]) => ({ path: [...path, name], value })),
    ...present.filter(goes).map((name) => ({ path: [...path, name], value: undefined })),
  ];
}

function changedList(
  items: readonly unknown[],
  set: Readonly<Record<string, string>>,
  goes: (name: string) => boolean,
): readonly string[] {
  const isThere = new Set<string>();
  const kept = items.map(String).flatMap((item) => {
    const name = item.split("=", 1)[0]!;
    if (goes(name) || (Object.hasOwn(set, name) && isThere.has(name))) return [];
    isThere.add(name);
    return [Object.hasOwn(set, name) ? `${name}=${set[name]}` : item];
  });
  const added = Object.entries(set).flatMap(([name, value]) => (isThere.has(name) ? [] : [`${name}=${value}`]));
  return [...kept, ...added];
}

function unlessEmpty<T extends Json>(value: T): T | undefined {
  return Object.keys(value as object).length === 0 ? undefined : value;
}

/** The fields of a service as they stand in the file. */
function presentFields(text: string, service: string): Readonly<Record<string, unknown>> {
  const root = Object(parseDocument(namedSource(text), [])?.value) as Readonly<Record<string, unknown>>;
  return Object.hasOwn(root, service) ? (Object(root[service]) as Readonly<Record<string, unknown>>) : {};
}

/** `restart` is another name of `autorestart`: the file keeps the name that it uses, or both. */
function namesOf(field: string, present: Readonly<Record<string, unknown>>): readonly string[] {
  if (field !== "autorestart") return [field];
  const used = ["restart", "autorestart"].filter((name) => Object.hasOwn(present, name));
  return used.length === 0 ? [field] : used;
}

/** Whether the file already has this policy: `ON_FAILURE` leaves `on-failure:3` as it is. */
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

/** A name for a service that was given none: that of its image, without registry, namespace and tag. */
export function nameOfImage(image: string): string {
  const name = image.split("@", 1)[0]!.split("/").at(-1)!.split(":", 1)[0]!;
  return name.toLowerCase().replace(/[^a-z0-9_.-]/g, "");
}
