import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { EngineError } from "../../src/docker/engine.ts";
import type { ContainerDetails, ContainerPort, ContainerSummary, Outcome } from "../../src/docker/platform-engine.ts";
import { dockerAnswers, frameHeader } from "./docker-server.ts";
import type { FakePlatformEngine } from "./fake-platform-engine.ts";

const text = (name: string): string => readFileSync(new URL(`recorded/${name}.json`, import.meta.url), "utf8");

/** What a Docker Engine 20.10 answered, word for word but for the machine, its ID and its folders. */
export const recordedDocker = {
  info: text("platform/info"),
  list: text("platform/list"),
  inspect: text("platform/inspect"),
  image: text("platform/image"),
  logs: JSON.parse(text("platform/logs")) as RecordedLogs,
};

/** The same container at Podman 4.3.1. */
export const recordedPodman = {
  info: text("podman/info"),
  list: text("podman/list"),
  inspect: text("podman/inspect"),
  logs: JSON.parse(text("podman/logs")) as RecordedLogs,
};

/** The bytes of outputs, in base64. */
interface RecordedLogs {
  readonly frames: string;
  readonly withTimes: string;
  readonly terminal: string;
}

/** Answers as a Docker Engine 20.10 whose containers are those of a fake: its records, with the fake written in. */
export function platformAnswers(
  platform: FakePlatformEngine,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(platform, request, response).catch((error: unknown) => {
      const failure = error instanceof EngineError ? error.failure : "failed";
      const message = error instanceof Error ? error.message : "";
      if (!response.headersSent) send(response, statusOf[failure] ?? 500, { message });
      else response.destroy();
    });
  };
}

const statusOf: Readonly<Record<string, number>> = { conflict: 409, forbidden: 400 };

async function answer(platform: FakePlatformEngine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = "" } = request;
  const { pathname, searchParams } = new URL(url, "http://docker");
  const path = pathname.replace(/^\/v\d+\.\d+/, "");
  const [, id = "", action = ""] = /^\/containers\/([0-9a-f]+)\/(\w+)$/.exec(path) ?? [];
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  if (path === "/info") return send(response, 200, infoOf(await platform.info(gone.signal)));
  if (path === "/containers/json") {
    const label = (JSON.parse(searchParams.get("filters") ?? "{}") as { label?: string[] }).label?.[0] ?? "";
    return send(response, 200, (await platform.containers(label, gone.signal)).map(listed));
  }
  const label = (JSON.parse(searchParams.get("filters") ?? "{}") as { label?: string[] }).label?.[0] ?? "";
  if (path === "/networks") {
    const ids = await platform.networks(label, gone.signal);
    return send(
      response,
      200,
      ids.map((Id) => ({ Id })),
    );
  }
  if (path === "/volumes") {
    const names = await platform.volumes(label, gone.signal);
    return send(response, 200, { Volumes: names.length === 0 ? null : names.map((Name) => ({ Name })) });
  }
  if (method === "GET" && action === "json") {
    const container = await platform.inspect(id, gone.signal);
    return send(response, container ? 200 : 404, container ? inspected(container) : missing);
  }
  if (path.startsWith("/images/")) {
    const reference = decodeURIComponent(path.slice("/images/".length, -"/json".length));
    const image = await platform.image(reference, gone.signal);
    const record = JSON.parse(recordedDocker.image) as { Config: object };
    const bare = { ExposedPorts: null, Volumes: null, Env: null, Entrypoint: null, Cmd: null, Labels: null };
    return send(response, image ? 200 : 404, image ? { ...record, Id: image.id, Config: bare } : missing);
  }
  if (action === "archive") {
    const archive = await platform.archive(id, searchParams.get("path") ?? "", gone.signal);
    if (!archive) return send(response, 404, missing);
    response.writeHead(200, { "Content-Type": "application/x-tar" });
    for await (const bytes of archive) response.write(bytes);
    return void response.end();
  }
  if (action === "logs") return sendLogs(platform, id, searchParams, response, gone.signal);
  if (method === "POST") return act(platform, { id, action, body: await bodyOf(request) }, response, gone.signal);
  dockerAnswers(platform.fake)(request, response);
}

const missing = { message: "No such container" };

async function act(
  platform: FakePlatformEngine,
  { id, action, body }: { readonly id: string; readonly action: string; readonly body: string },
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (action === "wait") {
    const code = await platform.wait(id, signal);
    return send(response, code === undefined ? 404 : 200, code === undefined ? missing : waited(code));
  }
  if (action === "update") {
    const warnings = await platform.update(id, updateIn(JSON.parse(body) as DockerUpdate), signal);
    return send(
      response,
      warnings ? 200 : 404,
      warnings ? { Warnings: warnings.length > 0 ? warnings : null } : missing,
    );
  }
  const outcome =
    action === "start"
      ? await platform.start(id, signal)
      : await platform[action as "stop" | "restart"](id, {}, signal);
  send(response, statusOfOutcome[outcome], outcome === "gone" ? missing : undefined);
}

