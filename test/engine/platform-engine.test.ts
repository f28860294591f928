import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { failureOf, replying, signal, type Handler } from "./adapter.ts";
import { id, onServer, recording } from "./platform-adapter.ts";
import { recordedDocker } from "./platform-server.ts";

describe("what is asked for", () => {
  test("the calls", async () => {
    const bodies: string[] = [];
    const handler: Handler = (request, response) => {
      void textOf(request).then((text) => {
        if (request.method === "POST") bodies.push(`${request.headers["content-type"]} ${text}`);
        const { url = "" } = request;
        if (/\/(?:start|stop|restart)/.test(url)) response.writeHead(204).end();
        else if (url.endsWith("/update")) response.end('{"Warnings":["no swap"]}');
        else if (url.includes("/wait")) response.end('{"Error":null,"StatusCode":3}');
        else if (url.includes("/logs")) response.end();
        else recording(recordedDocker)(request, response);
      });
    };
    await onServer(handler, async (engine, { requests }) => {
      await engine.containers("com.docker.compose.project=shop", signal);
      await engine.image("localhost:5000/a/b:1", signal);
      await engine.start(id, signal);
      await engine.stop(id, { timeout: 0 }, signal);
      await engine.stop(id, {}, signal);
      await engine.restart(id.slice(0, 12), { timeout: -1 }, signal);
      const policy = { name: "on-failure", maximumRetryCount: 2 };
      const limits = { memory: 1, memorySwap: -1, cpuShares: 2, cpuset: "" };
      expect(await engine.update(id, { restartPolicy: policy }, signal)).toEqual(["no swap"]);
      await engine.update(id, { restartPolicy: { name: "no" }, ...limits }, signal);
      await engine.update(id, {}, signal);
      expect(await engine.wait(id, signal)).toBe(3);
      await engine.logs(id, {}, signal);
      await engine.logs(id, { tail: 10, follow: true, since: 1_795_310_935.25, timestamps: true }, signal);
      expect(requests.map(decodeURIComponent).map((line) => line.replace(id, "ID"))).toEqual([
        'GET /containers/json?all=1&filters={"label":["com.docker.compose.project=shop"]}',
        "GET /images/localhost:5000/a/b:1/json",
        "POST /containers/ID/start",
        "POST /containers/ID/stop?t=0",
        "GET /containers/ID/json",
        "POST /containers/ID/stop",
        `POST /containers/${id.slice(0, 12)}/restart?t=-1`,
        "POST /containers/ID/update",
        "POST /containers/ID/update",
        "POST /containers/ID/update",
        "POST /containers/ID/wait?condition=not-running",
        "GET /containers/ID/json",
        "GET /containers/ID/logs?stdout=1&stderr=1&tail=all&follow=0&timestamps=0",
        "GET /containers/ID/json",
        "GET /containers/ID/logs?stdout=1&stderr=1&tail=10&follow=1&timestamps=1&since=1795310935.250000",
      ]);
    });
    expect(bodies.filter((line) => line.startsWith("application/json"))).toEqual([
      'application/json {"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":2}}',
      'application/json {"RestartPolicy":{"Name":"no","MaximumRetryCount":0},' +
        '"Memory":1,"MemorySwap":-1,"CpuShares":2,"CpusetCpus":""}',
      "application/json {}",
    ]);
  });
  test("a name or a path is never asked for in place of an ID", async () => {
    await onServer(replying(204), async (engine, { requests }) => {
      for (const name of ["shop-web-1", "../info", "", "abc", `${id}/json?`, id.toUpperCase()]) {
        for (const call of [
          () => engine.inspect(name, signal),
          () => engine.start(name, signal),
          () => engine.stop(name, { timeout: 1 }, signal),
          () => engine.stop(name, {}, signal),
          () => engine.restart(name, { timeout: 1 }, signal),
          () => engine.update(name, {}, signal),
          () => engine.wait(name, signal),
          () => engine.logs(name, {}, signal),
          () => engine.remove(name, { volumes: false }, signal),
        ])
          expect((await failureOf(call())).failure).toBe("failed");
      }
      expect(requests).toEqual([]);
    });
  });
  test("an image by what can be the name of one, and by nothing else", async () => {
    const digest = `sha256:${"ab".repeat(32)}`;
    await onServer(replying(200, recordedDocker.image), async (engine, { requests }) => {
      const names = ["busybox", "a/b_c/d.e-f:V1.2_3", `a@${digest}`, `a:1@${digest}`, digest, "ab".repeat(32)];
      names.push("Host.example:5000/a", "[::1]:5000/a", "localhost/a", "a__b", "0a");
      for (const name of names) expect(await engine.image(name, signal)).toBeDefined();
      expect(requests.map(decodeURIComponent)).toEqual(names.map((name) => `GET /images/${name}/json`));
      requests.splice(0);
      const none = [
        "",
        " ",
        "..",
        "../info",
        "a/../b",
        "a//b",
        "/a",
        "a/",
        "A",
        "a?b",
        "a#b",
        "a%2e",
        "a\nb",
        "a:",
        "a:b:c",
      ];
      none.push("a@b", "a..b", "-a", "a-", "a:-1", "é", `a@${digest}/../x`, "a".repeat(600), `x:${"1".repeat(200)}`);
      for (const name of none) expect(await engine.image(name, signal)).toBeUndefined();
      expect(requests).toEqual([]);
    });
  });
});

