import { negotiate, versioned } from "./api-version.ts";
import type { Endpoint } from "./endpoint.ts";
import { EngineError } from "./engine.ts";
import { asEngineError, call, openRequest, readBody, statusError } from "./http.ts";
import { parseJson, property, textProperty } from "./json.ts";
import { createLineSplitter } from "./lines.ts";

/** The build failed at the first line of the Dockerfile: the engine does not have the base image and cannot pull it. */
export class BaseImageError extends EngineError {}

/** What to build. */
export interface ImageSource {
  /** A tar archive with a `Dockerfile`, gzipped or not. */
  readonly context: Uint8Array;
  /** The name of the new image. */
  readonly tag: string;
  /**
   * How long the engine may be silent, in milliseconds. It reports the progress of a pull, but not of writing to a
   * disk.
   */
  readonly patience?: number;
}

/**
 * Tells the engine to build an image with its own builder, which pulls a missing base image. Rejects with an
 * EngineError if no image was built. The engine stops the build when the connection closes, for example when this
 * program ends.
 */
export async function buildImage(endpoint: Endpoint, { context, tag, patience = 600_000 }: ImageSource): Promise<void> {
  const { signal } = new AbortController();
  const { apiVersion } = await negotiate(
    (method, path) => call(endpoint, { method, path }, signal, 10_000),
    Date.now(),
  );
  const path = versioned(`/build?t=${encodeURIComponent(tag)}&rm=1&forcerm=1`, apiVersion);
  const body = { type: "application/x-tar", content: context };
  const request = openRequest(endpoint, { method: "POST", path, body }, signal);
  let problem: EngineError | undefined;
  request.setTimeout(patience, () => {
    problem = new EngineError("failed", `the engine was silent for ${patience / 1000} s`);
    request.destroy(problem);
  });
  try {
    const response = await new Promise<Parameters<typeof readBody>[0]>((resolve, reject) => {
      request.on("error", reject).on("response", resolve).end(context);
    });
    if (response.statusCode !== 200) throw statusError(response.statusCode ?? 0, await readBody(response));
    await readProgress(response);
  } catch (error) {
    throw problem ?? asEngineError(error as Error);
  } finally {
    request.destroy();
  }
}

/** Reads the progress of a build to its end. Throws the error that the builder reports. */
async function readProgress(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const splitter = createLineSplitter(() => {});
  const progress = { hasBase: false, isBuilt: false };
  const read = (chunk: Uint8Array): void => splitter.push(chunk).forEach((line) => readEntry(line, progress));
  for await (const chunk of chunks) read(chunk);
  read(new TextEncoder().encode("\n"));
  if (!progress.isBuilt) throw new EngineError("failed", "the engine stopped before the image was built");
}

/**
 * Docker prints `Step 2/3 : COPY`, Podman `STEP 2/3: COPY`. At the end Docker sends the image's ID; Podman may only
 * print a sentence.
 */
function readEntry(line: string, progress: { hasBase: boolean; isBuilt: boolean }): void {
  const entry = parseJson(line);
  const error = property(entry, "error");
  const output = textProperty(entry, "stream");
  if (error !== undefined) {
    const message = (typeof error === "string" ? error.trim() : JSON.stringify(error)).slice(0, longestMessage);
    throw progress.hasBase ? new EngineError("failed", message) : new BaseImageError("failed", message);
  }
  if (/^step 2\//i.test(output)) progress.hasBase = true;
  if (property(entry, "aux") !== undefined || /^successfully built /i.test(output)) progress.isBuilt = true;
}

const longestMessage = 1000;
