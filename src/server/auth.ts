import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether an `Authorization` header has the token: as `Bearer TOKEN`, or where the old clients put their key, `Basic`
 * with any user and `ApiKey USER:KEY`. The comparison takes the same time for every token.
 */
export function isAuthorized(header: string | null, token: string): boolean {
  const secret = secretOf(header);
  return secret !== undefined && timingSafeEqual(digest(secret), digest(token));
}

/** The secret in an `Authorization` header; undefined for a form that is not known. */
export function secretOf(header: string | null): string | undefined {
  const [, word = "", value = ""] = /^(\w+) +(\S+) *$/.exec(header ?? "") ?? [];
  const scheme = word.toLowerCase();
  if (scheme === "bearer") return value;
  const pair = scheme === "basic" ? decode(value) : scheme === "apikey" ? value : undefined;
  return pair === undefined || !pair.includes(":") ? undefined : pair.slice(pair.indexOf(":") + 1);
}

function decode(base64: string): string | undefined {
  try {
    return atob(base64);
  } catch {
    return undefined;
  }
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
