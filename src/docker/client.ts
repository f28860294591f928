import { createHash } from "node:crypto";
import { accessSync, constants, readFileSync } from "node:fs";
import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { Endpoint, Machine, TlsFiles } from "./endpoint.ts";
import { negotiate, type AskPing } from "./api-version.ts";
import {
  eventAnswer,
  fullId,
  imageAnswer,
  imageId,
  inspectAnswer,
  listAnswer,
  messageOf,
  parseAnswer,
} from "./answers.ts";
import { EngineError, type Engine, type EngineFailure } from "./engine.ts";
import { createInbox } from "./coalescing-queue.ts";
import { createLineSplitter } from "./lines.ts";

/** How long calls may take, in milliseconds. A removal deletes the container's files first. */
export interface Patience {
  readonly call: number;
  readonly removal: number;
  /** How long to wait for the headers of an event stream: some versions of Podman send them with the first event (podman#23712). */
  readonly headers: number;
}

/** What happens to containers, as far as judging them again can change anything. `died` and `remove` are what Podman says for `die` and `destroy`. */
const events = ["die", "died", "stop", "start", "restart", "update", "destroy", "remove"];

/** A Docker Engine, or another that speaks its API. `warn` hears of lines of the event stream that make no sense. */
export function createDockerEngine(
  endpoint: Endpoint,
  warn: (problem: string) => void,
  patience: Patience = defaultPatience,
): Engine {
  let version = "";
  const call = (method: string, path: string, signal: AbortSignal, timeout: number = patience.call): Promise<Answer> =>
    unaryCall(endpoint, method, `${version === "" ? "" : `/v${version}`}${path}`, signal, timeout);
  return {
    async connect(signal) {
      const ask: AskPing = async (method, path) => {
        const answer = await unaryCall(endpoint, method, path, signal, patience.call);
        if (method === "GET") expectStatus(answer, 200);
        return answer;
      };
      const greeting = await negotiate(ask, Date.now());
      version = greeting.apiVersion;
      return greeting;
    },
    async list(label, signal) {
      const answer = await call("GET", `/containers/json?all=1&filters=${filters({ label: [label] })}`, signal);
      return listAnswer(parseAnswer(expectStatus(answer, 200)));
    },
    async inspect(id, signal) {
      const answer = await call("GET", `/containers/${safeId(id)}/json`, signal);
      return answer.status === 404 ? undefined : inspectAnswer(parseAnswer(expectStatus(answer, 200)), id);
    },
    async imageLabels(image, signal) {
      if (!imageId.test(image)) return undefined;
      const answer = await call("GET", `/images/${image}/json`, signal);
      return answer.status === 404 ? undefined : imageAnswer(parseAnswer(expectStatus(answer, 200)));
    },
    async remove(id, { volumes }, signal) {
      const answer = await call(
        "DELETE",
        `/containers/${safeId(id, fullId)}${volumes ? "?v=1" : ""}`,
        signal,
        patience.removal,
      );
      if (answer.status === 404) return "gone";
      expectStatus(answer, 204, 200);
      return "removed";
    },
    changes(label, since, signal) {
      const query = `since=${Math.floor(since)}&filters=${filters({ type: ["container"], event: events, label: [label] })}`;
      return openStream(
        endpoint,
        `${version === "" ? "" : `/v${version}`}/events?${query}`,
        signal,
        warn,
        patience.headers,
      );
    },
  };
}

/** The real machine, for finding the engine. */
export function realMachine(env: Machine["env"]): Machine {
  return {
    env,
    readText: (path) => attempt(() => readFileSync(path, "utf8")),
    isUsable: (path) => attempt(() => (accessSync(path, constants.R_OK | constants.W_OK), true)) ?? false,
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
  };
}

const defaultPatience: Patience = { call: 10_000, removal: 60_000, headers: 1000 };

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly apiVersion: string;
  readonly date: string;
}

/**
 * One call on a connection of its own: engines before 24 still answer on old connections while they shut down, and then a container that
 * is about to be restarted looks stopped and can be removed.
 */
export function unaryCall(
  endpoint: Endpoint,
  method: string,
  path: string,
  signal: AbortSignal,
  timeout: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = openRequest(endpoint, method, path, signal);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(signal.aborted ? (signal.reason as Error) : asEngineError(error));
    };
    const timer = setTimeout(() => {
      fail(new EngineError("failed", `the engine did not answer within ${timeout / 1000} s`));
      request.destroy();
    }, timeout);
    request.on("error", fail).on("response", (response) => {
      readBody(response).then((body) => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          body,
          apiVersion: header(response, "api-version"),
          date: header(response, "date"),
        });
      }, fail);
    });
    request.end();
  });
}

