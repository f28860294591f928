import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { createDockerEngine } from "../../src/sidecar/docker-engine.ts";
import { EngineError, type Engine } from "../../src/sidecar/engine.ts";
import { longestLine } from "../../src/sidecar/lines.ts";
import { recorded, serve, type SocketServer } from "./docker-server.ts";

const signal = new AbortController().signal;
const id = (JSON.parse(recorded.inspect) as { Id: string }).Id;
const eventId = (JSON.parse(recorded.events.split("\n")[0] ?? "") as { id: string }).id;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function on(
  handler: Handler,
  body: (engine: Engine, server: SocketServer, warnings: string[]) => Promise<void>,
): Promise<void> {
  await using server = await serve(handler);
  const warnings: string[] = [];
  await body(
    createDockerEngine(server.endpoint, (problem) => warnings.push(problem), { call: 300, removal: 600, headers: 100 }),
    server,
    warnings,
  );
}

const replying =
  (status: number, body = "", headers: Readonly<Record<string, string>> = {}): Handler =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

async function failureOf(call: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}

describe("scenario 35, 36: agreeing on a version", () => {
  const pinging =
    (apiVersion: string, oldest = 0, head = 200): Handler =>
    ({ method, url }, response) => {
      const asked = /^\/v1\.(\d+)\//.exec(url ?? "")?.[1];
      const isTooOld = asked !== undefined && Number(asked) < oldest;
      response
        .writeHead(
          isTooOld ? 400 : method === "HEAD" ? head : 200,
          apiVersion === "" ? {} : { "Api-Version": apiVersion },
        )
        .end();
    };
  test.each([
    ["1.41", 12, "1.41"],
    ["1.45", 24, "1.45"],
    ["1.52", 44, "1.45"],
    ["1.55", 40, "1.45"],
    ["1.60", 50, "1.60"],
    ["2.0", 12, "1.45"],
    ["", 0, ""],
    ["next", 0, ""],
  ])("an engine that speaks %s, at least 1.%i", async (newest, oldest, agreed) => {
    await on(pinging(newest, oldest), async (engine) => expect((await engine.connect(signal)).apiVersion).toBe(agreed));
  });
  test("a proxy that forbids HEAD is asked with GET", async () => {
    for (const status of [403, 405, 501]) {
      await on(pinging("1.41", 12, status), async (engine, { requests }) => {
        expect((await engine.connect(signal)).apiVersion).toBe("1.41");
        expect(requests).toEqual(["HEAD /_ping", "GET /_ping"]);
      });
    }
  });
  test("an engine that has been changed is asked anew, and spoken to as it wants", async () => {
    let version = "1.41";
    await on(
      ({ method }, response) =>
        void response.writeHead(200, { "Api-Version": version }).end(method === "HEAD" ? undefined : "[]"),
      async (engine, { requests }) => {
        for (version of ["1.41", "1.44", ""]) {
          await engine.connect(signal);
          await engine.list("shop", signal);
        }
        expect(requests.filter((line) => line.includes("containers")).map((line) => line.replace(/\?.*/, ""))).toEqual([
          "GET /v1.41/containers/json",
          "GET /v1.44/containers/json",
          "GET /containers/json",
        ]);
      },
    );
  });
  test("the time is the engine's", async () => {
    await on(replying(200, "", { Date: "Sun, 22 Nov 2026 01:10:25 GMT" }), async (engine) =>
      expect((await engine.connect(signal)).time).toBe(Date.UTC(2026, 10, 22, 1, 10, 25) / 1000),
    );
  });
});