describe("what becomes of a call", () => {
  test.each([
    [204, "changed"],
    [304, "unchanged"],
    [404, "gone"],
  ])("%i is %s", async (status, outcome) => {
    await onServer(replying(status), async (engine) => {
      expect(await engine.start(id, signal)).toBe(outcome);
      expect(await engine.stop(id, { timeout: 1 }, signal)).toBe(outcome);
      expect(await engine.restart(id, { timeout: 1 }, signal)).toBe(outcome);
    });
  });
  test.each([
    [200, "failed"],
    [400, "forbidden"],
    [403, "forbidden"],
    [409, "conflict"],
    [500, "failed"],
  ])("%i is %s", async (status, failure) => {
    await onServer(replying(status, '{"message":"no"}'), async (engine) => {
      for (const call of [
        () => engine.start(id, signal),
        () => engine.stop(id, { timeout: 1 }, signal),
        () => engine.restart(id, { timeout: 1 }, signal),
        () => engine.wait(id, signal),
        () => engine.info(signal),
        () => engine.containers("shop", signal),
        () => engine.image("busybox", signal),
        () => engine.logs(id, {}, signal),
      ])
        expect((await failureOf(call())).failure).toBe(failure);
      if (status !== 200) expect((await failureOf(engine.update(id, {}, signal))).failure).toBe(failure);
    });
  });
  test("an update of what is gone, and one that the engine does not know", async () => {
    await onServer(replying(404, "Not Found"), async (engine) =>
      expect(await engine.update(id, { cpuShares: 2 }, signal)).toBeUndefined(),
    );
    const handler: Handler = ({ method }, response) =>
      void response.writeHead(method === "POST" ? 404 : 200).end(method === "POST" ? "" : recordedDocker.inspect);
    await onServer(handler, async (engine) =>
      expect(await failureOf(engine.update(id, { cpuShares: 2 }, signal))).toMatchObject({
        failure: "forbidden",
        message: "the engine cannot change a running container",
      }),
    );
  });
  test("an update of a container that ends just then is asked for again, and for no other answer", async () => {
    const refusal = "Cannot update container ID: cannot update a stopped container: unknown";
    const refusing =
      (times: number, message: string): Handler =>
      (_, response) => {
        const isRefused = asked++ < times;
        response.writeHead(isRefused ? 500 : 200).end(JSON.stringify(isRefused ? { message } : { Warnings: [] }));
      };
    let asked = 0;
    await onServer(refusing(2, refusal), async (engine) => {
      expect(await engine.update(id, {}, signal)).toEqual([]);
      expect(asked).toBe(3);
    });
    asked = 0;
    await onServer(refusing(Infinity, refusal), async (engine) => {
      expect((await failureOf(engine.update(id, {}, signal))).message).toContain(refusal);
      expect(asked).toBe(11);
    });
    asked = 0;
    await onServer(refusing(Infinity, "out of memory"), async (engine) => {
      expect((await failureOf(engine.update(id, {}, signal))).message).toContain("out of memory");
      expect(asked).toBe(1);
    });
  });
  test("a wait that the engine gives up", async () => {
    const waiting =
      (isThere: boolean, answer: string): Handler =>
      ({ method }, response) => {
        const status = method === "POST" || isThere ? 200 : 404;
        response.writeHead(status).end(method === "POST" ? answer : recordedDocker.inspect);
      };
    const problem = '{"StatusCode":-1,"Error":{"Message":"no such container"}}';
    await onServer(waiting(false, problem), async (engine) => expect(await engine.wait(id, signal)).toBeUndefined());
    await onServer(waiting(true, problem), async (engine) =>
      expect((await failureOf(engine.wait(id, signal))).message).toMatch(/cannot wait for the container: no such/),
    );
    for (const answer of ["{}", '{"StatusCode":"0"}', '{"StatusCode":0.5}'])
      await onServer(waiting(true, answer), async (engine) =>
        expect((await failureOf(engine.wait(id, signal))).message).toMatch(/answer has no exit code/),
      );
  });
  test("a wait has no limit of time; a stop has the container's time and some more", async () => {
    const later =
      (milliseconds: number): Handler =>
      ({ method }, response) =>
        void setTimeout(
          () => response.writeHead(method === "GET" ? 200 : 204).end(method === "GET" ? recordedDocker.inspect : ""),
          method === "GET" ? 0 : milliseconds,
        );
    await onServer(later(1000), async (engine) => {
      expect((await failureOf(engine.stop(id, { timeout: 0 }, signal))).message).toMatch(/did not answer within 0.4 s/);
      expect(await engine.stop(id, { timeout: 1 }, signal)).toBe("changed");
      expect(await engine.stop(id, { timeout: -1 }, signal)).toBe("changed");
      expect(await engine.stop(id, {}, signal)).toBe("changed");
      expect((await failureOf(engine.start(id, signal))).message).toMatch(/did not answer within 0.4 s/);
    });
    const waiting: Handler = (_, response) => void setTimeout(() => response.end('{"StatusCode":0}'), 1000);
    await onServer(waiting, async (engine) => expect(await engine.wait(id, signal)).toBe(0));
  });
  test("every call has a connection of its own", async () => {
    await onServer(replying(204), async (engine, server) => {
      for (let count = 1; count <= 4; count++) {
        await engine.start(id, signal);
        expect(server.connections).toBe(count);
      }
    });
  });
  test("a wait or a call whose connection breaks has failed", async () => {
    const hangUp = (request: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(200).flushHeaders();
      setTimeout(() => request.socket.destroy(), 20);
    };
    await onServer(hangUp, async (engine) => {
      for (const call of [() => engine.wait(id, signal), () => engine.info(signal), () => engine.start(id, signal)])
        expect((await failureOf(call())).failure).toBe("failed");
    });
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts).toString();
}
