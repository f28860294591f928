import { fullId, inspectAnswer, labelsIn, textsIn } from "./answers.ts";
import { EngineError } from "./engine.ts";
import { entriesIn, property, textProperty } from "./json.ts";
import type {
  ContainerDetails,
  ContainerMount,
  ContainerNetwork,
  ContainerPort,
  ContainerSummary,
  EngineInfo,
  ImageDetails,
} from "./platform-engine.ts";

/**
 * The identity of an engine. Docker keeps its ID in its data folder. Podman (4.3, 5) makes up one for every answer,
 * so its name and data folder are used instead.
 */
export function infoAnswer(answer: unknown): EngineInfo {
  const version = textProperty(answer, "ServerVersion");
  if (version === "") throw new EngineError("failed", "the engine's answer has no version");
  const name = textProperty(answer, "Name");
  const isPodman = property(answer, "BuildahVersion") !== undefined;
  const id = isPodman ? "" : textProperty(answer, "ID");
  return { id: id || `${name}:${textProperty(answer, "DockerRootDir")}`, name, version };
}

/** The containers of a list. Throws for anything else: a failed list must never mean "no containers". */
export function summariesAnswer(answer: unknown): readonly ContainerSummary[] {
  if (!Array.isArray(answer)) throw new EngineError("failed", "the engine's answer is not a list of containers");
  return answer.map((container: unknown) => {
    const id = textProperty(container, "Id");
    if (!fullId.test(id)) throw new EngineError("failed", "the engine lists a container without an ID");
    return {
      id,
      name: ownName(textsIn(property(container, "Names"))),
      image: textProperty(container, "Image"),
      command: textProperty(container, "Command"),
      state: textProperty(container, "State"),
      status: textProperty(container, "Status"),
      created: numberProperty(container, "Created"),
      labels: labelsIn(container),
      ports: listedPorts(property(container, "Ports")),
    };
  });
}

/** The IDs of the networks of a list. Throws for anything else. */
export function networksAnswer(answer: unknown): readonly string[] {
  if (!Array.isArray(answer)) throw new EngineError("failed", "the engine's answer is not a list of networks");
  return answer.map((network: unknown) => textProperty(network, "Id") || textProperty(network, "ID"));
}

/** The names of the volumes of a list. Throws for anything else. */
export function volumesAnswer(answer: unknown): readonly string[] {
  // Docker sends null for none.
  const volumes = property(answer, "Volumes") ?? [];
  if (!Array.isArray(volumes)) throw new EngineError("failed", "the engine's answer is not a list of volumes");
  return volumes.map((volume: unknown) => textProperty(volume, "Name"));
}

/** The container in the answer to an inspect request. Throws when it is another container, or has no state. */
export function detailsAnswer(answer: unknown, requestedId: string): ContainerDetails {
  const host = property(answer, "HostConfig");
  const config = property(answer, "Config");
  const network = property(answer, "NetworkSettings");
  const health = textProperty(property(property(answer, "State"), "Health"), "Status");
  const stopTimeout = property(config, "StopTimeout");
  return {
    ...inspectAnswer(answer, requestedId),
    maximumRetryCount: numberProperty(property(host, "RestartPolicy"), "MaximumRetryCount"),
    memory: numberProperty(host, "Memory"),
    memorySwap: numberProperty(host, "MemorySwap"),
    cpuShares: numberProperty(host, "CpuShares"),
    cpuset: textProperty(host, "CpusetCpus"),
    mounts: itemsIn(property(answer, "Mounts")).map(mountOf),
    entrypoint: textsIn(property(config, "Entrypoint")),
    command: textsIn(property(config, "Cmd")),
    createdAt: textProperty(answer, "Created"),
    ports: entriesIn(property(network, "Ports")).flatMap(portsOf),
    networks: entriesIn(property(network, "Networks")).map(networkOf),
    health: health === "none" ? "" : health,
    hostname: textProperty(config, "Hostname"),
    stopTimeout: Number.isInteger(stopTimeout) ? (stopTimeout as number) : undefined,
  };
}

/** The image in an answer. Throws when the answer is not an image. */
export function imageDetailsAnswer(answer: unknown): ImageDetails {
  const id = textProperty(answer, "Id");
  const config = property(answer, "Config");
  if (id === "") throw new EngineError("failed", "the engine's answer is not an image");
  return {
    id,
    labels: labelsIn(config),
    exposedPorts: entriesIn(property(config, "ExposedPorts")).map(([port]) => port),
    volumes: entriesIn(property(config, "Volumes")).map(([path]) => path),
    environment: textsIn(property(config, "Env")),
    entrypoint: textsIn(property(config, "Entrypoint")),
    command: textsIn(property(config, "Cmd")),
  };
}

/** The exit code in the answer to a wait request, or why the engine could not wait. */
export function waitAnswer(answer: unknown): number | EngineError {
  const code = property(answer, "StatusCode");
  const problem = textProperty(property(answer, "Error"), "Message");
  if (problem !== "") return new EngineError("failed", `the engine cannot wait for the container: ${problem}`);
  if (!Number.isInteger(code)) return new EngineError("failed", "the engine's answer has no exit code");
  return code as number;
}

/** The warnings in the answer to an update request. */
export function updateAnswer(answer: unknown): readonly string[] {
  return textsIn(property(answer, "Warnings"));
}

/** A container that others link to (`links` of Compose 1) also has names such as `/other/alias`. */
function ownName(names: readonly string[]): string {
  const plain = names.map((name) => name.replace(/^\//, ""));
  return plain.find((name) => !name.includes("/")) ?? "";
}

function listedPorts(ports: unknown): readonly ContainerPort[] {
  return itemsIn(ports).map((port) => ({
    ip: textProperty(port, "IP"),
    publicPort: portNumber(property(port, "PublicPort")),
    privatePort: numberProperty(port, "PrivatePort"),
    protocol: textProperty(port, "Type"),
  }));
}

/** An entry such as `"80/tcp": [{ "HostIp": "0.0.0.0", "HostPort": "8080" }]`, or `null` in place of the list. */
function portsOf([name, bindings]: readonly [string, unknown]): readonly ContainerPort[] {
  const [, number, protocol = ""] = /^(\d+)\/(\w+)$/.exec(name) ?? [];
  if (number === undefined) return [];
  const port = { privatePort: Number(number), protocol };
  const published = itemsIn(bindings).map((binding) => ({
    ip: textProperty(binding, "HostIp"),
    publicPort: portNumber(Number(textProperty(binding, "HostPort"))),
    ...port,
  }));
  return published.length > 0 ? published : [{ ip: "", publicPort: undefined, ...port }];
}

function portNumber(value: unknown): number | undefined {
  return Number.isInteger(value) && value !== 0 ? (value as number) : undefined;
}

function mountOf(mount: unknown): ContainerMount {
  return {
    type: textProperty(mount, "Type"),
    name: textProperty(mount, "Name"),
    source: textProperty(mount, "Source"),
    destination: textProperty(mount, "Destination"),
    isReadOnly: property(mount, "RW") === false,
  };
}

function networkOf([name, network]: readonly [string, unknown]): ContainerNetwork {
  return {
    id: textProperty(network, "NetworkID"),
    name,
    aliases: textsIn(property(network, "Aliases")),
    address: textProperty(network, "IPAddress"),
  };
}

function numberProperty(value: unknown, key: string): number {
  const number = property(value, key);
  return typeof number === "number" && Number.isFinite(number) ? number : 0;
}

function itemsIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
