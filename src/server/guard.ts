import { Refused } from "./refused.ts";

/** The longest body, in bytes. */
export const mostBody = 1024 ** 2;

/** The headers of a request. */
export interface RequestHeaders {
  get(name: string): string | null;
}

/**
 * Throws Refused for a request that a page of another origin may have sent, or that came by a name which is not this
 * machine's (reference live.md 6.2.3). `names` are those that `--allow-host` adds.
 */
export function refuseStrangers(headers: RequestHeaders, names: ReadonlySet<string>): void {
  const host = headers.get("host") ?? "";
  if (!isOwnName(nameOf(host), names))
    throw new Refused(403, "this server does not answer to that host name; `--allow-host NAME` allows it");
  const origin = headers.get("origin");
  if (origin !== null && origin !== `http://${host}`) throw new Refused(403, "no page of another origin may do this");
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none")
    throw new Refused(403, "no page of another origin may do this");
}

function nameOf(host: string): string {
  return /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(host)?.[1]?.toLowerCase() ?? "";
}

function isOwnName(name: string, names: ReadonlySet<string>): boolean {
  return name === "localhost" || name === "127.0.0.1" || name === "[::1]" || names.has(name);
}

/**
 * The body of a request as text; undefined without one. Throws Refused for another media type than this one, for more
 * than 1 MiB, and for what is not UTF-8 (reference live.md 6.2.4).
 */
export async function readBody(request: Request, mediaType: string): Promise<string | undefined> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > mostBody) throw new Refused(413, "a body may have 1 MiB at most");
  const bytes = request.body ? await readAll(request.body) : new Uint8Array();
  if (bytes.length === 0) return undefined;
  const given = (request.headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (given !== mediaType) throw new Refused(415, `the body must be ${mediaType}`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refused(400, "the body is not UTF-8");
  }
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > mostBody) throw new Refused(413, "a body may have 1 MiB at most");
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
