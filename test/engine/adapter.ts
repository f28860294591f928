import type { IncomingMessage, ServerResponse } from "node:http";
import { expect } from "vitest";
import { createSidecarEngine } from "../../src/docker/client.ts";
import { EngineError, type SidecarEngine } from "../../src/docker/engine.ts";
import { recorded, serve, type SocketServer } from "./docker-server.ts";

export const signal = new AbortController().signal;
export const id = (JSON.parse(recorded.inspect) as { Id: string }).Id;
export const eventId = (JSON.parse(recorded.events.split("\n")[0] ?? "") as { id: string }).id;

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export async function onServer(
  handler: Handler,
  body: (engine: SidecarEngine, server: SocketServer, warnings: string[]) => Promise<void>,
): Promise<void> {
  await using server = await serve(handler);
  const warnings: string[] = [];
  await body(
    createSidecarEngine(server.endpoint, (problem) => warnings.push(problem), {
      call: 300,
      removal: 600,
      headers: 100,
    }),
    server,
    warnings,
  );
}

export const replying =
  (status: number, body = "", headers: Readonly<Record<string, string>> = {}): Handler =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

export async function failureOf(call: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}
