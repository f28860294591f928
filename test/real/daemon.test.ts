import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { serviceLabel, sidecarConfig, stackLabel } from "../../src/lifecycle/config.ts";
import type { Autodestroy, Autorestart, Policy } from "../../src/lifecycle/policy.ts";
import { bareEnvironment, execute, suiteThatNeeds, works, type Outcome } from "./programs.ts";
import { needsEngine } from "./project.ts";

const needsOwnEngine = {
  isHere: needsEngine.isHere && works(["ip", "netns", "list"]) && works(["dockerd", "--version"]) && process.getuid?.() === 0,
  how: `${needsEngine.how}; root, dockerd, and ip (on Debian: apt-get install iproute2)`,
};
const { title, isLeftOut } = suiteThatNeeds("an engine that is stopped, killed and started again", needsOwnEngine);

/** Programs that do not listen to TERM: the engine ends them with exit code 137. */
const containers: readonly (readonly [name: string, policy: Policy, afterwards: "running" | "exited" | "removed"])[] = [
  ["kept-alive", policy("ALWAYS", "OFF"), "running"],
  ["started-again", policy("ON_FAILURE", "ON_SUCCESS"), "running"],
  ["failed-and-kept", policy("OFF", "ON_SUCCESS"), "exited"],
  ["failed-and-removed", policy("OFF", "ON_FAILURE"), "removed"],
  ["always-removed", policy("OFF", "ALWAYS"), "removed"],
];

describe.skipIf(isLeftOut)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));
  const socket = join(folder, "docker.sock");
  const network = `ts-${randomBytes(3).toString("hex")}`;
  const started: ChildProcess[] = [];
  let engine: ChildProcess;
  let sidecar: ChildProcess;
  const env = { ...bareEnvironment, DOCKER_HOST: `unix://${socket}` };
  const docker = (...args: readonly string[]): Promise<Outcome> => execute(["docker", ...args], { env });

  beforeAll(async () => {
    await execute(["ip", "netns", "add", network]);
    await startEngine();
    const image = join(folder, "busybox.tar");
    await execute(["docker", "save", "--output", image, "busybox:local"]);
    expect((await docker("load", "--input", image)).code).toBe(0);
    const destroyed = containers.filter(([, { autodestroy }]) => autodestroy !== "OFF").map(([name, one]) => [name, one] as const);
    writeFileSync(join(folder, "autodestroy.json"), JSON.stringify({ ...sidecarConfig("daemon", new Map(destroyed)), settleSeconds: 3 }));
    await startSidecar();
  }, 120_000);

  afterAll(async () => {
    sidecar?.kill();
    await docker("rm", "-f", ...containers.map(([name]) => name));
    engine?.kill();
    await vi.waitFor(() => expect(engine.exitCode ?? engine.signalCode).not.toBeNull(), { timeout: 30_000 });
    for (const child of started) child.kill("SIGKILL");
    await execute(["ip", "netns", "del", network]);
    // A killed engine leaves the mounts behind that it made at each start.
    while ((await execute(["umount", "--recursive", join(folder, "data")])).code === 0);
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  test("stopped and started", () => expectSurvival(() => end(engine, "SIGTERM")), 180_000);

  test("killed and started", () => expectSurvival(() => end(engine, "SIGKILL")), 180_000);

  test("a sidecar that is killed while a container settles is replaced by one that goes on", async () => {
    await runAll();
    const settling = waitForLine(sidecar, '"stopped"');
    await docker("kill", "always-removed");
    await settling;
    await end(sidecar, "SIGKILL");
    expect(await stateOf("always-removed")).toBe("exited");
    await startSidecar();
    await vi.waitFor(async () => expect(await stateOf("always-removed")).toBe("removed"), { timeout: 30_000, interval: 500 });
    for (const [name] of containers) if (name !== "always-removed") expect(await stateOf(name), name).toBe("running");
  }, 120_000);

  test("containers that end while no sidecar is there are found by the next one", async () => {
    await runAll();
    await end(sidecar, "SIGTERM");
    await docker("kill", "always-removed", "failed-and-kept", "failed-and-removed");
    await startSidecar();
    await vi.waitFor(async () => expect([await stateOf("always-removed"), await stateOf("failed-and-removed")]).toEqual(["removed", "removed"]), {
      timeout: 30_000,
      interval: 500,
    });
    expect(await stateOf("failed-and-kept")).toBe("exited");
  }, 120_000);

  async function expectSurvival(endEngine: () => Promise<void>): Promise<void> {
    await runAll();
    await endEngine();
    await startEngine();
    const states = async () => Object.fromEntries(await Promise.all(containers.map(async ([name]) => [name, await stateOf(name)] as const)));
    const wanted = Object.fromEntries(containers.map(([name, , afterwards]) => [name, afterwards]));
    await vi.waitFor(async () => expect(await states()).toEqual(wanted), { timeout: 90_000, interval: 1000 });
  }

  async function runAll(): Promise<void> {
    await docker("rm", "-f", ...containers.map(([name]) => name));
    for (const [name, { autorestart, autodestroy }] of containers) {
      const restart = { OFF: "no", ON_FAILURE: "on-failure", ALWAYS: "always" }[autorestart];
      const labels = autodestroy === "OFF" ? [] : ["--label", `${stackLabel}=daemon`, "--label", `${serviceLabel}=${name}`];
      const options = ["--name", name, "--network", "none", "--stop-timeout", "1", "--restart", restart, ...labels];
      const { code, stderr } = await docker("run", "-d", ...options, "busybox:local", "sleep", "600");
      expect(code, stderr).toBe(0);
    }
  }

  async function stateOf(name: string): Promise<string> {
    const { code, stdout } = await docker("inspect", "--format", "{{.State.Status}}", name);
    return code === 0 ? stdout.trim() : "removed";
  }

  async function startEngine(): Promise<void> {
    for (const name of ["data", "run"]) mkdirSync(join(folder, name), { recursive: true });
    // A killed engine leaves the files behind that say which processes were its own.
    for (const file of ["docker.pid", "run/containerd/containerd.pid"]) rmSync(join(folder, file), { force: true });
    const places = [
      "--data-root",
      join(folder, "data"),
      "--exec-root",
      join(folder, "run"),
      "--pidfile",
      join(folder, "docker.pid"),
      "--host",
      `unix://${socket}`,
    ];
    // Not `ip netns exec`: that mounts another /sys, in which the engine finds no control groups.
    engine = spawn("nsenter", [`--net=/var/run/netns/${network}`, "dockerd", "--bridge=none", "--iptables=false", ...places], { stdio: "ignore" });
    started.push(engine);
    await vi.waitFor(async () => expect((await docker("version")).code).toBe(0), { timeout: 60_000, interval: 500 });
  }

  async function startSidecar(): Promise<void> {
    const program = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
    const args = [program, "sidecar", "--config", join(folder, "autodestroy.json"), "--log", "json"];
    sidecar = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    started.push(sidecar);
    await waitForLine(sidecar, '"connected"');
  }
});

function policy(autorestart: Autorestart, autodestroy: Autodestroy): Policy {
  return { autorestart, autodestroy };
}

function waitForLine(child: ChildProcess, part: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (lines: Buffer) => lines.includes(part) && resolve());
    child.on("exit", (code) => reject(new Error(`the program ended with ${code} before it said ${part}`)));
  });
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    child.on("exit", () => resolve());
    child.kill(signal);
  });
}
