import type { ClientRequest, IncomingMessage } from "node:http";
import type { Endpoint } from "./endpoint.ts";
import type { EngineError } from "./engine.ts";
import { asEngineError, openRequest, readBody, statusError } from "./http.ts";

/** Receives a byte stream. */
export interface StreamListener {
  readonly onChunk: (chunk: Uint8Array) => void;
  /** The stream has ended, with a problem if it broke. Can be called again, which must be ignored. */
  readonly onEnd: (problem: EngineError | undefined) => void;
}

/**
 * Opens a byte stream, and passes on every chunk as soon as it arrives. Resolves when the engine has answered with
 * status 200, or after `headersWithin` milliseconds without an answer. Rejects with an EngineError, or with the reason
 * of the signal.
 */
export async function openByteStream(
  endpoint: Endpoint,
  path: string,
  { onChunk, onEnd }: StreamListener,
  { signal, headersWithin }: { readonly signal: AbortSignal; readonly headersWithin: number },
): Promise<void> {
  const request = openRequest(endpoint, { method: "GET", path }, signal);
  const answered = new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => {
      const problem = asEngineError(error);
      onEnd(signal.aborted ? undefined : problem);
      reject(signal.aborted ? (signal.reason as Error) : problem);
    };
    request.on("error", fail).on("response", (response) => {
      response.on("error", fail);
      if (response.statusCode !== 200) {
        readBody(response).then((body) => fail(statusError(response.statusCode ?? 0, body)), fail);
        return;
      }
      resolve();
      response.on("data", onChunk).on("end", () => onEnd(undefined));
    });
  });
  request.end();
  await firstOf(answered, headersWithin);
}

/**
 * Opens a byte stream that is read only as fast as somebody takes its chunks. Resolves when the engine has answered
 * with status 200, or after `headersWithin` milliseconds without an answer; to undefined for status 404. Rejects with
 * an EngineError, or with the reason of the signal. The stream ends when the engine ends it or the signal is aborted,
 * and throws an EngineError when the connection breaks. The connection is closed when the reader leaves its loop.
 */
export async function openPulledStream(
  endpoint: Endpoint,
  path: string,
  { signal, headersWithin }: { readonly signal: AbortSignal; readonly headersWithin: number },
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const request = openRequest(endpoint, { method: "GET", path }, signal);
  const answered = new Promise<IncomingMessage | "missing">((resolve, reject) => {
    const fail = (error: Error): void => reject(signal.aborted ? (signal.reason as Error) : asEngineError(error));
    request.on("error", fail).on("response", (response) => {
      response.on("error", fail);
      const { statusCode = 0 } = response;
      if (statusCode === 200) resolve(response);
      else
        readBody(response).then(
          (body) => (statusCode === 404 ? resolve("missing") : fail(statusError(statusCode, body))),
          fail,
        );
    });
  });
  request.end();
  const first = await firstOf(answered, headersWithin);
  return first === "missing" ? undefined : pulledChunks(answered, request, signal);
}

async function* pulledChunks(
  answered: Promise<IncomingMessage | "missing">,
  request: ClientRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    const response = await answered;
    if (response !== "missing") yield* response as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!signal.aborted) throw asEngineError(error as Error);
  } finally {
    request.destroy();
  }
}

/** What a promise resolves to, or undefined when that takes longer. A later rejection is left to other readers. */
async function firstOf<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), milliseconds)));
  promise.catch(() => {});
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
