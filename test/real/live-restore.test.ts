import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { sidecarConfig } from "../../src/lifecycle/config.ts";
import type { Policy } from "../../src/lifecycle/policy.ts";
import { needsOwnEngine, PrivateEngine } from "./private-engine.ts";
import { suiteThatNeeds } from "./programs.ts";

const { title, isLeftOut } = suiteThatNeeds(
  "an engine with live restore, and a sidecar in a container of it",
  needsOwnEngine,
);
const policy: Policy = { autorestart: "OFF", autodestroy: "ALWAYS" };

describe.skipIf(isLeftOut)(title, () => {
  const engine = new PrivateEngine(["--bridge=none", "--iptables=false", "--live-restore"]);

  beforeAll(async () => {
    await engine.create("busybox:local", "node:local");
    const config = join(engine.folder, "autodestroy.json");
    writeFileSync(config, JSON.stringify({ ...sidecarConfig("live", new Map([["job", policy]])), settleSeconds: 2 }));
    const mounts = [
      `${engine.socket}:/var/run/docker.sock`,
      `${config}:/autodestroy.json:ro`,
      `${program}:/tutum-stack:ro`,
    ];
    const options = [
      "--name",
      "sidecar",
      "--network",
      "none",
      "--restart",
      "always",
      ...mounts.flatMap((mount) => ["-v", mount]),
    ];
    const command = [
      "node",
      "/tutum-stack/bin.js",
      "sidecar",
      "--config",
      "/autodestroy.json",
      "--project",
      "live",
      "--log",
      "json",
    ];
    const { code, stderr } = await engine.docker("run", "-d", ...options, "node:local", ...command);
    expect(code, stderr).toBe(0);
    await vi.waitFor(async () => expect(await said("connected")).toBe(1), { timeout: 30_000, interval: 250 });
  }, 120_000);

  afterAll(() => engine.dispose(), 120_000);

  test("scenario 19: the socket in its container is dead once the engine has been started again, so it ends, and is started with the new one", async () => {
    await engine.run("job", { stack: "live", policy }, [], ["sleep", "600"]);
    const started = await inspect("{{.State.StartedAt}}");
    await engine.end("SIGTERM");
    await engine.start();
    expect(await inspect("{{.State.StartedAt}}")).toBe(started);
    expect(await engine.stateOf("job")).toBe("running");
    await engine.docker("kill", "job");
    await vi.waitFor(async () => expect(await inspect("{{.RestartCount}}")).toBe("1"), {
      timeout: 90_000,
      interval: 500,
    });
    expect(await engine.stateOf("job")).toBe("exited");
    await vi.waitFor(async () => expect(await engine.stateOf("job")).toBe("removed"), {
      timeout: 30_000,
      interval: 500,
    });
    expect([await said("connected"), await said("disconnected"), await said("removed")]).toEqual([
      2,
      expect.any(Number),
      1,
    ]);
  }, 180_000);

  async function inspect(format: string): Promise<string> {
    return (await engine.docker("inspect", "--format", format, "sidecar")).stdout.trim();
  }

  /** How often the sidecar has said that something happened. */
  async function said(event: string): Promise<number> {
    return (await engine.docker("logs", "sidecar")).stdout.split(`"event":"${event}"`).length - 1;
  }
});

const program = fileURLToPath(new URL("../../dist", import.meta.url));
