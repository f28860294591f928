import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Endpoint } from "../../src/docker/endpoint.ts";
import { EngineError, type Container, type ListedContainer } from "../../src/docker/engine.ts";
import type { FakeEngine } from "./fake-engine.ts";

/** A server on a unix socket. */
export interface SocketServer extends AsyncDisposable {
  readonly endpoint: Endpoint & { readonly kind: "socket" };
  readonly server: Server;
  /** Method and path of every request. */
  readonly requests: string[];
  /** How many connections were made. */
  connections: number;
}

/** Serves a handler on a unix socket in a folder of its own. */
export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<SocketServer> {
  const folder = await mkdtemp(join(tmpdir(), "engine-"));
  const path = join(folder, "docker.sock");
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const served: SocketServer = {
    endpoint: { kind: "socket", path },
    server,
    requests,
    connections: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
  server.on("connection", () => served.connections++);
  return served;
}

/** What a Docker Engine 20.10 answered, word for word but for the name of the stack. */
export const recorded = {
  inspect: readFileSync(new URL("recorded/inspect.json", import.meta.url), "utf8"),
  list: readFileSync(new URL("recorded/list.json", import.meta.url), "utf8"),
  events: readFileSync(new URL("recorded/events.jsonl", import.meta.url), "utf8"),
};

/**
 * Answers as a Docker Engine 20.10 whose containers are those of a fake: its records, with the state of the fake
 * written in.
 */
export function dockerAnswers(fake: FakeEngine): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(fake, request, response).catch((error: unknown) => {
      const status = error instanceof EngineError && error.failure === "conflict" ? 409 : 500;
      if (!response.headersSent) send(response, status, { message: String(error) });
    });
  };
}

const never = new AbortController().signal;

async function answer(
  fake: FakeEngine,
  { method, url = "" }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(url, "http://docker");
  const [, version, path = ""] = /^(?:\/v(\d+\.\d+))?(\/.*)$/.exec(pathname) ?? [];
  response.setHeader("Api-Version", fake.apiVersion).setHeader("Date", new Date(fake.time * 1000).toUTCString());
  if (version !== undefined && version !== fake.apiVersion)
    return send(response, 400, { message: `client version ${version} is too new` });
  const [, id = "", action] = /^\/containers\/([0-9a-f]+)(?:\/(json|logs))?$/.exec(path) ?? [];
  const label = (JSON.parse(searchParams.get("filters") ?? "{}") as { label?: string[] }).label?.[0] ?? "";
  if (path === "/_ping") return send(response, 200, undefined);
  if (path === "/events") return stream(fake, label, Number(searchParams.get("since")), response);
  if (path === "/containers/json") return send(response, 200, (await fake.list(label, never)).map(listed));
  if (method === "DELETE") {
    const outcome = await fake.remove(id, { volumes: searchParams.get("v") === "1" }, never);
    return send(
      response,
      outcome === "removed" ? 204 : 404,
      outcome === "removed" ? undefined : { message: "No such container" },
    );
  }
  if (path.startsWith("/images/")) {
    const labels = await fake.imageLabels(path.slice("/images/".length, -"/json".length), never);
    return send(
      response,
      labels ? 200 : 404,
      labels ? { Id: path, Config: { Labels: Object.fromEntries(labels) } } : { message: "No such image" },
    );
  }
  if (action === "logs") return sendOutput(fake, id, searchParams, response);
  const container = await fake.inspect(id, never);
  send(response, container ? 200 : 404, container ? inspected(container) : { message: `No such container: ${id}` });
}

async function stream(fake: FakeEngine, label: string, since: number, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  response.writeHead(200, { "Content-Type": "application/json" }).flushHeaders();
  const line = recorded.events.split("\n")[0] ?? "";
  const old = (JSON.parse(line) as { id: string }).id;
  for await (const id of await fake.changes(label, since, gone.signal)) response.write(`${line.replaceAll(old, id)}\n`);
  response.end();
}

async function sendOutput(
  fake: FakeEngine,
  id: string,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const [tail, since] = ["tail", "since"].map((name) => Number(query.get(name)));
  const output = await fake.logs(id, { tail: tail!, since, hasTerminal: false }, never);
  if (!output) return send(response, 404, { message: `No such container: ${id}` });
  for await (const { stream, bytes } of output)
    response.write(
      fake.get(id).hasTerminal ? bytes : Buffer.concat([frameHeader(stream === "stdout" ? 1 : 2, bytes.length), bytes]),
    );
  response.end();
}

/** The header of a frame: the stream and the size. */
export function frameHeader(stream: number, size: number): Uint8Array {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(size, 4);
  return header;
}

function listed({ id, labels }: ListedContainer): unknown {
  return { ...(JSON.parse(recorded.list) as readonly object[])[0], Id: id, Labels: Object.fromEntries(labels) };
}

function inspected(container: Container): unknown {
  const record = JSON.parse(recorded.inspect) as { State: object; Config: object; HostConfig: object };
  const { status, isAlive, exitCode, startedAt, finishedAt, isOutOfMemory, error } = container;
  const flags = {
    Running: isAlive,
    Paused: status === "paused",
    Restarting: status === "restarting",
    Dead: status === "dead",
  };
  return {
    ...record,
    Id: container.id,
    Name: `/${container.name}`,
    Image: container.image,
    RestartCount: container.restartCount,
    State: {
      ...record.State,
      Status: status,
      ...flags,
      ExitCode: exitCode,
      StartedAt: startedAt,
      FinishedAt: finishedAt,
      OOMKilled: isOutOfMemory,
      Error: error,
    },
    HostConfig: {
      ...record.HostConfig,
      RestartPolicy: { Name: container.restartPolicy, MaximumRetryCount: 0 },
      AutoRemove: container.isRemovedByEngine,
    },
    Config: {
      ...record.Config,
      Image: container.imageReference,
      Tty: container.hasTerminal,
      Labels: JSON.parse(JSON.stringify(Object.fromEntries(container.labels))) as object,
    },
    NetworkSettings: {
      Networks: Object.fromEntries(container.networks.map(({ id, name }) => [name, { NetworkID: id }])),
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
