import { contentOf, createCalls, defaultTimeouts, expectStatus, safeId, type Calls, type Timeouts } from "./calls.ts";
import type { Endpoint } from "./endpoint.ts";
import { EngineError } from "./engine.ts";
import type { HttpAnswer } from "./http.ts";
import { imagePath } from "./image-reference.ts";
import {
  detailsAnswer,
  imageDetailsAnswer,
  infoAnswer,
  networksAnswer,
  summariesAnswer,
  updateAnswer,
  volumesAnswer,
  waitAnswer,
} from "./platform-answers.ts";
import { monotonicClock, sleep } from "../time/clock.ts";
import { openPulledStream } from "./streams.ts";
import type { ContainerUpdate, LogOptions, Outcome, PlatformEngine, StopOptions } from "./platform-engine.ts";

/**
 * The calls of live services to a Docker engine, or to another engine with Docker's API. `warn` receives a sentence
 * about each line of the event stream that cannot be read.
 */
export function createPlatformEngine(
  endpoint: Endpoint,
  warn: (problem: string) => void,
  timeouts: PlatformTimeouts = { ...defaultTimeouts, change: 60_000 },
): PlatformEngine {
  const calls = createCalls(endpoint, { timeouts, events, warn });
  const { ask, connect, remove, changes } = calls;
  const inspect: PlatformEngine["inspect"] = async (id, signal) => {
    const answer = await calls.inspect(id, signal);
    return answer === undefined ? undefined : detailsAnswer(answer, id);
  };
  return {
    connect,
    remove,
    changes,
    inspect,
    async info(signal) {
      return infoAnswer(contentOf(await ask({ method: "GET", path: "/info" }, signal)));
    },
    async containers(label, signal) {
      return summariesAnswer(await calls.list(label, signal));
    },
    async image(reference, signal) {
      const path = imagePath(reference);
      const answer = path === undefined ? undefined : await ask({ method: "GET", path }, signal);
      return answer === undefined || answer.status === 404 ? undefined : imageDetailsAnswer(contentOf(answer));
    },
    async networks(label, signal) {
      const path = `/networks?filters=${filtersOf(label)}`;
      return networksAnswer(contentOf(await ask({ method: "GET", path }, signal)));
    },
    async volumes(label, signal) {
      const path = `/volumes?filters=${filtersOf(label)}`;
      return volumesAnswer(contentOf(await ask({ method: "GET", path }, signal)));
    },
    async wait(id, signal) {
      const path = `/containers/${safeId(id)}/wait?condition=not-running`;
      const answer = await ask({ method: "POST", path }, signal, Infinity);
      if (answer.status === 404) return undefined;
      const end = waitAnswer(contentOf(answer));
      if (typeof end === "number") return end;
      // Podman 4.3.1 says so when the container is removed meanwhile, and Docker gives the exit code.
      if (await inspect(id, signal)) throw end;
      return undefined;
    },
    async logs(id, options, signal) {
      const container = await inspect(id, signal);
      if (!container) return undefined;
      return calls.output(id, { query: logQuery(options), hasTerminal: container.hasTerminal }, signal);
    },
    async archive(id, path, signal) {
      const query = new URLSearchParams({ path }).toString();
      // It waits for the headers as long as for an answer: they tell whether there is such a path.
      const limits = { signal, headersWithin: timeouts.call };
      return openPulledStream(endpoint, calls.pathOf(`/containers/${safeId(id)}/archive?${query}`), limits);
    },
    ...changingCalls(calls, inspect, timeouts.change),
  };
}

/** How long calls may take, in milliseconds. */
export interface PlatformTimeouts extends Timeouts {
  /** For calls that change a container. A stop may take the container's stop timeout in addition. */
  readonly change: number;
}

/**
 * The events after which a container must be inspected again. Podman says `died` and `remove` for `die` and `destroy`.
 */
const events = [
  "create",
  "start",
  "restart",
  "pause",
  "unpause",
  "update",
  "rename",
  "health_status",
  "die",
  "died",
  "stop",
  "destroy",
  "remove",
];

/** The calls that change a container but do not remove it. `time` is how long one may take, in milliseconds. */
function changingCalls(
  { ask }: Calls,
  inspect: PlatformEngine["inspect"],
  time: number,
): Pick<PlatformEngine, "start" | "stop" | "restart" | "update"> {
  const change = async (id: string, action: string, signal: AbortSignal, timeout = time): Promise<Outcome> => {
    const answer = await ask({ method: "POST", path: `/containers/${safeId(id)}/${action}` }, signal, timeout);
    if (answer.status === 404) return "gone";
    expectStatus(answer, 204, 304);
    return answer.status === 204 ? "changed" : "unchanged";
  };
  const stopping = async (id: string, action: string, { timeout }: StopOptions, signal: AbortSignal) => {
    const seconds = timeout ?? (await inspect(id, signal))?.stopTimeout ?? usualStopTimeout;
    const query = timeout === undefined ? "" : `?t=${timeout}`;
    return change(id, `${action}${query}`, signal, seconds < 0 ? Infinity : time + seconds * 1000);
  };
  return {
    start: (id, signal) => change(id, "start", signal),
    stop: (id, options, signal) => stopping(id, "stop", options, signal),
    restart: (id, options, signal) => stopping(id, "restart", options, signal),
    async update(id, update, signal) {
      const body = { type: "application/json", content: JSON.stringify(updateBody(update)) };
      const call = { method: "POST", path: `/containers/${safeId(id)}/update`, body } as const;
      let answer = await ask(call, signal, time);
      for (let attempt = 1; endsMeanwhile(answer) && attempt < updateAttempts; attempt++) {
        await sleep(monotonicClock, pauseBetweenUpdates, signal);
        answer = await ask(call, signal, time);
      }
      if (answer.status !== 404) return updateAnswer(contentOf(answer));
      // Podman 4.3.1 answers 404 because it has no such call.
      if (!(await inspect(id, signal))) return undefined;
      throw new EngineError("forbidden", "the engine cannot change a running container");
    },
  };
}

/** For two seconds or longer: a busy engine needs a while to note that a container has ended. */
const updateAttempts = 11;
const pauseBetweenUpdates = 200;

/**
 * Whether the engine refused an update only because the program has ended and the engine has not noted it yet (Docker
 * 20.10, measured). It has changed nothing then, and takes the same update once it has noted the end.
 */
function endsMeanwhile({ status, body }: HttpAnswer): boolean {
  return status === 500 && body.includes("cannot update a stopped container");
}

/** The default stop timeout of a container in seconds. */
const usualStopTimeout = 10;

function updateBody({ restartPolicy, memory, memorySwap, cpuShares, cpuset }: ContainerUpdate): unknown {
  const policy = restartPolicy && {
    Name: restartPolicy.name,
    MaximumRetryCount: restartPolicy.maximumRetryCount ?? 0,
  };
  return { RestartPolicy: policy, Memory: memory, MemorySwap: memorySwap, CpuShares: cpuShares, CpusetCpus: cpuset };
}

function logQuery({ tail, follow, since, timestamps }: LogOptions): Readonly<Record<string, string>> {
  return {
    tail: tail === undefined ? "all" : String(tail),
    follow: follow ? "1" : "0",
    timestamps: timestamps ? "1" : "0",
    ...(since === undefined ? {} : { since: since.toFixed(6) }),
  };
}

function filtersOf(label: string): string {
  return encodeURIComponent(JSON.stringify({ label: [label] }));
}