const statusOfOutcome: Readonly<Record<Outcome, number>> = { changed: 204, unchanged: 304, gone: 404 };

const waited = (code: number): unknown => ({ Error: null, StatusCode: code });

interface DockerUpdate {
  readonly RestartPolicy?: { readonly Name: string; readonly MaximumRetryCount: number };
  readonly Memory?: number;
  readonly MemorySwap?: number;
  readonly CpuShares?: number;
  readonly CpusetCpus?: string;
}

function updateIn({ RestartPolicy: policy, Memory, MemorySwap, CpuShares, CpusetCpus }: DockerUpdate) {
  return {
    ...(policy && { restartPolicy: { name: policy.Name, maximumRetryCount: policy.MaximumRetryCount } }),
    ...(Memory !== undefined && { memory: Memory }),
    ...(MemorySwap !== undefined && { memorySwap: MemorySwap }),
    ...(CpuShares !== undefined && { cpuShares: CpuShares }),
    ...(CpusetCpus !== undefined && { cpuset: CpusetCpus }),
  };
}

/** As Docker does, sends the headers with the first output. */
async function sendLogs(
  platform: FakePlatformEngine,
  id: string,
  query: URLSearchParams,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const [tail, since] = [query.get("tail") ?? "all", query.get("since")];
  const options = { follow: query.get("follow") === "1", timestamps: query.get("timestamps") === "1" };
  const part = { ...(tail !== "all" && { tail: Number(tail) }), ...(since !== null && { since: Number(since) }) };
  const output = await platform.logs(id, { ...options, ...part }, signal);
  if (!output) return send(response, 404, missing);
  const hasTerminal = (await platform.inspect(id, signal))?.hasTerminal;
  for await (const { stream, bytes } of output)
    response.write(
      hasTerminal ? bytes : Buffer.concat([frameHeader(stream === "stdout" ? 1 : 2, bytes.length), bytes]),
    );
  response.end();
}

function infoOf({ id, name, version }: { readonly id: string; readonly name: string; readonly version: string }) {
  return { ...(JSON.parse(recordedDocker.info) as object), ID: id, Name: name, ServerVersion: version };
}

function listed({ id, name, image, command, state, status, created, labels, ports }: ContainerSummary): unknown {
  return {
    ...(JSON.parse(recordedDocker.list) as readonly object[])[0],
    Id: id,
    Names: [`/${name}`],
    Image: image,
    Command: command,
    State: state,
    Status: status,
    Created: created,
    Labels: Object.fromEntries(labels),
    Ports: ports.map(({ ip, publicPort, privatePort, protocol }) => ({
      ...(publicPort === undefined ? {} : { IP: ip, PublicPort: publicPort }),
      PrivatePort: privatePort,
      Type: protocol,
    })),
  };
}

function inspected(container: ContainerDetails): unknown {
  const record = JSON.parse(recordedDocker.inspect) as Record<string, object>;
  const { status, isAlive, ports, networks, labels } = container;
  return {
    ...record,
    Id: container.id,
    Name: `/${container.name}`,
    Image: container.image,
    Created: container.createdAt,
    RestartCount: container.restartCount,
    State: {
      ...record["State"],
      Health: container.health === "" ? undefined : { Status: container.health },
      Status: status,
      Running: isAlive,
      Paused: status === "paused",
      Restarting: status === "restarting",
      ExitCode: container.exitCode,
      Error: container.error,
      OOMKilled: container.isOutOfMemory,
      StartedAt: container.startedAt,
      FinishedAt: container.finishedAt,
    },
    HostConfig: {
      ...record["HostConfig"],
      RestartPolicy: { Name: container.restartPolicy, MaximumRetryCount: container.maximumRetryCount },
      AutoRemove: container.isRemovedByEngine,
      Memory: container.memory,
      MemorySwap: container.memorySwap,
      CpuShares: container.cpuShares,
      CpusetCpus: container.cpuset,
    },
    Mounts: container.mounts.map(({ type, name, source, destination, isReadOnly }) => ({
      Type: type,
      Name: name,
      Source: source,
      Destination: destination,
      RW: !isReadOnly,
    })),
    Config: {
      ...record["Config"],
      Image: container.imageReference,
      Tty: container.hasTerminal,
      Hostname: container.hostname,
      Cmd: container.command,
      Entrypoint: null,
      StopTimeout: undefined,
      Labels: Object.fromEntries(labels),
    },
    NetworkSettings: {
      ...record["NetworkSettings"],
      Ports: Object.fromEntries(ports.map((port) => [`${port.privatePort}/${port.protocol}`, bindingsOf(port)])),
      Networks: Object.fromEntries(
        networks.map(({ id, name, aliases, address }) => [
          name,
          { NetworkID: id, Aliases: aliases, IPAddress: address },
        ]),
      ),
    },
  };
}

function bindingsOf({ ip, publicPort }: ContainerPort): unknown {
  return publicPort === undefined ? null : [{ HostIp: ip, HostPort: String(publicPort) }];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts).toString();
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
