import { EngineError, type Container, type ListedContainer, type NamedNetwork } from "./engine.ts";
import { entriesIn, parseJson, property, textProperties, textProperty } from "./json.ts";

/** A full container ID. The path of a removal request must contain nothing else. */
export const fullId = /^[0-9a-f]{64}$/;

/** The ID of an image. Podman omits the algorithm. */
export const imageId = /^(?:sha256:)?[0-9a-f]{64}$/;

/**
 * Parses an answer. Throws an EngineError when it is not JSON, for example because the connection broke halfway.
 */
export function parseAnswer(body: string): unknown {
  const answer = parseJson(body);
  if (answer === undefined) throw new EngineError("failed", "the engine's answer is not JSON");
  return answer;
}

/**
 * The containers of a list. Throws for anything but a list of containers: a failed list must never mean "no
 * containers".
 */
export function listAnswer(answer: unknown): readonly ListedContainer[] {
  if (!Array.isArray(answer)) throw new EngineError("failed", "the engine's answer is not a list of containers");
  return answer.map((container: unknown) => {
    const id = textProperty(container, "Id");
    if (!fullId.test(id)) throw new EngineError("failed", "the engine lists a container without an ID");
    return { id, labels: labelsIn(container) };
  });
}

/** The container in the answer to an inspect request. Throws when it is another container, or has no state. */
export function inspectAnswer(answer: unknown, requestedId: string): Container {
  const id = textProperty(answer, "Id");
  const state = property(answer, "State");
  const host = property(answer, "HostConfig");
  const config = property(answer, "Config");
  if (!fullId.test(id) || !id.startsWith(requestedId) || textProperty(state, "Status") === "")
    throw new EngineError("failed", "the engine's answer is not the requested container");
  const exitCode = property(state, "ExitCode");
  return {
    id,
    name: textProperty(answer, "Name").replace(/^\//, ""),
    image: textProperty(answer, "Image"),
    imageReference: textProperty(config, "Image"),
    status: textProperty(state, "Status"),
    isAlive: ["Running", "Paused", "Restarting"].some((flag) => property(state, flag) === true),
    exitCode: Number.isInteger(exitCode) ? (exitCode as number) : undefined,
    startedAt: textProperty(state, "StartedAt"),
    finishedAt: textProperty(state, "FinishedAt"),
    restartCount: Number(property(answer, "RestartCount") ?? 0),
    isOutOfMemory: property(state, "OOMKilled") === true,
    error: textProperty(state, "Error"),
    restartPolicy: textProperty(property(host, "RestartPolicy"), "Name"),
    isRemovedByEngine: property(host, "AutoRemove") === true,
    labels: labelsIn(config),
    environment: textsIn(property(config, "Env")),
    hasTerminal: property(config, "Tty") === true,
    networks: entriesIn(property(property(answer, "NetworkSettings"), "Networks")).map(networkOf),
  };
}

function networkOf([name, network]: readonly [string, unknown]): NamedNetwork {
  return { id: textProperty(network, "NetworkID"), name };
}

/** The labels of an image. Throws when the answer is not an image. */
export function imageAnswer(answer: unknown): ReadonlyMap<string, string> {
  if (textProperty(answer, "Id") === "") throw new EngineError("failed", "the engine's answer is not an image");
  return labelsIn(property(answer, "Config"));
}

/**
 * The ID of the container that an event names; undefined for an event without one. Before API 1.52 an event also had it
 * as `id`.
 */
export function eventAnswer(line: string): string | undefined {
  const event = parseAnswer(line);
  const id = textProperty(property(event, "Actor"), "ID") || textProperty(event, "id");
  return fullId.test(id) ? id : undefined;
}

export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

export function labelsIn(settings: unknown): ReadonlyMap<string, string> {
  return textProperties(property(settings, "Labels"));
}
