import { setTimeout as pause } from "node:timers/promises";
import type { ServerResponse } from "node:http";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFrameReader } from "../../src/docker/logs.ts";
import { createPlatformEngine } from "../../src/docker/platform-client.ts";
import type { LogChunk } from "../../src/docker/engine.ts";
import type { LogOptions, PlatformEngine } from "../../src/docker/platform-engine.ts";
import { failureOf, signal } from "./adapter.ts";
import { frameHeader, serve } from "./docker-server.ts";
import { recordedDocker, recordedPodman } from "./platform-server.ts";

const id = (JSON.parse(recordedDocker.inspect) as { Id: string }).Id;

const frame = (stream: number, content: Uint8Array | string): Uint8Array => {
  const bytes = Buffer.from(content);
  return Buffer.concat([frameHeader(stream, bytes.length), bytes]);
};

function joined(chunks: readonly LogChunk[], stream: LogChunk["stream"]): Buffer {
  return Buffer.concat(chunks.filter((chunk) => chunk.stream === stream).map(({ bytes }) => bytes));
}

describe("frames", () => {
  test("any output is read as it was written, however it is cut", () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })), { maxLength: 8 });
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (written, cuts) => {
        const all = Buffer.concat(written.map(([stream, content]) => frame(stream, content)));
        const reader = createFrameReader();
        const chunks: LogChunk[] = [];
        for (let at = 0, cut = 0; at < all.length; cut++) {
          const size = cuts[cut % cuts.length] ?? 1;
          chunks.push(...reader.push(all.subarray(at, at + size)));
          at += size;
        }
        expect(reader.isBetweenFrames).toBe(true);
        for (const [number, stream] of [
          [1, "stdout"],
          [2, "stderr"],
        ] as const) {
          const wanted = written.filter(([of]) => of === number).map(([, content]) => content);
          expect(joined(chunks, stream)).toEqual(Buffer.concat(wanted));
        }
      }),
    );
  });
  test("a frame of any size is passed on as it comes", () => {
    const reader = createFrameReader();
    expect(reader.push(frameHeader(1, 2 ** 32 - 1))).toEqual([]);
    for (let count = 0; count < 10; count++) expect(reader.push(new Uint8Array(1000))[0]?.bytes.length).toBe(1000);
    expect(reader.isBetweenFrames).toBe(false);
  });
  test("what went in counts as output; an empty frame is nothing", () => {
    const bytes = Buffer.concat([frame(1, ""), frame(0, "in"), frame(2, ""), frame(3, "")]);
    expect(createFrameReader().push(bytes)).toEqual([{ stream: "stdout", bytes: Buffer.from("in") }]);
  });
  test("the engine's own complaint is an error, also when it is cut or long", () => {
    const read = (text: string, size: number): void => {
      const reader = createFrameReader();
      const bytes = frame(3, text);
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
    };
    for (const size of [1, 3, 100])
      expect(() => read("log file is gone\n", size)).toThrow("the engine cannot read the output: log file is gone");
    expect(() => read("x".repeat(5000), 7)).toThrow(/: x{1000}$/);
  });
  test.each([
    ["no frames", "out 1\nout 2\n"],
    ["an unknown stream", frame(4, "x")],
    ["a header that has more in it", new Uint8Array([1, 0, 1, 0, 0, 0, 0, 1, 65])],
  ])("%s is an error", (_, bytes) => {
    expect(() => createFrameReader().push(Buffer.from(bytes))).toThrow("the output of the container is not in frames");
  });
});

