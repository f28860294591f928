import { negotiate } from "./api-version.ts";
import type { Endpoint } from "./endpoint.ts";
import { asEngineError, errorFor, openRequest, readBody, unaryCall } from "./client.ts";
import { EngineError } from "./engine.ts";
import { createLineSplitter } from "./lines.ts";

/** The engine does not get past the first line of the Dockerfile: it neither has the base image nor can pull it. */
export class BaseImageError extends EngineError {}

/** What an image is made of. */
export interface ImageSource {
  /** A tar archive with a `Dockerfile`, gzipped or not. */
  readonly context: Uint8Array;
  /** The name that the image gets. */
  readonly tag: string;
  /** How long the engine may say nothing, in milliseconds. It says how a pull goes on, but not how a slow disk does. */
  readonly patience?: number;
}

/**
 * Lets the engine build an image with its own builder, which pulls the base image if it is missing. Rejects with an EngineError when
 * there is no image in the end. Whoever closes the connection, as by ending the program, ends the build.
 */
export async function buildImage(endpoint: Endpoint, { context, tag, patience = 600_000 }: ImageSource): Promise<void> {
  const { signal } = new AbortController();
  const ask = (method: string, path: string) => unaryCall(endpoint, method, path, signal, 10_000);
  const { apiVersion } = await negotiate(ask, Date.now());
  const path = `/build?t=${encodeURIComponent(tag)}&rm=1&forcerm=1`;
  const request = openRequest(endpoint, "POST", apiVersion === "" ? path : `/v${apiVersion}${path}`, signal);
  let problem: EngineError | undefined;
  request.setHeader("Content-Type", "application/x-tar").setTimeout(patience, () => {
    problem = new EngineError("failed", `the engine said nothing for ${patience / 1000} s`);
    request.destroy(problem);
  });
  try {
    const response = await new Promise<Parameters<typeof readBody>[0]>((resolve, reject) => {
      request.on("error", reject).on("response", resolve).end(context);
    });
    if (response.statusCode !== 200) throw errorFor(response.statusCode ?? 0, await readBody(response));
    await readProgress(response);
  } catch (error) {
    throw problem ?? asEngineError(error as Error);
  } finally {
    request.destroy();
  }
}

/** Reads what the builder says to the end, and throws what it says went wrong. */
async function readProgress(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const splitter = createLineSplitter(() => {});
  const progress = { hasBase: false, isBuilt: false };
  const read = (chunk: Uint8Array): void => splitter.push(chunk).forEach((line) => readEntry(line, progress));
  for await (const chunk of chunks) read(chunk);
  read(new TextEncoder().encode("\n"));
  if (!progress.isBuilt) throw new EngineError("failed", "the engine stopped before the image was built");
}

/** Docker says `Step 2/3 : COPY`, Podman `STEP 2/3: COPY`. Docker gives the image's ID, and Podman perhaps a sentence only. */
function readEntry(line: string, progress: { hasBase: boolean; isBuilt: boolean }): void {
  const { error, stream, aux } = parse(line);
  const says = typeof stream === "string" ? stream : "";
  if (error !== undefined) {
    const message = (typeof error === "string" ? error.trim() : JSON.stringify(error)).slice(0, longestMessage);
    throw progress.hasBase ? new EngineError("failed", message) : new BaseImageError("failed", message);
  }
  if (/^step 2\//i.test(says)) progress.hasBase = true;
  if (aux !== undefined || /^successfully built /i.test(says)) progress.isBuilt = true;
}

const longestMessage = 1000;

function parse(line: string): { readonly error?: unknown; readonly stream?: unknown; readonly aux?: unknown } {
  try {
    return (JSON.parse(line) as object | null) ?? {};
  } catch {
    return {};
  }
}
