import { EngineError, type Container } from "./engine.ts";

/** A full container ID. Whatever is not one never gets into a path. */
export const fullId = /^[0-9a-f]{64}$/;

/** The JSON of an answer. Throws an EngineError when it is none, as when the connection broke inside it. */
export function parseAnswer(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new EngineError("failed", "the engine's answer is not JSON");
  }
}

/** The IDs of a container list. Throws for anything but a list of containers: a failed list never means "no containers". */
export function listAnswer(answer: unknown): readonly string[] {
  if (!Array.isArray(answer)) throw new EngineError("failed", "the engine's list of containers is no list");
  return answer.map((entry) => {
    const id = text(mapping(entry), "Id");
    if (!fullId.test(id)) throw new EngineError("failed", "the engine's list of containers has an entry without an ID");
    return id;
  });
}

/** The container of an inspect. Throws when it is not the one that was asked for, or has no state. */
export function inspectAnswer(answer: unknown, asked: string): Container {
  const container = mapping(answer);
  const [state, settings, host] = ["State", "Config", "HostConfig"].map((key) => mapping(container.get(key))) as [Mapping, Mapping, Mapping];
  const id = text(container, "Id");
  if (!fullId.test(id) || !id.startsWith(asked) || text(state, "Status") === "") throw new EngineError("failed", "the engine's answer is no such container");
  const exitCode = state.get("ExitCode");
  return {
    id,
    name: text(container, "Name").replace(/^\//, ""),
    status: text(state, "Status"),
    isAlive: ["Running", "Paused", "Restarting"].some((flag) => state.get(flag) === true),
    exitCode: Number.isInteger(exitCode) ? (exitCode as number) : undefined,
    startedAt: text(state, "StartedAt"),
    finishedAt: text(state, "FinishedAt"),
    restartCount: Number(container.get("RestartCount") ?? 0),
    isOutOfMemory: state.get("OOMKilled") === true,
    error: text(state, "Error"),
    restartPolicy: text(mapping(host.get("RestartPolicy")), "Name"),
    isRemovedByEngine: host.get("AutoRemove") === true,
    labels: new Map([...mapping(settings.get("Labels"))].filter((entry): entry is [string, string] => typeof entry[1] === "string")),
  };
}

/** The container that an event is about; undefined for an event that names none. API 1.52 dropped the `id` beside `Actor`. */
export function eventAnswer(line: string): string | undefined {
  const event = mapping(parseAnswer(line));
  const id = text(mapping(event.get("Actor")), "ID") || text(event, "id");
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

type Mapping = ReadonlyMap<string, unknown>;

/** A map, so that a label called `__proto__` is one more label. */
function mapping(value: unknown): Mapping {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function text(from: Mapping, key: string): string {
  const value = from.get(key);
  return typeof value === "string" ? value : "";
}
