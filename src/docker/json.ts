/** The value of a JSON text; undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A property that a JSON value has itself, so never `constructor` and the like; undefined for a value without
 * properties.
 */
export function property(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A property that is text; empty when it is missing or anything else. */
export function textProperty(value: unknown, key: string): string {
  const text = property(value, key);
  return typeof text === "string" ? text : "";
}

/** The properties of a JSON value that are text. */
export function textProperties(value: unknown): ReadonlyMap<string, string> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** The properties of a JSON value with their names; none for a list, and for a value without properties. */
export function entriesIn(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) && !Array.isArray(value) ? Object.entries(value) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
