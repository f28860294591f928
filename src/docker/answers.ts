import { EngineError, type Container, type Listed } from "./engine.ts";

/** A full container ID. Whatever is not one never gets into a path. */
export const fullId = /^[0-9a-f]{64}$/;

/** The ID of an image: Podman leaves the algorithm out. */
export const imageId = /^(?:sha256:)?[0-9a-f]{64}$/;

/** The JSON of an answer. Throws an EngineError when it is none, as when the connection broke inside it. */
export function parseAnswer(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new EngineError("failed", "the engine's answer is not JSON");
  }
}

/** The containers of a list. Throws for anything but a list of containers: a failed list never means "no containers". */
export function listAnswer(answer: unknown): readonly Listed[] {
  if (!Array.isArray(answer)) throw new EngineError("failed", "the engine's list of containers is no list");
  return answer.map((entry) => {
    const container = mapping(entry);
    const id = text(container, "Id");
    if (!fullId.test(id)) throw new EngineError("failed", "the engine's list of containers has an entry without an ID");
    return { id, labels: labelsIn(container) };
  });
}

/** The container of an inspect. Throws when it is not the one that was asked for, or has no state. */
export function inspectAnswer(answer: unknown, asked: string): Container {
  const container = mapping(answer);
  const [state, settings, host] = ["State", "Config", "HostConfig"].map((key) => mapping(own(container, key))) as [
    Mapping,
    Mapping,
    Mapping,
  ];
  const id = text(container, "Id");
  if (!fullId.test(id) || !id.startsWith(asked) || text(state, "Status") === "")
    throw new EngineError("failed", "the engine's answer is no such container");
  const exitCode = own(state, "ExitCode");
  return {
    id,
    name: text(container, "Name").replace(/^\//, ""),
    image: text(container, "Image"),
    status: text(state, "Status"),
    isAlive: ["Running", "Paused", "Restarting"].some((flag) => own(state, flag) === true),
    exitCode: Number.isInteger(exitCode) ? (exitCode as number) : undefined,
    startedAt: text(state, "StartedAt"),
    finishedAt: text(state, "FinishedAt"),
    restartCount: Number(own(container, "RestartCount") ?? 0),
    isOutOfMemory: own(state, "OOMKilled") === true,
    error: text(state, "Error"),
    restartPolicy: text(mapping(own(host, "RestartPolicy")), "Name"),
    isRemovedByEngine: own(host, "AutoRemove") === true,
    labels: labelsIn(settings),
  };
}

/** The labels of an image. Throws when the answer is none about an image. */
export function imageAnswer(answer: unknown): ReadonlyMap<string, string> {
  const image = mapping(answer);
  if (text(image, "Id") === "") throw new EngineError("failed", "the engine's answer is no image");
  return labelsIn(mapping(own(image, "Config")));
}

/** The container that an event is about; undefined for an event that names none. API 1.52 dropped the `id` beside `Actor`. */
export function eventAnswer(line: string): string | undefined {
  const event = mapping(parseAnswer(line));
  const id = text(mapping(own(event, "Actor")), "ID") || text(event, "id");
  return fullId.test(id) ? id : undefined;
}

/** What an answer says went wrong: its message, or its beginning. */
export function messageOf(body: string): string {
  try {
    return text(mapping(JSON.parse(body)), "message") || body.trim();
  } catch {
    return body.trim();
  }
}

type Mapping = Readonly<Record<string, unknown>>;

function labelsIn(settings: Mapping): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(mapping(own(settings, "Labels"))).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
}

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null ? (value as Mapping) : {};
}

/** What an answer itself says: `constructor` and the like are not there. */
function own(from: Mapping, key: string): unknown {
  return Object.hasOwn(from, key) ? from[key] : undefined;
}

function text(from: Mapping, key: string): string {
  const value = own(from, key);
  return typeof value === "string" ? value : "";
}