/** The whole text of an answer. Rejects when the connection breaks inside it, and with an EngineError when it is too large. */
export async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > largestAnswer) throw new EngineError("failed", "the engine's answer is too large");
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

const largestAnswer = 32 * 1024 * 1024;

/** Opens the event stream and reads it as fast as it comes: a slow reader slows the engine down, and loses events. */
async function openStream(
  endpoint: Endpoint,
  path: string,
  signal: AbortSignal,
  warn: (problem: string) => void,
  headersWithin: number,
): Promise<AsyncIterable<string>> {
  const waiting = createInbox();
  const request = openRequest(endpoint, "GET", path, signal);
  const splitter = createLineSplitter(() => warn("an event is too long"));
  const putEvent = (line: string): void => {
    const id = idOfEvent(line, warn);
    if (id !== undefined) waiting.put(id);
  };
  const answered = new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => {
      const problem = asEngineError(error);
      waiting.close(signal.aborted ? undefined : problem);
      reject(signal.aborted ? (signal.reason as Error) : problem);
    };
    request.on("error", fail).on("response", (response) => {
      response.on("error", fail);
      if (response.statusCode !== 200) {
        readBody(response).then((body) => fail(errorFor(response.statusCode ?? 0, body)), fail);
        return;
      }
      resolve();
      response.on("data", (chunk: Uint8Array) => splitter.push(chunk).forEach(putEvent));
      response.on("end", () => waiting.close(undefined));
    });
  });
  request.on("socket", (socket) => socket.setKeepAlive(true, 30_000)).end();
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, headersWithin)));
  await Promise.race([answered, enough]).finally(() => clearTimeout(timer));
  answered.catch(() => {});
  return waiting.ids();
}

function idOfEvent(line: string, warn: (problem: string) => void): string | undefined {
  try {
    return eventAnswer(line);
  } catch {
    warn("an event is not JSON");
    return undefined;
  }
}

/** A request on a connection of its own, which is sent once it is ended. */
export function openRequest(endpoint: Endpoint, method: string, path: string, signal: AbortSignal): ClientRequest {
  const options: RequestOptions = { method, agent: false, signal };
  if (endpoint.kind === "socket")
    return httpRequest({ ...options, socketPath: endpoint.path, path, headers: { host: "docker" } });
  const { host, port, basePath, tls } = endpoint;
  const target = { ...options, host, port, path: basePath + path };
  return tls ? httpsRequest({ ...target, ...certificates(tls) }) : httpRequest(target);
}

/** Read anew for every connection, so that renewed certificates are used. */
function certificates({ folder, verify }: TlsFiles): RequestOptions {
  const read = (name: string): Buffer | undefined => attempt(() => readFileSync(`${folder}/${name}`));
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem"), rejectUnauthorized: verify };
}

function filters(of: Readonly<Record<string, readonly string[]>>): string {
  return encodeURIComponent(JSON.stringify(of));
}

function expectStatus({ status, body }: Answer, ...expected: readonly number[]): string {
  if (!expected.includes(status)) throw errorFor(status, body);
  return body;
}

/** What an answer with another status than the expected one means. */
export function errorFor(status: number, body: string): EngineError {
  const failures: Readonly<Record<number, EngineFailure>> = {
    400: "forbidden",
    401: "forbidden",
    403: "forbidden",
    405: "forbidden",
    409: "conflict",
  };
  return new EngineError(
    failures[status] ?? "failed",
    `the engine answers ${status}${body.trim() === "" ? "" : `: ${messageOf(body)}`}`,
  );
}

/** Only what says that nobody listens is `unreachable`: a file that is missing, a socket that is dead, a name that has no address. */
export function asEngineError(error: Error): EngineError {
  if (error instanceof EngineError) return error;
  const unreachable = [
    "ECONNREFUSED",
    "ENOENT",
    "EACCES",
    "EPERM",
    "ENOTSOCK",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
  ];
  const { code = "" } = error as NodeJS.ErrnoException;
  return new EngineError(
    unreachable.includes(code) ? "unreachable" : "failed",
    `no answer of the engine: ${error.message}`,
  );
}

function header({ headers }: IncomingMessage, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}

function safeId(id: string, pattern: RegExp = /^[0-9a-f]{12,64}$/): string {
  if (!pattern.test(id)) throw new EngineError("failed", "not the ID of a container");
  return id;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
