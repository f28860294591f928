import { createHash } from "node:crypto";

/**
 * A UUID of version 4, computed from a hash of the names, so that it never changes (reference live.md 6.1.3). The old
 * clients accept no other version.
 */
export function uuidOf(kind: "stack" | "service" | "container" | "node", ...names: readonly string[]): string {
  const text = JSON.stringify([kind, ...names]);
  const before = known.get(text);
  if (before !== undefined) return before;
  const uuid = uuidOfHash(createHash("sha256").update(text).digest("hex"));
  if (known.size >= mostKnown) known.clear();
  known.set(text, uuid);
  return uuid;
}

/** A server shows the same things again and again, and hashes take half the time of a list. */
const known = new Map<string, string>();
const mostKnown = 10_000;

function uuidOfHash(digits: string): string {
  const variant = "89ab".charAt(parseInt(digits.charAt(16), 16) % 4);
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
  ];
  return [...parts, digits.slice(20, 32)].join("-");
}

/** Something that a user can name: by its UUID or the beginning of it, by its name, or by `NAME.STACK`. */
export interface Named {
  readonly uuid: string;
  readonly name: string;
  /** Undefined for a stack. */
  readonly stack: string | undefined;
}

/**
 * Finds everything that an identifier matches, in the order of the old clients: first UUIDs that begin with it, then
 * names, then `NAME.STACK`. A whole UUID matches no name.
 */
export function findNamed<T extends Named>(all: readonly T[], identifier: string): readonly T[] {
  const word = identifier.toLowerCase();
  if (/^[0-9a-f]{8}-/.test(word)) return all.filter(({ uuid }) => uuid.startsWith(word));
  const byPrefix = /^[0-9a-f]{4,}$/.test(word) ? all.filter(({ uuid }) => uuid.startsWith(word)) : [];
  if (byPrefix.length > 0) return byPrefix;
  const byName = all.filter(({ name }) => name === identifier);
  if (byName.length > 0) return byName;
  return all.filter(({ name, stack }) => stack !== undefined && `${name}.${stack}` === identifier);
}
