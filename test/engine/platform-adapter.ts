import { createPlatformEngine } from "../../src/docker/platform-client.ts";
import type { PlatformEngine } from "../../src/docker/platform-engine.ts";
import type { Handler } from "./adapter.ts";
import { serve, type SocketServer } from "./docker-server.ts";
import { recordedDocker } from "./platform-server.ts";

export const idIn = (record: string): string => (JSON.parse(record) as { Id: string }).Id;
export const id = idIn(recordedDocker.inspect);

/** The adapter of live services, with short times, on a server. */
export async function onServer(
  handler: Handler,
  body: (engine: PlatformEngine, server: SocketServer) => Promise<void>,
): Promise<void> {
  await using server = await serve(handler);
  const timeouts = { call: 300, removal: 600, change: 400, headers: 100 };
  await body(
    createPlatformEngine(server.endpoint, () => {}, timeouts),
    server,
  );
}

/** Answers with a record by the end of the path, and with 204 where there is none. */
export const recording =
  ({ info, list, inspect }: { readonly info: string; readonly list: string; readonly inspect: string }): Handler =>
  ({ url = "" }, response) => {
    const path = url.replace(/\?.*/, "");
    const record = path.endsWith("/info") ? info : path === "/containers/json" ? list : inspect;
    response.writeHead(200).end(path.startsWith("/images/") ? recordedDocker.image : record);
  };
