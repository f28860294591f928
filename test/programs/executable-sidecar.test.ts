import { spawn } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { monotonicClock } from "../../src/time/clock.ts";
import type { LogEntry } from "../../src/sidecar/log.ts";
import { dockerAnswers, serve } from "../engine/docker-server.ts";
import { FakeEngine } from "../engine/fake-engine.ts";
import { suiteThatNeeds } from "../real/programs.ts";
import { configOf } from "../sidecar/stage.ts";
import { certificates } from "../support/certificates.ts";
import { executable, needsExecutable } from "../support/program.ts";
import { start } from "./executable-sidecar.ts";

const { title, isLeftOut } = suiteThatNeeds("the sidecar of the executable", needsExecutable);

const eventsOf = (logged: readonly LogEntry[]): readonly string[] => logged.map(({ event }) => event);

describe.skipIf(isLeftOut)(title, () => {
  test("reconnects, uses a connection for every call, is healthy, reads a new config, ends on a signal", async () => {
    const answer = dockerAnswers(new FakeEngine(monotonicClock));
    let streams = 0;
    await using server = await serve((request, response) => {
      answer(request, response);
      if (request.url?.includes("/events") && ++streams === 1) setTimeout(() => response.destroy(), 100);
    });
    const env = { DOCKER_HOST: `unix://${server.endpoint.path}` };
    const { child, config, logged, ended } = start(env, "shop");
    await vi.waitFor(
      () =>
        expect(eventsOf(logged())).toEqual([
          // Without a home, there is no place for runs.
          "runs",
          "no containers",
          "connected",
          "disconnected",
          "no containers",
          "connected",
        ]),
      20_000,
    );
    expect(server.connections).toBe(server.requests.length);
    expect(server.requests.length).toBeGreaterThanOrEqual(6);
    const health = spawn(executable, ["sidecar", "--health", "--config", config], {
      env: { TMPDIR: join(config, "..") },
      stdio: "ignore",
    });
    expect(await new Promise((resolve) => health.once("close", resolve))).toBe(0);
    writeFileSync(config, JSON.stringify(configOf({ job: "OFF/ALWAYS", other: "OFF/ALWAYS" })));
    await vi.waitFor(
      () => expect(logged()).toContainEqual(expect.objectContaining({ event: "config read", reason: "2 services" })),
      20_000,
    );
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0, said: "" });
  });

  test("speaks TLS with both certificates checked, and to nobody else", async () => {
    const [ours, others] = [certificates(), certificates()];
    const read = (name: string): Buffer => readFileSync(join(ours, name));
    const requests: unknown[] = [];
    const server = createServer(
      { key: read("key.pem"), cert: read("cert.pem"), ca: read("ca.pem"), requestCert: true, rejectUnauthorized: true },
      ({ url }, response) => {
        requests.push(url);
        response.writeHead(200, { "Api-Version": "1.41" });
        if (url?.includes("/events")) response.flushHeaders();
        else response.end(url?.includes("/json") ? "[]" : "");
      },
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => server.close().closeAllConnections());
    const { port } = server.address() as AddressInfo;
    const tryWith = async (folder: string): Promise<string> => {
      const { child, logged, ended } = start(
        { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: folder },
        "shop",
        "--dry-run",
      );
      await vi.waitFor(() => expect(logged()).not.toEqual([]), 20_000);
      child.kill("SIGINT");
      return (await ended).logged[0]!.event;
    };
    expect(await tryWith(others)).toBe("disconnected");
    for (const name of ["cert.pem", "key.pem"]) copyFileSync(join(ours, name), join(others, name));
    expect(await tryWith(others)).toBe("disconnected");
    expect(requests).toEqual([]);
    expect(await tryWith(ours)).toBe("no containers");
  });
});
