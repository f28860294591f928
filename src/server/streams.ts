import { STATUS_CODES, type IncomingMessage } from "node:http";
import { WebSocketServer, type WebSocket } from "ws";
import { failureOf } from "../platform/failure.ts";
import type { ListedContainer } from "../platform/observed.ts";
import { logLines, type LogLine } from "../platform/log-lines.ts";
import type { Rules } from "./app.ts";
import { isAuthorized } from "./auth.ts";
import type { Backend, View } from "./backend.ts";
import { containersOf } from "./container-resource.ts";
import { readPath } from "./family.ts";
import { refuseStrangers } from "./guard.ts";
import { errorBody, Refused } from "./refused.ts";

/** The WebSockets of a server. */
export interface Streams {
  /** Answers a request for one. */
  open(request: IncomingMessage, socket: Socket, head: Uint8Array): void;
  /** Closes all. */
  close(): void;
}

type Socket = Parameters<WebSocketServer["handleUpgrade"]>[1];

/** How many may be open at a time. */
const mostStreams = 100;

/** How often a client must answer a ping, in milliseconds. */
const pingInterval = 30_000;

/** The logs of services and containers (reference tutum-api.md 7); everything else is refused. */
export function createStreams(backend: Backend, rules: Rules): Streams {
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false });
  const open = new Set<WebSocket>();
  const begin = (socket: WebSocket, write: (signal: AbortSignal) => Promise<void>): void => {
    const ending = new AbortController();
    let isAlive = true;
    const pings = setInterval(() => {
      if (!isAlive) socket.terminate();
      isAlive = false;
      socket.ping();
    }, pingInterval);
    open.add(socket);
    socket.on("pong", () => (isAlive = true));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearInterval(pings);
      open.delete(socket);
      ending.abort();
    });
    void write(ending.signal).then(
      () => socket.close(1000),
      () => socket.close(1011),
    );
  };
  return {
    open(request, socket, head) {
      try {
        refuse(request, rules);
        if (open.size >= mostStreams) throw new Refused(429, `${mostStreams} streams are open; try again later`);
        const lost = lostStream(request.url ?? "/");
        const asked = lost ?? readAsked(request.url ?? "/", backend);
        server.handleUpgrade(request, socket, head as Buffer, (opened) =>
          begin(opened, (signal) => ("frames" in asked ? decline(opened, asked, signal) : send(opened, asked, signal))),
        );
      } catch (error) {
        const [status, reason] =
          error instanceof Refused ? [error.status, error.message] : [500, failureOf(error)?.message];
        reject(socket, status, reason ?? "this is a bug in tutum-stack");
      }
    },
    close() {
      for (const socket of open) socket.close(1001);
    },
  };
}

/** A stream of the old platform that this server does not have. */
interface LostStream {
  readonly frames: readonly object[];
  /** Whether the client ends by a frame. One that only listens asks again at once when its connection ends. */
  readonly next: "close" | "wait";
}

/** What to say on a stream that is not kept: on another status than 101, old clients crash or ask again for ever. */
function lostStream(address: string): LostStream | undefined {
  const { path } = readPath(new URL(address, "http://localhost").pathname);
  const reason = (what: string): string => `tutum-stack serve has no ${what}: it runs on one Docker engine`;
  const end = { type: "error", data: { errorMessage: "UNAUTHORIZED" } };
  if (/^\/(stream|api)\/container\/[\w-]+\/exec$/.test(path))
    return { frames: [{ type: "exec", output: `${reason("exec")}\n`, streamType: "stderr" }, end], next: "close" };
  const isEvents = /^\/(stream|api)\/events$/.test(path);
  return isEvents ? { frames: [{ type: "error", action: reason("events") }], next: "wait" } : undefined;
}

async function decline(socket: WebSocket, { frames, next }: LostStream, signal: AbortSignal): Promise<void> {
  for (const frame of frames) await sendText(socket, JSON.stringify(frame));
  if (next === "wait") await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

/** What is to be sent. */
interface Asked {
  readonly view: View;
  readonly containers: readonly { readonly container: ListedContainer; readonly source: string | undefined }[];
  readonly follow: boolean;
  readonly tail: number | undefined;
}

function refuse(request: IncomingMessage, { hosts, token }: Rules): void {
  const headers = {
    get: (name: string): string | null => {
      const value = request.headers[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    },
  };
  refuseStrangers(headers, hosts);
  if (!isAuthorized(headers.get("authorization"), token)) throw new Refused(401, "the token is missing or wrong");
}

function readAsked(address: string, backend: Backend): Asked {
  const { pathname, searchParams } = new URL(address, "http://localhost");
  const { path } = readPath(pathname);
  const [, kind, uuid, what] = /^\/(?:stream|api)\/(\w+)(?:\/([\w-]+)\/(\w+))?$/.exec(path) ?? [];
  if (what !== "logs" || (kind !== "service" && kind !== "container"))
    throw new Refused(501, "tutum-stack serve has only the logs of services and containers as streams");
  const view = backend.view();
  const tail = searchParams.get("tail") ?? "300";
  return {
    view,
    containers: containersAsked(view, kind, uuid ?? ""),
    follow: !/^false$/i.test(searchParams.get("follow") ?? "true"),
    tail: /^\d{1,6}$/.test(tail) ? Number(tail) : undefined,
  };
}

function containersAsked({ services }: View, kind: "service" | "container", uuid: string): Asked["containers"] {
  const all = containersOf(services);
  const meant =
    kind === "service" ? all.filter((one) => one.service.uuid === uuid) : all.filter((one) => one.uuid === uuid);
  const isKnown = meant.length > 0 || (kind === "service" && services.some((one) => one.uuid === uuid));
  if (!isKnown) throw new Refused(404, `there is no ${kind} ${JSON.stringify(uuid)}`);
  return meant.map(({ container, name }) => ({ container, source: kind === "service" ? name : undefined }));
}

async function send(socket: WebSocket, { view, containers, follow, tail }: Asked, signal: AbortSignal): Promise<void> {
  const { engine } = view.platform;
  const sendAll = async ({ container, source }: Asked["containers"][number]): Promise<void> => {
    for await (const line of logLines(engine, container.id, { follow, tail }, signal))
      await sendText(socket, JSON.stringify(frameOf(line, source)));
  };
  await Promise.all(containers.map(sendAll));
}

/** Resolves when the text has left, so that a slow reader slows the engine down. */
function sendText(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(text, (error) => (error ? reject(error) : resolve()));
  });
}

function frameOf({ text, stream, time }: LogLine, source: string | undefined): object {
  const own = { log: `${text}\n`, streamType: stream, timestamp: time };
  return source === undefined ? { type: "log", ...own } : { type: "log", source, ...own };
}

function reject(socket: Socket, status: number, reason: string): void {
  const body = JSON.stringify(errorBody(reason));
  const length = new TextEncoder().encode(body).length;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${length}`,
  ];
  socket.on("error", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
