import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, vi } from "vitest";
import { mountsIn } from "./private-engine.ts";
import { needsEngine } from "./project.ts";
import { execute, works } from "./programs.ts";

/**
 * What the tests on Podman need. Docker's engine is where the image comes from, and Docker's command line makes the
 * containers.
 */
export const needsPodman = {
  isHere:
    needsEngine.isHere && works(["podman", "--version"]) && works(["runc", "--version"]) && process.getuid?.() === 0,
  how: `podman and runc; on Debian: apt-get install --no-install-recommends podman runc; root; ${needsEngine.how}`,
};

/** Podman's service of Docker's API, with containers and images of its own. */
export class Podman {
  readonly #folder = mkdtempSync(join(tmpdir(), "podman-"));
  readonly socket = join(this.#folder, "podman.sock");
  readonly #config = join(this.#folder, "containers.conf");
  #service: ChildProcess | undefined;

  /** Starts the service, and gives it the image busybox:local. */
  async start(): Promise<void> {
    writeFileSync(this.#config, configuration);
    await this.#importImage();
    const [program = "", ...args] = this.#command("system", "service", "--time=0", `unix://${this.socket}`);
    this.#service = spawn(program, args, { env: this.#env, stdio: "ignore" });
    await vi.waitFor(() => expect(works(["docker", "--host", `unix://${this.socket}`, "version"])).toBe(true), {
      timeout: 30_000,
      interval: 100,
    });
  }

  /** Removes the containers, ends the service, and removes all that it has left. */
  async dispose(): Promise<void> {
    // One that ends and is restarted all the time cannot be removed at every moment.
    await vi.waitFor(() => this.#run("rm", "--all", "--force", "--time", "0"), { timeout: 30_000, interval: 100 });
    const ended = new Promise((resolve) => this.#service?.on("exit", resolve));
    this.#service?.kill();
    await ended;
    for (const place of mountsIn(this.#folder)) await execute(["umount", place]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * As a file system without history: an image that was saved would keep a name that Docker's command line does not ask
   * for.
   */
  async #importImage(): Promise<void> {
    const archive = join(this.#folder, "busybox.tar");
    const container = (await promisify(execFile)("docker", ["create", "busybox:local", "true"])).stdout.trim();
    await promisify(execFile)("docker", ["export", "--output", archive, container]);
    await promisify(execFile)("docker", ["rm", container]);
    await this.#run("import", archive, "docker.io/library/busybox:local");
    rmSync(archive);
  }

  async #run(...args: readonly string[]): Promise<void> {
    const [program = "", ...all] = this.#command(...args);
    await promisify(execFile)(program, all, { env: this.#env });
  }

  #command(...args: readonly string[]): readonly string[] {
    const places = { root: "data", runroot: "run", tmpdir: "tmp", "network-config-dir": "networks" };
    const options = Object.entries(places).flatMap(([option, name]) => [`--${option}`, join(this.#folder, name)]);
    return ["podman", ...options, "--storage-driver", "vfs", ...args];
  }

  get #env(): NodeJS.ProcessEnv {
    return { ...process.env, CONTAINERS_CONF: this.#config };
  }
}

/**
 * For machines without systemd, and with fewer open files than Podman would ask for. What `exec` has started does not
 * outlive the test by five minutes.
 */
const configuration = `
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
exit_command_delay = 1
`;