describe("what is asked for", () => {
  test("the calls, with their filters, and nothing forced", async () => {
    await on(
      ({ method, url }, response) => {
        response
          .writeHead(method === "DELETE" ? 204 : 200)
          .end(url?.includes("?all") ? recorded.list : method === "GET" ? recorded.inspect : undefined);
      },
      async (engine, { requests }) => {
        expect(await engine.list("shop", signal)).toEqual([id]);
        await engine.inspect(id, signal);
        await engine.remove(id, { volumes: false }, signal);
        await engine.remove(id, { volumes: true }, signal);
        await (await engine.changes("shop", 1_795_310_935.9, signal))[Symbol.asyncIterator]().next();
        expect(requests.map(decodeURIComponent)).toEqual([
          'GET /containers/json?all=1&filters={"label":["io.tutum-stack.stack=shop"]}',
          `GET /containers/${id}/json`,
          `DELETE /containers/${id}`,
          `DELETE /containers/${id}?v=1`,
          `GET /events?since=1795310935&filters={"type":["container"],"event":["die","died","stop","start","restart","update","destroy","remove"],"label":["io.tutum-stack.stack=shop"]}`,
        ]);
      },
    );
  });
  test("scenario 46: every call has a connection of its own", async () => {
    await on(
      ({ url }, response) =>
        void response.writeHead(200, { Connection: "keep-alive" }).end(url?.includes("?all") ? "[]" : recorded.inspect),
      async (engine, server) => {
        for (let count = 1; count <= 6; count++) {
          await (count % 2 ? engine.inspect(id, signal) : engine.list("shop", signal));
          expect(server.connections).toBe(count);
        }
      },
    );
  });
  test("a name is never asked for in place of an ID", async () => {
    await on(replying(204), async (engine, { requests }) => {
      for (const name of ["shop-job-1", "../images/busybox", "", id.slice(0, 12), `${id}?force=1`])
        await failureOf(engine.remove(name, { volumes: false }, signal));
      await failureOf(engine.inspect("shop-job-1", signal));
      expect(requests).toEqual([]);
    });
  });
  test("what 20.10 says about a container", async () => {
    await on(replying(200, recorded.inspect), async (engine) => {
      const container = await engine.inspect(id, signal);
      expect({ ...container, labels: [...(container?.labels ?? [])] }).toEqual({
        id,
        name: "shop-job-1",
        image: "sha256:ce0f35abfc8783f079c3704342bac582da5896bb991ef6469d36f50044f38b50",
        status: "exited",
        isAlive: false,
        exitCode: 7,
        startedAt: "2026-11-22T01:26:43.013777333Z",
        finishedAt: "2026-11-22T01:26:43.018249513Z",
        restartCount: 0,
        isOutOfMemory: false,
        error: "",
        restartPolicy: "no",
        isRemovedByEngine: false,
        labels: [
          ["exitCode", "0"],
          ["io.tutum-stack.service", "job"],
          ["io.tutum-stack.stack", "shop"],
        ],
      });
    });
  });
});