describe("the output of a container", () => {
  type Write = (response: ServerResponse) => unknown;

  async function onLogs(write: Write, body: (engine: PlatformEngine) => Promise<void>, tty = false): Promise<void> {
    await using server = await serve((request, response) => {
      if (request.url?.includes("/logs")) void write(response);
      else response.end(recordedDocker.inspect.replace('"Tty": false', `"Tty": ${tty}`));
    });
    await body(createPlatformEngine(server.endpoint, () => {}, { call: 300, removal: 300, change: 300, headers: 50 }));
  }

  async function read(engine: PlatformEngine, options: LogOptions = {}, until = signal): Promise<LogChunk[]> {
    const chunks: LogChunk[] = [];
    for await (const chunk of (await engine.logs(id, options, until))!) chunks.push(chunk);
    return chunks;
  }

  test("what Docker 20.10 and Podman 4.3 sent", async () => {
    const texts = (chunks: readonly LogChunk[]) => [
      joined(chunks, "stdout").toString(),
      joined(chunks, "stderr").toString(),
    ];
    for (const { logs } of [recordedDocker, recordedPodman]) {
      const send =
        (bytes: string): Write =>
        (response) =>
          response.end(Buffer.from(bytes, "base64"));
      await onLogs(send(logs.frames), async (engine) =>
        expect(texts(await read(engine))).toEqual(["out\ncafé \0\uFFFD\n", "err\n"]),
      );
      await onLogs(send(logs.withTimes), async (engine) => {
        const [stdout, stderr] = texts(await read(engine));
        expect(stdout).toMatch(/^2026-\S+Z out\n2026-\S+Z café \0\uFFFD\n$/);
        expect(stderr).toMatch(/^2026-\S+Z err\n$/);
      });
      const terminal = async (engine: PlatformEngine): Promise<void> =>
        expect(texts(await read(engine))).toEqual(["out\r\nerr\r\ncafé \0\uFFFD\r\n", ""]);
      await onLogs(send(logs.terminal), terminal, true);
    }
  });
  test("headers that come with the first output do not hold it up, and neither does silence", async () => {
    const late: Write = async (response) => {
      await pause(300);
      response.write(frame(1, "late"));
      await pause(300);
      response.end(frame(2, "later"));
    };
    await onLogs(late, async (engine) =>
      expect(
        (await read(engine, { follow: true })).map(({ stream, bytes }) => `${stream} ${Buffer.from(bytes).toString()}`),
      ).toEqual(["stdout late", "stderr later"]),
    );
  });
  test("a connection that breaks is a failure, before, within and between frames", async () => {
    const cases: readonly Write[] = [
      (response) => response.destroy(),
      async (response) => {
        await pause(100);
        response.destroy();
      },
      (response) => response.write(frame(1, "whole"), () => response.destroy()),
      (response) => response.write(frame(1, "part").subarray(0, 9), () => response.destroy()),
      (response) => response.end(frame(1, "part").subarray(0, 9)),
      (response) => response.end(frame(1, "part").subarray(0, 5)),
    ];
    for (const write of cases)
      await onLogs(write, async (engine) => expect((await failureOf(read(engine))).failure).toBe("failed"));
  });
  test("a refusal is a failure, also when it comes late; 404 means gone", async () => {
    const refuse =
      (status: number, after: number): Write =>
      async (response) => {
        await pause(after);
        response.writeHead(status).end('{"message":"configured logging driver does not support reading"}');
      };
    for (const after of [0, 200]) {
      await onLogs(refuse(501, after), async (engine) =>
        expect((await failureOf(read(engine))).message).toMatch(/501: configured logging driver does not/),
      );
    }
    await onLogs(refuse(404, 0), async (engine) => expect(await engine.logs(id, {}, signal)).toBeUndefined());
    await onLogs(refuse(404, 200), async (engine) => expect(await read(engine)).toEqual([]));
  });
  test("an abort ends it, before the first output, within a frame and between frames", async () => {
    const cases: readonly Write[] = [
      () => {},
      (response) => response.write(frame(1, "whole")),
      (response) => response.write(frame(1, "part").subarray(0, 9)),
    ];
    for (const write of cases)
      await onLogs(write, async (engine) => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(new Error("enough")), 150);
        expect((await read(engine, { follow: true }, stop.signal)).length).toBeLessThanOrEqual(1);
      });
  });
  test("the connection is closed when the reader leaves", async () => {
    let closed = 0;
    const write: Write = (response) => response.on("close", () => closed++).write(frame(1, "x"));
    await onLogs(write, async (engine) => {
      for await (const _ of (await engine.logs(id, { follow: true }, signal))!) break;
      await expect.poll(() => closed).toBe(1);
    });
  });
  test("a slow reader holds the engine up: what was not taken does not pile up", async () => {
    const piece = frame(1, new Uint8Array(64 * 1024));
    let sent = 0;
    const flood: Write = async (response) => {
      for (let count = 0; count < 1000 && !response.destroyed; count++) {
        sent += piece.length;
        if (!response.write(piece)) await new Promise((resolve) => response.once("drain", resolve));
      }
      response.end();
    };
    await onLogs(flood, async (engine) => {
      let size = 0;
      for await (const { bytes } of (await engine.logs(id, {}, signal))!) {
        if (size === 0) {
          await pause(300);
          expect(sent).toBeLessThan(4 * 1024 ** 2);
        }
        size += bytes.length;
      }
      expect(size).toBe(1000 * 64 * 1024);
    });
  });
});
