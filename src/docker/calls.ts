import { fullId, parseAnswer } from "./answers.ts";
import { negotiate, versioned } from "./api-version.ts";
import type { Endpoint } from "./endpoint.ts";
import { EngineError, type LogChunk, type SidecarEngine } from "./engine.ts";
import { openEvents } from "./events.ts";
import { call, statusError, type HttpAnswer, type HttpRequest } from "./http.ts";
import { readFrames, readTerminal } from "./logs.ts";
import { openPulledStream } from "./streams.ts";

/** How long calls may take, in milliseconds. */
export interface Timeouts {
  readonly call: number;
  /** For a removal, which first deletes the files of the container. */
  readonly removal: number;
  /**
   * For the headers of a stream. Some versions of Podman send them with the first event (podman#23712), Docker sends
   * those of a container's output with its first line.
   */
  readonly headers: number;
}

/** How the calls of an adapter behave. */
export interface CallOptions {
  readonly timeouts: Timeouts;
  /** The events after which a container must be inspected again. */
  readonly events: readonly string[];
  /** Receives a sentence about each line of the event stream that cannot be read. */
  readonly warn: (problem: string) => void;
}

/** The calls that all adapters have in common. What an answer means is up to the adapter. */
export interface Calls extends Pick<SidecarEngine, "connect" | "remove" | "changes"> {
  /** Sends a request for a path without a version, and reads the answer, whatever its status. */
  readonly ask: (request: HttpRequest, signal: AbortSignal, timeout?: number) => Promise<HttpAnswer>;
  /** Puts the negotiated version in front of a path. */
  readonly pathOf: (path: string) => string;
  /** The answer to a request for all containers with a label. */
  readonly list: (label: string, signal: AbortSignal) => Promise<unknown>;
  /** The answer to a request for a container; undefined when it is gone. */
  readonly inspect: (id: string, signal: AbortSignal) => Promise<unknown>;
  /** What a container has written; undefined when it is gone. */
  readonly output: (id: string, part: OutputPart, signal: AbortSignal) => Promise<AsyncIterable<LogChunk> | undefined>;
}

/** Which part of an output to read. */
export interface OutputPart {
  /** The engine's parameters, besides those that select both streams. */
  readonly query: Readonly<Record<string, string>>;
  readonly hasTerminal: boolean;
}

/** The times that suit an engine on this machine or on the network. */
export const defaultTimeouts: Timeouts = { call: 10_000, removal: 60_000, headers: 1000 };

/** The common calls to an engine. */
export function createCalls(endpoint: Endpoint, { timeouts, events, warn }: CallOptions): Calls {
  let version = "";
  const pathOf = (path: string): string => versioned(path, version);
  const ask: Calls["ask"] = (request, signal, timeout = timeouts.call) =>
    call(endpoint, { ...request, path: pathOf(request.path) }, signal, timeout);
  const get = (path: string, signal: AbortSignal): Promise<HttpAnswer> => ask({ method: "GET", path }, signal);
  return {
    ask,
    pathOf,
    async connect(signal) {
      const greeting = await negotiate(async (method, path) => {
        const answer = await call(endpoint, { method, path }, signal, timeouts.call);
        if (method === "GET") expectStatus(answer, 200);
        return answer;
      }, Date.now());
      version = greeting.apiVersion;
      return greeting;
    },
    async list(label, signal) {
      return contentOf(await get(`/containers/json?all=1&filters=${filters({ label: [label] })}`, signal));
    },
    async inspect(id, signal) {
      const answer = await get(`/containers/${safeId(id)}/json`, signal);
      return answer.status === 404 ? undefined : contentOf(answer);
    },
    async remove(id, { volumes }, signal) {
      const path = `/containers/${safeId(id, fullId)}${volumes ? "?v=1" : ""}`;
      const answer = await ask({ method: "DELETE", path }, signal, timeouts.removal);
      if (answer.status === 404) return "gone";
      expectStatus(answer, 204, 200);
      return "removed";
    },
    async output(id, { query, hasTerminal }, signal) {
      const search = new URLSearchParams({ stdout: "1", stderr: "1", ...query }).toString();
      const path = pathOf(`/containers/${safeId(id)}/logs?${search}`);
      const chunks = await openPulledStream(endpoint, path, { signal, headersWithin: timeouts.headers });
      return chunks && (hasTerminal ? readTerminal(chunks) : readFrames(chunks, signal));
    },
    changes(label, since, signal) {
      const wanted = filters({ type: ["container"], event: events, label: [label] });
      const path = pathOf(`/events?since=${Math.floor(since)}&filters=${wanted}`);
      return openEvents(endpoint, path, { signal, warn, headersWithin: timeouts.headers });
    },
  };
}

/** The parsed body of an answer. Throws an EngineError for a status other than 200, and for what is not JSON. */
export function contentOf(answer: HttpAnswer): unknown {
  expectStatus(answer, 200);
  return parseAnswer(answer.body);
}

/** Throws an EngineError for any other status. */
export function expectStatus({ status, body }: HttpAnswer, ...expected: readonly number[]): void {
  if (!expected.includes(status)) throw statusError(status, body);
}

/**
 * The ID itself, in full or its first digits, so that nothing else gets into a path. Throws an EngineError for anything
 * that does not match the pattern.
 */
export function safeId(id: string, pattern: RegExp = startOfId): string {
  if (!pattern.test(id)) throw new EngineError("failed", "not the ID of a container");
  return id;
}

/** The first digits of a container ID, or all of them. */
const startOfId = /^[0-9a-f]{12,64}$/;

function filters(of: Readonly<Record<string, readonly string[]>>): string {
  return encodeURIComponent(JSON.stringify(of));
}
