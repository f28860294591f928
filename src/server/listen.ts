import { createServer, type IncomingMessage, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { Env } from "./respond.ts";
import type { Streams } from "./streams.ts";

/** A server that listens. */
export interface Listening {
  /** As `127.0.0.1:7070`. */
  readonly address: string;
  /** Takes no more requests, and resolves when all that were taken are answered. */
  close(): Promise<void>;
}

/** Times in milliseconds, and numbers, that keep slow and idle callers from using the server up (reference 6.2.4). */
export const usualLimits = {
  headers: 10_000,
  request: 60_000,
  keepAlive: 5000,
  check: 1000,
  connections: 1000,
  headerBytes: 16_384,
};

/** Where to listen, and with which limits. */
interface Where {
  readonly host: string;
  readonly port: number;
  readonly limits?: typeof usualLimits;
}

/** Listens at an address. Rejects with Node's error when that is not possible. */
export async function listen(
  app: Hono<Env>,
  streams: Streams,
  { host, port, limits = usualLimits }: Where,
): Promise<Listening> {
  const server = createServer(
    {
      headersTimeout: limits.headers,
      requestTimeout: limits.request,
      keepAliveTimeout: limits.keepAlive,
      connectionsCheckingInterval: limits.check,
      maxHeaderSize: limits.headerBytes,
    },
    withUsualAddress(getRequestListener(app.fetch, { overrideGlobalObjects: false })),
  );
  server.maxConnections = limits.connections;
  server.on("upgrade", (request, socket, head) => streams.open(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return { address: addressOf(server), close: () => close(server) };
}

type Listener = ReturnType<typeof getRequestListener>;

/** Hono refuses what is no URL before the app sees it; a path such as `//x` is one, but of another host. */
function withUsualAddress(listener: Listener): Listener {
  return (request, response) => {
    const incoming = request as IncomingMessage;
    incoming.url = (incoming.url ?? "/").replace(/^\/{2,}/, "/");
    return listener(request, response);
  };
}

function addressOf(server: Server): string {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server listens at no port");
  return `${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // A caller that never ends its request must not keep the server.
    setTimeout(() => server.closeAllConnections(), 5000).unref();
  });
}
