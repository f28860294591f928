import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { contentType } from "./exposition.ts";

/** A server that is listening. */
export interface MetricsServer {
  readonly url: string;
  /** Stops listening, and closes every connection immediately. */
  close(): void;
}

/**
 * Starts a server that answers only `GET /metrics`. `warn` receives problems after the start. Rejects with Node's error
 * when it cannot listen. Every connection ends after one request, so that none is open when the sidecar ends. Of too
 * many connections the oldest is closed: one that only stays open keeps no scraper out.
 */
export function serveMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  text: () => string,
  warn: (problem: string) => void,
): Promise<MetricsServer> {
  const limits = { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000, maxHeaderSize: 8192 };
  const server = createServer(limits, (request, response) => answer(request, response, text)).setTimeout(10_000);
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket.once("close", () => open.delete(socket)));
    const [oldest] = open;
    if (open.size > mostConnections) oldest?.destroy();
  });
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, host, () => {
      server.off("error", reject).on("error", (error) => warn(error.message));
      const listening = server.address() as AddressInfo;
      const name = listening.family === "IPv6" ? `[${listening.address}]` : listening.address;
      resolve({ url: `http://${name}:${listening.port}/metrics`, close });
    });
  });
}

const mostConnections = 16;

function answer({ method, url }: IncomingMessage, response: ServerResponse, text: () => string): void {
  const end = (status: number, headers: Readonly<Record<string, string>>, body: string): void => {
    response
      .writeHead(status, { ...headers, "Content-Length": new TextEncoder().encode(body).length, Connection: "close" })
      .end(body);
  };
  if (url?.split("?", 1)[0] !== "/metrics") end(404, {}, "");
  else if (method !== "GET") end(405, { Allow: "GET" }, "");
  else end(200, { "Content-Type": contentType, "Cache-Control": "no-store" }, text());
}
