import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { sidecarConfig } from "../../src/lifecycle/config.ts";
import type { Policy } from "../../src/lifecycle/policy.ts";
import { composeLabels, labelOptions } from "../support/compose-labels.ts";
import { bareEnvironment, execute, works, type Outcome } from "./programs.ts";
import { needsEngine } from "./project.ts";

/** What an engine needs that a test may stop, kill and start. */
export const needsOwnEngine = {
  isHere:
    needsEngine.isHere && works(["ip", "netns", "list"]) && works(["dockerd", "--version"]) && process.getuid?.() === 0,
  how: `${needsEngine.how}; root, dockerd, and ip (on Debian: apt-get install iproute2)`,
};

/** A Docker Engine of the test's own, in a folder and a network of its own. */
export class PrivateEngine {
  readonly folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));
  readonly socket = join(this.folder, "docker.sock");
  readonly env = { ...bareEnvironment, DOCKER_HOST: `unix://${this.socket}` };
  readonly #network = `ts-${randomBytes(3).toString("hex")}`;
  /** What begins a command that is to run in the engine's network. */
  readonly enter = ["nsenter", `--net=/var/run/netns/${this.#network}`];
  readonly #options: readonly string[];
  #engine: ChildProcess | undefined;

  constructor(options: readonly string[] = ["--bridge=none", "--iptables=false"]) {
    this.#options = options;
  }

  /** Makes the network, starts the engine, and gives it images of the machine's engine. */
  async create(...images: readonly string[]): Promise<void> {
    await execute(["ip", "netns", "add", this.#network]);
    await execute(["ip", "netns", "exec", this.#network, "ip", "link", "set", "lo", "up"]);
    await this.start();
    const file = join(this.folder, "images.tar");
    await execute(["docker", "save", "--output", file, ...images]);
    expect((await this.docker("load", "--input", file)).code).toBe(0);
  }

  /** Starts the engine, and waits until it answers. */
  async start(): Promise<void> {
    for (const name of ["data", "run"]) mkdirSync(join(this.folder, name), { recursive: true });
    // A killed engine leaves the files behind that say which processes were its own.
    for (const file of ["docker.pid", "run/containerd/containerd.pid"])
      rmSync(join(this.folder, file), { force: true });
    const places = { "data-root": "data", "exec-root": "run", pidfile: "docker.pid" };
    const options = Object.entries(places).flatMap(([option, name]) => [`--${option}`, join(this.folder, name)]);
    // Not `ip netns exec`: that mounts another /sys, in which the engine finds no control groups.
    const command = [
      `--net=/var/run/netns/${this.#network}`,
      "dockerd",
      ...this.#options,
      ...options,
      "--host",
      `unix://${this.socket}`,
    ];
    this.#engine = spawn("nsenter", command, { stdio: "ignore" });
    await vi.waitFor(async () => expect((await this.docker("version")).code).toBe(0), {
      timeout: 60_000,
      interval: 250,
    });
  }

  /** Ends the engine, and waits until it has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#engine) await end(this.#engine, signal);
  }

  /** Kills the engine and every process that it has started, as a loss of power does. */
  async loseEverything(): Promise<void> {
    const { stdout } = await this.docker("ps", "--quiet");
    const running = await this.docker("inspect", "--format", "{{.State.Pid}}", ...stdout.split("\n").filter(Boolean));
    const processes = [...this.#servants(), ...running.stdout.split("\n").filter(Boolean).map(Number)];
    await this.end("SIGKILL");
    for (const id of processes) kill(id);
    await vi.waitFor(() => expect(this.#servants()).toEqual([]), { timeout: 10_000 });
  }

  /** Runs Docker's command line on this engine. */
  docker(...args: readonly string[]): Promise<Outcome> {
    return execute(["docker", ...args], { env: this.env });
  }

  /** Starts a container of a service, without a network; expects that to succeed. */
  async run(
    name: string,
    of: { readonly stack: string; readonly policy: Policy },
    options: readonly string[],
    command: readonly string[],
  ): Promise<void> {
    const restart = { OFF: "no", ON_FAILURE: "on-failure", ALWAYS: "always" }[of.policy.autorestart];
    const labels = of.policy.autodestroy === "OFF" ? [] : labelOptions(composeLabels(of.stack, name));
    const all = ["--name", name, "--network", "none", "--restart", restart, ...labels, ...options];
    const { code, stderr } = await this.docker("run", "-d", ...all, "busybox:local", ...command);
    expect(code, stderr).toBe(0);
  }

  /** What the engine says of a container's state, or `removed`. */
  async stateOf(name: string): Promise<string> {
    const { code, stdout } = await this.docker("inspect", "--format", "{{.State.Status}}", name);
    return code === 0 ? stdout.trim() : "removed";
  }

  /** Ends the engine, and removes all that it has left. */
  async dispose(): Promise<void> {
    const { stdout } = await this.docker("ps", "--all", "--quiet");
    await this.docker("rm", "-f", ...stdout.split("\n").filter(Boolean));
    await this.end("SIGTERM");
    for (const id of this.#servants()) kill(id);
    await execute(["ip", "netns", "del", this.#network]);
    // A killed engine leaves the mounts behind that it made at each start.
    for (const place of mountsIn(this.folder)) await execute(["umount", place]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The processes that the engine has started, which know its folder: containerd, and one for each container. */
  #servants(): readonly number[] {
    const isServant = (id: string): boolean => {
      const [program = "", ...args] = commandLineOf(id).split("\0");
      return /containerd/.test(program) && args.some((argument) => argument.startsWith(join(this.folder, "run")));
    };
    return readdirSync("/proc")
      .filter((id) => /^\d+$/.test(id) && isServant(id))
      .map(Number);
  }
}

/** A sidecar of the command line, for containers of a stack. */
export class SidecarProcess {
  readonly #child: ChildProcess;
  #log = "";

  /** `settleSeconds` is 2 or more, as in the config. Only policies whose autodestroy is not OFF get into the config. */
  constructor(engine: PrivateEngine, stack: string, policies: ReadonlyMap<string, Policy>, settleSeconds: number) {
    const config = join(engine.folder, `${stack}.json`);
    const destroyed = new Map([...policies].filter(([, { autodestroy }]) => autodestroy !== "OFF"));
    writeFileSync(config, JSON.stringify({ ...sidecarConfig(stack, destroyed), settleSeconds }));
    const args = [program, "sidecar", "--config", config, "--project", stack, "--log", "json"];
    this.#child = spawn(process.execPath, args, { env: engine.env, stdio: ["ignore", "pipe", "inherit"] });
    this.#child.stdout?.on("data", (lines: Buffer) => (this.#log += lines.toString()));
  }

  /**
   * Waits until the log has an entry of this kind, by default that the sidecar is connected; expects the sidecar to
   * live until then.
   */
  async said(event = "connected"): Promise<void> {
    await vi.waitFor(
      () => {
        expect(this.logged.map((entry) => entry["event"]).concat(`ended with ${this.#child.exitCode}`)).toContain(
          event,
        );
      },
      { timeout: 30_000, interval: 20 },
    );
  }

  /** The log up to now. */
  get logged(): readonly Readonly<Record<string, unknown>>[] {
    const lines = this.#log.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Ends the sidecar, and waits until it has ended. */
  end(signal: NodeJS.Signals): Promise<void> {
    return end(this.#child, signal);
  }
}

/** Where something is mounted in a folder, the innermost and latest first. */
export function mountsIn(folder: string): readonly string[] {
  const places = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
  return places.filter((place) => place.startsWith(`${folder}/`)).toReversed();
}

const program = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on("exit", () => resolve());
    child.kill(signal);
  });
}

function commandLineOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** One that has ended meanwhile is ended as wished. */
function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has ended.
  }
}
