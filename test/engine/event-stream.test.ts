import type { ServerResponse } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { longestLine } from "../../src/docker/lines.ts";
import { eventId, failureOf, onServer, signal } from "./adapter.ts";
import { recorded } from "./docker-server.ts";

describe("scenario 25: the event stream", () => {
  const line = recorded.events.split("\n")[0] ?? "";
  const eventOf = (digit: string, text = line): string => text.replaceAll(eventId, digit.repeat(64));

  async function streamed(
    write: (response: ServerResponse) => void | Promise<void>,
  ): Promise<{ ids: string[]; warnings: string[]; error: unknown }> {
    const ids: string[] = [];
    let error: unknown;
    let warned: string[] = [];
    await onServer(
      (_, response) => {
        response.writeHead(200).flushHeaders();
        void Promise.resolve(write(response)).then(() => response.end());
      },
      async (engine, _, warnings) => {
        warned = warnings;
        try {
          for await (const one of await engine.changes("shop", 0, signal)) ids.push(one[0] ?? "");
        } catch (reason) {
          error = reason;
        }
      },
    );
    return { ids, warnings: warned, error };
  }
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

  test("an event in many chunks, with a character that is cut", async () => {
    const bytes = Buffer.from(`${eventOf("a", line.replace("shop-job-1", "kaffee☕-☕"))}\n${eventOf("b")}\n`);
    const result = await streamed(async (response) => {
      for (let at = 0; at < bytes.length; at += 7) {
        response.write(bytes.subarray(at, at + 7));
        if (at % 70 === 0) await pause();
      }
    });
    expect(result).toEqual({ ids: ["a", "b"], warnings: [], error: undefined });
  });
  test("many events in a chunk, record separators, CRLF, empty lines", async () => {
    const result = await streamed(
      (response) => void response.write(`\u001e${eventOf("a")}\n\u001e${eventOf("b")}\r\n\n\r\n${eventOf("c")}\n`),
    );
    expect(result).toEqual({ ids: ["a", "b", "c"], warnings: [], error: undefined });
  });
  test("garbage is skipped and told", async () => {
    const result = await streamed(
      (response) =>
        void response.write(`${eventOf("a")}\ngarbage{\n[1]\nnull\n"x"\n{"Actor":{"ID":"../x"}}\n${eventOf("b")}\n`),
    );
    expect(result).toEqual({ ids: ["a", "b"], warnings: ["an event is not JSON"], error: undefined });
  });
  test("a line that is too long is skipped and told once; one that is just not is read", async () => {
    const long = (length: number): string => eventOf("a", line.padEnd(length));
    const result = await streamed(
      (response) =>
        void response.write(
          `${long(longestLine + 1)}\n${eventOf("b")}\n${long(longestLine)}\n` +
            `${"x".repeat(3 * longestLine)}\n${eventOf("c")}\n`,
        ),
    );
    expect(result).toEqual({
      ids: ["b", "a", "c"],
      warnings: ["an event is too long", "an event is too long"],
      error: undefined,
    });
  });
  test("scenario 37: without the fields of old, and from Podman", async () => {
    const { status: _status, id: _id, from: _from, ...event } = JSON.parse(eventOf("a")) as Record<string, unknown>;
    const result = await streamed(
      (response) =>
        void response.write(`${JSON.stringify(event)}\n${JSON.stringify({ status: "died", id: "b".repeat(64) })}\n`),
    );
    expect(result).toEqual({ ids: ["a", "b"], warnings: [], error: undefined });
  });
  test("a stream that breaks is an error, after the events that came", async () => {
    const result = await streamed(async (response) => {
      response.write(`${eventOf("a")}\n`);
      await pause();
      response.destroy();
    });
    expect(result).toMatchObject({ ids: ["a"], error: { failure: "failed" } });
  });
  test("a slow reader does not keep the engine waiting, and gets each container once", async () => {
    let isWritten = false;
    await onServer(
      (_, response) => {
        response.writeHead(200);
        const rest = Array.from({ length: 20_000 }, (_, index) => eventOf(index % 2 ? "a" : "b"));
        const more = (): void => {
          while (rest.length > 0) if (!response.write(`${rest.pop()}\n`)) return void response.once("drain", more);
          response.end(() => (isWritten = true));
        };
        more();
      },
      async (engine) => {
        const changes = (await engine.changes("shop", 0, signal))[Symbol.asyncIterator]();
        await changes.next();
        await vi.waitFor(() => expect(isWritten).toBe(true), 10_000);
        let count = 0;
        while (!(await changes.next()).done) count++;
        // What the network still holds comes in chunks, and each chunk tells of both containers once.
        expect(count).toBeLessThan(500);
      },
    );
  });
  test("headers that are held back (Podman) do not hold the sidecar back", async () => {
    const held: ServerResponse[] = [];
    await onServer(
      (_, response) => void held.push(response),
      async (engine) => {
        const changes = await engine.changes("shop", 0, signal);
        await vi.waitFor(() => expect(held).toHaveLength(1));
        held[0]!.writeHead(200).end(`${eventOf("a")}\n`);
        for await (const one of changes) expect(one).toBe("a".repeat(64));
      },
    );
  });
  test("a refusal that comes late ends the stream with an error", async () => {
    await onServer(
      (_, response) => void setTimeout(() => response.writeHead(403).end("no"), 300),
      async (engine) => {
        const changes = (await engine.changes("shop", 0, signal))[Symbol.asyncIterator]();
        expect(await failureOf(changes.next())).toMatchObject({
          failure: "forbidden",
          message: "the engine answers 403: no",
        });
      },
    );
  });
});
