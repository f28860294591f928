import { imageAnswer, imageId, inspectAnswer, listAnswer } from "./answers.ts";
import { contentOf, createCalls, defaultTimeouts, type Timeouts } from "./calls.ts";
import type { Endpoint } from "./endpoint.ts";
import type { SidecarEngine } from "./engine.ts";

/**
 * The seven calls of the sidecar to a Docker engine, or to another engine with Docker's API. `warn` receives a sentence
 * about each line of the event stream that cannot be read.
 */
export function createSidecarEngine(
  endpoint: Endpoint,
  warn: (problem: string) => void,
  timeouts: Timeouts = defaultTimeouts,
): SidecarEngine {
  const { ask, connect, remove, changes, output, ...calls } = createCalls(endpoint, { timeouts, events, warn });
  return {
    connect,
    remove,
    changes,
    async list(label, signal) {
      return listAnswer(await calls.list(label, signal));
    },
    async inspect(id, signal) {
      const answer = await calls.inspect(id, signal);
      return answer === undefined ? undefined : inspectAnswer(answer, id);
    },
    logs(id, { tail, since, hasTerminal }, signal) {
      const query = { tail: String(tail), ...(since === undefined ? {} : { since: String(since) }) };
      return output(id, { query, hasTerminal }, signal);
    },
    async imageLabels(image, signal) {
      if (!imageId.test(image)) return undefined;
      const answer = await ask({ method: "GET", path: `/images/${image}/json` }, signal);
      return answer.status === 404 ? undefined : imageAnswer(contentOf(answer));
    },
  };
}

/**
 * The events after which a container must be inspected again. Podman says `died` and `remove` for `die` and `destroy`.
 */
const events = ["die", "died", "stop", "start", "restart", "update", "destroy", "remove"];
