import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { composeLabels } from "../support/compose-labels.ts";
import { createSidecarEngine } from "../../src/docker/client.ts";
import { failureOf, id, onServer, replying, signal, type Handler } from "./adapter.ts";
import { recorded, serve } from "./docker-server.ts";

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
    await onServer(pinging(newest, oldest), async (engine) =>
      expect((await engine.connect(signal)).apiVersion).toBe(agreed),
    );
  });
  test("a proxy that forbids HEAD is asked with GET", async () => {
    for (const status of [403, 405, 501]) {
      await onServer(pinging("1.41", 12, status), async (engine, { requests }) => {
        expect((await engine.connect(signal)).apiVersion).toBe("1.41");
        expect(requests).toEqual(["HEAD /_ping", "GET /_ping"]);
      });
    }
  });
  test("an engine that has been changed is asked anew, and spoken to as it wants", async () => {
    let version = "1.41";
    await onServer(
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
    await onServer(replying(200, "", { Date: "Sun, 22 Nov 2026 01:10:25 GMT" }), async (engine) =>
      expect((await engine.connect(signal)).time).toBe(Date.UTC(2026, 10, 22, 1, 10, 25) / 1000),
    );
  });
});

describe("what is asked for", () => {
  test("the calls, with their filters, and nothing forced", async () => {
    await onServer(
      ({ method, url }, response) => {
        response
          .writeHead(method === "DELETE" ? 204 : 200)
          .end(url?.includes("?all") ? recorded.list : method === "GET" ? recorded.inspect : undefined);
      },
      async (engine, { requests }) => {
        expect(await engine.list("com.docker.compose.project=shop", signal)).toEqual([
          { id, labels: new Map(Object.entries({ ...composeLabels("shop", "job"), exitCode: "0" })) },
        ]);
        await engine.inspect(id, signal);
        await engine.remove(id, { volumes: false }, signal);
        await engine.remove(id, { volumes: true }, signal);
        const changes = await engine.changes("com.docker.compose.project=shop", 1_795_310_935.9, signal);
        await changes[Symbol.asyncIterator]().next();
        expect(requests.map(decodeURIComponent)).toEqual([
          'GET /containers/json?all=1&filters={"label":["com.docker.compose.project=shop"]}',
          `GET /containers/${id}/json`,
          `DELETE /containers/${id}`,
          `DELETE /containers/${id}?v=1`,
          'GET /events?since=1795310935&filters={"type":["container"],' +
            '"event":["die","died","stop","start","restart","update","destroy","remove"],' +
            '"label":["com.docker.compose.project=shop"]}',
        ]);
      },
    );
  });
  test("scenario 46: every call has a connection of its own", async () => {
    await onServer(
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
    await onServer(replying(204), async (engine, { requests }) => {
      for (const name of ["shop-job-1", "../images/busybox", "", id.slice(0, 12), `${id}?force=1`])
        await failureOf(engine.remove(name, { volumes: false }, signal));
      await failureOf(engine.inspect("shop-job-1", signal));
      expect(requests).toEqual([]);
    });
  });
  test("what 20.10 says about a container", async () => {
    await onServer(replying(200, recorded.inspect), async (engine) => {
      const container = await engine.inspect(id, signal);
      expect({ ...container, labels: [...(container?.labels ?? [])] }).toEqual({
        id,
        name: "shop-job-1",
        image: "sha256:ce0f35abfc8783f079c3704342bac582da5896bb991ef6469d36f50044f38b50",
        imageReference: "busybox:local",
        status: "exited",
        isAlive: false,
        exitCode: 7,
        startedAt: "2026-11-22T01:26:43.013777333Z",
        finishedAt: "2026-11-22T01:26:43.018249513Z",
        restartCount: 0,
        isOutOfMemory: false,
        error: "",
        environment: [],
        restartPolicy: "no",
        isRemovedByEngine: false,
        labels: [
          ["com.docker.compose.container-number", "1"],
          ["com.docker.compose.oneoff", "False"],
          ["com.docker.compose.project", "shop"],
          ["com.docker.compose.service", "job"],
          ["exitCode", "0"],
        ],
        hasTerminal: false,
        networks: [{ id: "b027d9b40f12ec28b488a0885a8aac817bded3e03b25023c2e1af929dfa498d6", name: "none" }],
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
    await onServer(replying(status, '{"message":"container state improper"}'), async (engine) => {
      const calls = [
        engine.list("shop", signal),
        engine.inspect(id, signal),
        engine.remove(id, { volumes: false }, signal),
        engine.changes("com.docker.compose.project=shop", 0, signal),
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
    await onServer(replying(404, "page not found"), async (engine) => {
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
    await onServer(replying(200, body), async (engine) =>
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
    await onServer(replying(200, body), async (engine) =>
      expect((await failureOf(engine.inspect(id, signal))).failure).toBe("failed"),
    );
  });
  test("a container without an exit code has none, whatever stands there", async () => {
    for (const value of ["null", '"0"', "0.5", "true"]) {
      await onServer(replying(200, recorded.inspect.replace('"ExitCode": 7', `"ExitCode": ${value}`)), async (engine) =>
        expect((await engine.inspect(id, signal))?.exitCode).toBeUndefined(),
      );
    }
  });
  test("an answer that breaks off is a failure", async () => {
    await onServer(
      (_, response) => {
        response.writeHead(200, { "Content-Length": "100" }).write("[]");
        setTimeout(() => response.destroy(), 20);
      },
      async (engine) => expect((await failureOf(engine.list("shop", signal))).failure).toBe("failed"),
    );
  });
  test("scenario 28: an answer that does not come, or does not end, is a failure after its time", async () => {
    for (const begin of [(): void => {}, (response: ServerResponse): void => void response.writeHead(200).write("[")]) {
      await onServer(
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
      const engine = createSidecarEngine(endpoint, () => {});
      for (const call of [
        engine.connect(signal),
        engine.list("shop", signal),
        engine.inspect(id, signal),
        engine.changes("com.docker.compose.project=shop", 0, signal),
      ])
        expect((await failureOf(call)).failure).toBe("unreachable");
    }
  });
});
