import { setMaxListeners } from "node:events";
import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { readPlainFile } from "../files/plain-file.ts";
import { EngineError, type EngineFailure } from "./engine.ts";
import type { Endpoint, TlsFiles } from "./endpoint.ts";
import { parseJson, textProperty } from "./json.ts";

/** One request to the engine. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: HttpBody;
}

/** The content of a request, and its media type. */
export interface HttpBody {
  readonly type: string;
  readonly content: string | Uint8Array;
}

/** An answer that was read to its end. A header that the engine did not send is empty. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly apiVersion: string;
  readonly date: string;
}

/**
 * Sends a request and reads the whole answer, whatever its status, within a time in milliseconds (`Infinity`: without
 * a limit). Rejects with an EngineError, or with the reason of the signal. Every call opens a new connection: an engine
 * before version 24 that is shutting down still answers on old connections, where a container that it will restart
 * looks stopped for good.
 */
export function call(
  endpoint: Endpoint,
  given: HttpRequest,
  signal: AbortSignal,
  timeout: number,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = openRequest(endpoint, given, signal);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(signal.aborted ? (signal.reason as Error) : asEngineError(error));
    };
    const giveUp = (): void => {
      fail(new EngineError("failed", `the engine did not answer within ${timeout / 1000} s`));
      request.destroy();
    };
    const timer = timeout > longestTimer ? undefined : setTimeout(giveUp, timeout);
    request.on("error", fail).on("response", (response) => {
      readBody(response).then((text) => {
        clearTimeout(timer);
        resolve(answerOf(response, text));
      }, fail);
    });
    request.end(given.body?.content);
  });
}

/** A request on a new connection. The caller sends it with `end(body.content)`. */
export function openRequest(
  endpoint: Endpoint,
  { method, path, body }: HttpRequest,
  signal: AbortSignal,
): ClientRequest {
  const options: RequestOptions = { method, agent: false, signal };
  // Each request listens to its signal; Node warns of more than ten, as if they never ended.
  setMaxListeners(0, signal);
  const request = endpoint.kind === "socket" ? onSocket(endpoint, path, options) : onNetwork(endpoint, path, options);
  if (body) request.setHeader("Content-Type", body.type);
  return request.on("socket", (socket) => socket.setKeepAlive(true, 30_000));
}

/**
 * The whole text of an answer. Rejects when the connection breaks before its end, and with an EngineError when it is
 * too large.
 */
export async function readBody(response: IncomingMessage): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > largestAnswer) throw new EngineError("failed", "the engine's answer is too large");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The error for an answer with an unexpected status. */
export function statusError(status: number, body: string): EngineError {
  const message = textProperty(parseJson(body), "message") || body.trim();
  const failure = failureOfStatus[status] ?? "failed";
  return new EngineError(failure, `the engine answers ${status}${message === "" ? "" : `: ${message}`}`);
}

/**
 * The error for a broken connection. The failure is `unreachable` only if nothing listens: there is no socket, the
 * connection is refused, or the host name has no address.
 */
export function asEngineError(error: Error): EngineError {
  if (error instanceof EngineError) return error;
  const { code = "" } = error as NodeJS.ErrnoException;
  const failure = unreachableCodes.has(code) ? "unreachable" : "failed";
  return new EngineError(failure, `no answer from the engine: ${error.message}`);
}

/** `setTimeout` fires at once when asked for more milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** The largest answer that is read, in bytes. */
const largestAnswer = 32 * 1024 * 1024;

const failureOfStatus: Readonly<Record<number, EngineFailure>> = {
  400: "forbidden",
  401: "forbidden",
  403: "forbidden",
  405: "forbidden",
  409: "conflict",
};

const unreachableCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOENT",
  "EACCES",
  "EPERM",
  "ENOTSOCK",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

function onSocket(
  endpoint: Endpoint & { readonly kind: "socket" },
  path: string,
  options: RequestOptions,
): ClientRequest {
  return httpRequest({ ...options, socketPath: endpoint.path, path, headers: { host: "docker" } });
}

function onNetwork(
  { host, port, basePath, tls }: Endpoint & { readonly kind: "tcp" },
  path: string,
  options: RequestOptions,
): ClientRequest {
  const target = { ...options, host, port, path: basePath + path };
  return tls ? httpsRequest({ ...target, ...certificates(tls) }) : httpRequest(target);
}

/** The certificates, read for every connection, so that renewed ones are used. */
function certificates({ folder, verify }: TlsFiles): RequestOptions {
  const [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map((name) => {
    try {
      return readPlainFile(`${folder}/${name}`, 1024 ** 2);
    } catch {
      return undefined;
    }
  });
  return { ca, cert, key, rejectUnauthorized: verify };
}

function answerOf(response: IncomingMessage, body: string): HttpAnswer {
  const header = (name: string): string => {
    const value = response.headers[name];
    return typeof value === "string" ? value : "";
  };
  return { status: response.statusCode ?? 0, body, apiVersion: header("api-version"), date: header("date") };
}
