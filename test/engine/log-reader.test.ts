import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { configOf } from "../sidecar/stage.ts";
import { monotonicClock } from "../../src/time/clock.ts";
import { dockerAnswers, serve } from "./docker-server.ts";
import { FakeEngine } from "./fake-engine.ts";

const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

test.each([
  { what: "nobody reads", log: unreadPipe },
  { what: "cannot be written", log: () => openSync("/dev/full", "w") },
])("a sidecar whose log $what removes what is to be removed, and ends when it is told to", async ({ log }) => {
  const engine = new FakeEngine(monotonicClock);
  const ids = Array.from({ length: 500 }, () => engine.run());
  for (const id of ids) engine.exit(id, 0);
  await using server = await serve(dockerAnswers(engine));
  const sidecar = start(server.endpoint.path, log());
  await vi.waitFor(() => expect(ids.filter((id) => engine.has(id))).toEqual([]), { timeout: 50_000, interval: 100 });
  sidecar.kill("SIGTERM");
  expect(await once(sidecar, "exit")).toEqual([0, null]);
});

/** Its buffer holds 64 KiB, which the log of 500 removals does not fit into. */
function unreadPipe(): number {
  const folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));
  const path = join(folder, "log");
  execFileSync("mkfifo", [path]);
  const pipe = openSync(path, "r+");
  rmSync(folder, { recursive: true });
  return pipe;
}

function start(socket: string, log: number): ChildProcess {
  const folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));
  const config = join(folder, "autodestroy.json");
  writeFileSync(config, JSON.stringify({ ...configOf({ job: "OFF/ALWAYS" }), settleSeconds: 2 }));
  const env = { ...process.env, DOCKER_HOST: `unix://${socket}`, TMPDIR: folder };
  const child = spawn(process.execPath, [bin, "sidecar", "--config", config, "--project", "shop"], {
    stdio: ["ignore", log, "inherit"],
    env,
  });
  closeSync(log);
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });
  return child;
}