describe("answers that are none", () => {
  test.each([
    [400, "forbidden"],
    [401, "forbidden"],
    [403, "forbidden"],
    [405, "forbidden"],
    [409, "conflict"],
    [500, "failed"],
    [502, "failed"],
    [301, "failed"],
  ])("%i is %s", async (status, failure) => {
    await on(replying(status, '{"message":"container state improper"}'), async (engine) => {
      const calls = [
        engine.list("shop", signal),
        engine.inspect(id, signal),
        engine.remove(id, { volumes: false }, signal),
        engine.changes("shop", 0, signal),
      ];
      for (const call of calls)
        expect(await failureOf(call)).toMatchObject({
          failure,
          message: `the engine answers ${status}: container state improper`,
        });
      expect((await failureOf(engine.connect(signal))).failure).toBe(failure);
    });
  });
  test("404 is gone for a container, and a failure for a list", async () => {
    await on(replying(404, "page not found"), async (engine) => {
      expect(await engine.inspect(id, signal)).toBeUndefined();
      expect(await engine.remove(id, { volumes: false }, signal)).toBe("gone");
      expect((await failureOf(engine.list("shop", signal))).failure).toBe("failed");
    });
  });
  test.each([
    "",
    "null",
    "{}",
    '{"message":"x"}',
    recorded.list.slice(0, -30),
    "[{}]",
    '[{"Id":"../x"}]',
    `[{"Id":"${id}"},null]`,
  ])("scenario 34: %j is no list", async (body) => {
    await on(replying(200, body), async (engine) =>
      expect((await failureOf(engine.list("shop", signal))).failure).toBe("failed"),
    );
  });
  test.each([
    "",
    "null",
    "[]",
    "{}",
    '{"message":"x"}',
    recorded.inspect.slice(0, -9),
    recorded.inspect.replaceAll(id, "0".repeat(64)),
    `{"Id":"${id}","State":{}}`,
  ])("%# is no container", async (body) => {
    await on(replying(200, body), async (engine) =>
      expect((await failureOf(engine.inspect(id, signal))).failure).toBe("failed"),
    );
  });
  test("a container without an exit code has none, whatever stands there", async () => {
    for (const value of ["null", '"0"', "0.5", "true"]) {
      await on(replying(200, recorded.inspect.replace('"ExitCode": 7', `"ExitCode": ${value}`)), async (engine) =>
        expect((await engine.inspect(id, signal))?.exitCode).toBeUndefined(),
      );
    }
  });
  test("an answer that breaks off is a failure", async () => {
    await on(
      (_, response) => {
        response.writeHead(200, { "Content-Length": "100" }).write("[]");
        setTimeout(() => response.destroy(), 20);
      },
      async (engine) => expect((await failureOf(engine.list("shop", signal))).failure).toBe("failed"),
    );
  });
  test("scenario 28: an answer that does not come, or does not end, is a failure after its time", async () => {
    for (const begin of [(): void => {}, (response: ServerResponse): void => void response.writeHead(200).write("[")]) {
      await on(
        (_, response) => begin(response),
        async (engine) => {
          expect(await failureOf(engine.list("shop", signal))).toMatchObject({
            failure: "failed",
            message: "the engine did not answer within 0.3 s",
          });
          expect(await failureOf(engine.remove(id, { volumes: false }, signal))).toMatchObject({
            message: "the engine did not answer within 0.6 s",
          });
        },
      );
    }
  });
  test("nobody listening is unreachable: no socket, a dead one, no socket at all, a closed port", async () => {
    const closed = await serve(() => {});
    const { path } = closed.endpoint;
    await closed[Symbol.asyncDispose]();
    for (const endpoint of [
      { kind: "socket", path },
      { kind: "socket", path: "/etc/hostname" },
      { kind: "tcp", host: "127.0.0.1", port: 1, basePath: "", tls: undefined },
    ] as const) {
      const engine = createDockerEngine(endpoint, () => {});
      for (const call of [
        engine.connect(signal),
        engine.list("shop", signal),
        engine.inspect(id, signal),
        engine.changes("shop", 0, signal),
      ])
        expect((await failureOf(call)).failure).toBe("unreachable");
    }
  });
});

describe("scenario 25: the event stream", () => {
  const line = recorded.events.split("\n")[0] ?? "";
  const eventOf = (digit: string, text = line): string => text.replaceAll(eventId, digit.repeat(64));

  async function streamed(
    write: (response: ServerResponse) => void | Promise<void>,
  ): Promise<{ ids: string[]; warnings: string[]; error: unknown }> {
    const ids: string[] = [];
    let error: unknown;
    let warned: string[] = [];
    await on(
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
          `${long(longestLine + 1)}\n${eventOf("b")}\n${long(longestLine)}\n${"x".repeat(3 * longestLine)}\n${eventOf("c")}\n`,
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
  test("a reader that is slow does not keep the engine waiting, and hears of each container once", async () => {
    let isWritten = false;
    await on(
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
        expect(count).toBeLessThanOrEqual(2);
      },
    );
  });
  test("headers that are held back (Podman) do not hold the sidecar back", async () => {
    const held: ServerResponse[] = [];
    await on(
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
    await on(
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
