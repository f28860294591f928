import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { LogEntry } from "../../src/sidecar/log.ts";
import { suiteThatNeeds } from "../real/programs.ts";
import { configOf } from "../sidecar/stage.ts";
import { certificates } from "../support/certificates.ts";
import { executable, needsExecutable } from "../support/program.ts";
import { monotonicClock } from "../../src/time/clock.ts";
import { dockerAnswers, serve } from "./docker-server.ts";
import { FakeEngine } from "./fake-engine.ts";
import { isRealSkipped, realTitle, realWorld, socket } from "./worlds.ts";

const { title, isLeftOut } = suiteThatNeeds("the sidecar of the executable", needsExecutable);

interface Running {
  readonly child: ChildProcess;
  readonly config: string;
  readonly logged: () => readonly LogEntry[];
  readonly ended: Promise<{
    readonly code: number | null;
    readonly logged: readonly LogEntry[];
    readonly said: string;
  }>;
}

/** Starts the sidecar of a stack whose service `job` destroys itself. */
function start(env: NodeJS.ProcessEnv, stack: string, ...flags: readonly string[]): Running {
  const folder = mkdtempSync(join(tmpdir(), "executable-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = join(folder, "autodestroy.json");
  writeFileSync(config, JSON.stringify({ ...configOf({ job: "OFF/ALWAYS" }, stack), settleSeconds: 2 }));
  const child = spawn(executable, ["sidecar", "--config", config, "--log", "json", ...flags], {
    env: { TMPDIR: folder, ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  const logged = () => texts.stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as LogEntry]));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve)).then((code) => ({
    code,
    logged: logged(),
    said: texts.stderr,
  }));
  return { child, config, logged, ended };
}

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
    await vi.waitFor(() => expect(eventsOf(logged())).toEqual(["connected", "disconnected", "connected"]), 20_000);
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
    expect(await tryWith(ours)).toBe("connected");
  });
});

describe.skipIf(isLeftOut || isRealSkipped)(realTitle(`${title}, on a real engine`), () => {
  test("says what it would remove, and removes it when it may", async () => {
    await using world = realWorld(socket);
    const never = new AbortController().signal;
    const id = await world.run({ exits: 1 });
    const env = { DOCKER_HOST: `unix://${socket}` };
    const rehearsal = await start(env, world.stack, "--once", "--dry-run").ended;
    expect(rehearsal).toMatchObject({ code: 0, said: "" });
    expect(rehearsal.logged).toContainEqual(
      expect.objectContaining({ event: "would remove", container: id, exitCode: 1 }),
    );
    expect(await world.engine.inspect(id, never)).toBeDefined();
    const { code, logged } = await start(env, world.stack, "--once").ended;
    expect(logged).toContainEqual(expect.objectContaining({ event: "removed", container: id }));
    expect(code).toBe(0);
    expect(await world.engine.inspect(id, never)).toBeUndefined();
  });
});
