import { fullId, imageAnswer, imageId, inspectAnswer, listAnswer, parseAnswer } from "./answers.ts";
import { negotiate, versioned } from "./api-version.ts";
import type { Endpoint } from "./endpoint.ts";
import { EngineError, type EngineGreeting, type SidecarEngine } from "./engine.ts";
import { openEvents } from "./events.ts";
import { call, statusError, type HttpAnswer } from "./http.ts";

/** How long calls may take, in milliseconds. */
export interface Timeouts {
  readonly call: number;
  /** For a removal, which first deletes the files of the container. */
  readonly removal: number;
  /** For the headers of the event stream: some versions of Podman send them with the first event (podman#23712). */
  readonly headers: number;
}

/**
 * The six calls of the sidecar to a Docker engine, or to another engine with Docker's API. `warn` receives a sentence
 * about each line of the event stream that cannot be read.
 */
export function createSidecarEngine(
  endpoint: Endpoint,
  warn: (problem: string) => void,
  timeouts: Timeouts = defaultTimeouts,
): SidecarEngine {
  let version = "";
  const get = (path: string, signal: AbortSignal): Promise<HttpAnswer> =>
    call(endpoint, { method: "GET", path: versioned(path, version) }, signal, timeouts.call);
  return {
    async connect(signal) {
      const greeting = await greet(endpoint, signal, timeouts.call);
      version = greeting.apiVersion;
      return greeting;
    },
    async list(label, signal) {
      return listAnswer(contentOf(await get(`/containers/json?all=1&filters=${filters({ label: [label] })}`, signal)));
    },
    async inspect(id, signal) {
      const answer = await get(`/containers/${safeId(id, startOfId)}/json`, signal);
      return answer.status === 404 ? undefined : inspectAnswer(contentOf(answer), id);
    },
    async imageLabels(image, signal) {
      if (!imageId.test(image)) return undefined;
      const answer = await get(`/images/${image}/json`, signal);
      return answer.status === 404 ? undefined : imageAnswer(contentOf(answer));
    },
    async remove(id, { volumes }, signal) {
      const path = versioned(`/containers/${safeId(id, fullId)}${volumes ? "?v=1" : ""}`, version);
      const answer = await call(endpoint, { method: "DELETE", path }, signal, timeouts.removal);
      if (answer.status === 404) return "gone";
      expectStatus(answer, 204, 200);
      return "removed";
    },
    changes(label, since, signal) {
      const wanted = filters({ type: ["container"], event: events, label: [label] });
      const path = versioned(`/events?since=${Math.floor(since)}&filters=${wanted}`, version);
      return openEvents(endpoint, path, { signal, warn, headersWithin: timeouts.headers });
    },
  };
}

const defaultTimeouts: Timeouts = { call: 10_000, removal: 60_000, headers: 1000 };

/**
 * The events after which a container must be inspected again. Podman says `died` and `remove` for `die` and `destroy`.
 */
const events = ["die", "died", "stop", "start", "restart", "update", "destroy", "remove"];

/** The first digits of a container ID, or all of them. */
const startOfId = /^[0-9a-f]{12,64}$/;

function greet(endpoint: Endpoint, signal: AbortSignal, timeout: number): Promise<EngineGreeting> {
  return negotiate(async (method, path) => {
    const answer = await call(endpoint, { method, path }, signal, timeout);
    if (method === "GET") expectStatus(answer, 200);
    return answer;
  }, Date.now());
}

function filters(of: Readonly<Record<string, readonly string[]>>): string {
  return encodeURIComponent(JSON.stringify(of));
}

function contentOf(answer: HttpAnswer): unknown {
  expectStatus(answer, 200);
  return parseAnswer(answer.body);
}

function expectStatus({ status, body }: HttpAnswer, ...expected: readonly number[]): void {
  if (!expected.includes(status)) throw statusError(status, body);
}

/** The ID itself, so that nothing else gets into a path. Throws an EngineError for anything that is not an ID. */
function safeId(id: string, pattern: RegExp): string {
  if (!pattern.test(id)) throw new EngineError("failed", "not the ID of a container");
  return id;
}
