import type { Hono } from "hono";
import type { PageFile } from "../page-files.ts";
import type { Env } from "../respond.ts";

/** What the page may do: load its own files, and ask its own server (reference live.md 7.4). */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** The page. Its files hold no secret, so they need no token; no path is ever joined. */
export function addPage(app: Hono<Env>, files: readonly PageFile[], { isReadOnly }: { isReadOnly: boolean }): void {
  for (const { path, type, text } of files) {
    const own = isReadOnly && type.startsWith("text/html") ? text.replace("<html ", "<html data-read-only ") : text;
    app.get(path, (c) => {
      c.header("Content-Security-Policy", policy);
      c.header("Referrer-Policy", "no-referrer");
      c.header("Cross-Origin-Opener-Policy", "same-origin");
      c.header("Cross-Origin-Resource-Policy", "same-origin");
      return c.body(own, 200, { "Content-Type": type });
    });
  }
}
