import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareEnvironment, execute } from "../real/programs.ts";
import { program } from "../support/program.ts";

/** `tutum-stack serve` as a process, with folders of its own, or with those of another one. */
export class ServerProcess {
  readonly folder: string;
  readonly stacks: string;
  /** What it has printed. */
  output = "";
  #child: ChildProcess | undefined;
  #address = "";

  constructor(folder = mkdtempSync(join(tmpdir(), "tutum-stack-serve-"))) {
    this.folder = folder;
    this.stacks = join(folder, "stacks");
  }

  /** Starts it, and waits until it listens. */
  async start(options: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<void> {
    const [command = "", ...args] = [...program, "serve", this.stacks, "--port", "0", ...options];
    this.output = "";
    const child = (this.#child = spawn(command, args, {
      env: { ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    }));
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (bytes) => {
          this.output += String(bytes);
          const [, address] = /^http:\/\/(\S+?)\//m.exec(this.output) ?? [];
          if (address === undefined) return;
          this.#address = address;
          resolve();
        });
      child.on("close", (code) => reject(new Error(`it ended with ${code}: ${this.output}`)));
    });
  }

  /** The variables of its processes. */
  get env(): NodeJS.ProcessEnv {
    return { ...bareEnvironment, XDG_STATE_HOME: join(this.folder, "state") };
  }

  /** As `127.0.0.1:7070`. */
  get address(): string {
    return this.#address;
  }

  get token(): string {
    return readFileSync(join(this.folder, "state/tutum-stack/token"), "utf8").trim();
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Sends a request with the token. */
  ask(path: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
    return fetch(`http://${this.address}${path}`, {
      ...init,
      // A connection that stays open may be closed by the server just when it is used again.
      headers: {
        Authorization: `Bearer ${this.token}`,
        Connection: "close",
        ...(headers as Record<string, string> | undefined),
      },
    });
  }

  /** Ends it, and resolves to its exit code, or to the signal that killed it. */
  end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | string> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return Promise.resolve(child?.exitCode ?? 0);
    return new Promise((resolve) => {
      child.removeAllListeners("close");
      child.on("close", (code, by) => resolve(code ?? by ?? ""));
      child.kill(signal);
    });
  }

  /** Ends it, and removes its folders, and the containers, networks and named volumes of projects. */
  async remove(...projects: readonly string[]): Promise<void> {
    await this.end("SIGKILL");
    for (const project of projects) {
      const label = `label=com.docker.compose.project=${project}`;
      const removals = [
        { list: ["ps", "-aq"], remove: ["rm", "-f", "-v"] },
        { list: ["network", "ls", "-q"], remove: ["network", "rm"] },
        { list: ["volume", "ls", "-q"], remove: ["volume", "rm"] },
      ];
      for (const { list, remove } of removals) {
        const { stdout } = await execute(["docker", ...list, "--filter", label]);
        const found = stdout.split("\n").filter((id) => id !== "");
        if (found.length > 0) await execute(["docker", ...remove, ...found]);
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
