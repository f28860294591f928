import { randomBytes } from "node:crypto";
import type { Platform } from "../platform/platform.ts";

/**
 * The token in a file, which is made with 24 random bytes and mode 0600 when there is none. It stays the same between
 * starts. Throws an Error for a file that others may read, or that has no token.
 */
export function tokenIn(files: Platform["files"], path: string): string {
  const found = files.read(path, 1024, "plain");
  if (found) return checked(found);
  const token = randomBytes(24).toString("base64url");
  files.makeFolder(path.slice(0, path.lastIndexOf("/")) || "/", 0o700);
  try {
    files.create(path, `${token}\n`, 0o600);
    return token;
  } catch (error) {
    // Another server was faster.
    const other = files.read(path, 1024, "plain");
    if (!other) throw error;
    return checked(other);
  }
}

function checked({ bytes, mode }: { readonly bytes: Uint8Array; readonly mode: number }): string {
  const token = new TextDecoder().decode(bytes).trim();
  if ((mode & 0o077) !== 0) throw new Error("others may read it; change its mode to 600");
  if (!/^[\w-]{32,512}$/.test(token)) throw new Error("it has no token; remove it, and a new one is made");
  return token;
}
