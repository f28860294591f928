import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { compile } from "../../src/compile.ts";
import { bareEnvironment, execute, type Outcome } from "./programs.ts";

/** What `docker service inspect` says about a service, as far as the tests look at it. */
export interface ServiceSpec {
  readonly Name: string;
  readonly Mode: { readonly Global?: object; readonly Replicated?: { readonly Replicas: number } };
  readonly UpdateConfig?: { readonly Parallelism: number; readonly Order: string };
  readonly TaskTemplate: {
    readonly RestartPolicy?: { readonly Condition: string; readonly MaxAttempts: number };
    readonly Placement?: {
      readonly Constraints?: readonly string[];
      readonly Preferences?: readonly { readonly Spread: { readonly SpreadDescriptor: string } }[];
    };
    readonly Resources?: { readonly Limits?: { readonly MemoryBytes?: number } };
    readonly ContainerSpec: { readonly Labels?: Readonly<Record<string, string>> };
  };
}

/** One task of a service. */
export interface Task {
  readonly node: string;
  readonly desired: string;
  /** `Running`, `Complete`, `Failed`, … */
  readonly state: string;
}

/**
 * A Docker engine that has this machine's kernel and nothing else in common with it: its processes, mounts, network and
 * name are its own.
 */
class Node {
  readonly name: string;
  readonly address: string;
  readonly #folder: string;
  readonly #data: string;
  readonly #network: string;
  #machine: ChildProcess | undefined;

  constructor(name: string, address: string, folder: string, network: string) {
    this.name = name;
    this.address = address;
    this.#folder = join(folder, name);
    this.#data = join(folder, "data");
    this.#network = network;
  }

  /** Starts the engine. Ending the process that holds its name spaces ends everything in them, containers too. */
  async start(images: string): Promise<void> {
    mkdirSync(join(this.#folder, "run"), { recursive: true });
    const script = `hostname "$1" && mount --bind "$2/run" /run &&
      mount -t tmpfs tmpfs "$4" && cd "$4" && mkdir sites store queue backup db && cd / &&
      exec dockerd --data-root "$2/data" --exec-root "$2/exec" --pidfile "$2/pid" --host unix:///run/docker.sock --bridge=none --cgroup-parent "/$3" >"$2/log" 2>&1`;
    const own = ["unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"];
    const args = [
      `--net=/var/run/netns/${this.#network}`,
      ...own,
      "sh",
      "-c",
      script,
      "sh",
      this.name,
      this.#folder,
      this.#network,
      this.#data,
    ];
    this.#machine = spawn("nsenter", args, { stdio: "inherit" });
    await vi.waitFor(async () => expect((await this.docker("version")).code).toBe(0), {
      timeout: 60_000,
      interval: 250,
    });
    await this.dockerOut("load", "--input", images);
  }

  /** Pulls the plug. */
  async kill(): Promise<void> {
    const machine = this.#machine;
    this.#machine = undefined;
    if (!machine || machine.exitCode !== null) return;
    await new Promise<void>((resolve) => {
      machine.on("exit", () => resolve());
      machine.kill("SIGKILL");
    });
  }

  /** Builds an image that no other node has. */
  async build(image: string, dockerfile: string): Promise<void> {
    const context = mkdtempSync(join(this.#folder, "build-"));
    writeFileSync(join(context, "Dockerfile"), dockerfile);
    await this.dockerOut("build", "--tag", image, context);
  }

  docker(...args: readonly string[]): Promise<Outcome> {
    return execute(["docker", ...args], {
      env: { ...bareEnvironment, DOCKER_HOST: `unix://${join(this.#folder, "run/docker.sock")}` },
    });
  }

  /** What a command prints; expects it to succeed. */
  async dockerOut(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.docker(...args);
    expect(code, `docker ${args.join(" ")}: ${stderr}`).toBe(0);
    return stdout.trim();
  }

  /** The containers of the node by name, with their status. */
  async containers(): Promise<readonly (readonly [name: string, status: string])[]> {
    const lines = (await this.dockerOut("ps", "-a", "--format", "{{.Names}} {{.State}}")).split("\n").filter(Boolean);
    return lines.map((line) => line.split(" ") as [string, string]);
  }
}

/** A Swarm of several engines on this machine, in a network of its own. The first one is the manager. */
export class Cluster {
  readonly nodes: readonly Node[];
  readonly #folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));
  /** A folder that every node has for itself, in place of the `/srv` of the examples. */
  readonly data = join(this.#folder, "data");
  readonly #name = `ts-${randomBytes(3).toString("hex")}`;

  constructor(count: number) {
    this.nodes = Array.from(
      { length: count },
      (_, index) => new Node(`node${index + 1}`, `10.99.0.${index + 1}`, this.#folder, `${this.#name}-${index + 1}`),
    );
  }

  get manager(): Node {
    return this.nodes[0]!;
  }

  /** Starts the engines with these images, and joins them. */
  async start(images: readonly string[]): Promise<void> {
    await this.#connect();
    mkdirSync(this.data);
    const archive = join(this.#folder, "images.tar");
    const { code, stderr } = await execute(["docker", "save", "--output", archive, ...images]);
    expect(code, stderr).toBe(0);
    await Promise.all(this.nodes.map((node) => node.start(archive)));
    await this.manager.dockerOut("swarm", "init", "--advertise-addr", this.manager.address);
    const token = await this.manager.dockerOut("swarm", "join-token", "--quiet", "worker");
    for (const node of this.nodes.slice(1))
      await node.dockerOut(
        "swarm",
        "join",
        "--advertise-addr",
        node.address,
        "--token",
        token,
        `${this.manager.address}:2377`,
      );
  }

  /** Compiles a stack and deploys it; expects both to succeed. */
  async deploy(stack: string, name: string): Promise<void> {
    const { files, diagnostics } = compile(stack, { name, target: "swarm", balancerImage: "haproxy:local" });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const folder = mkdtempSync(join(this.#folder, "stack-"));
    for (const file of files) writeFileSync(join(folder, file.name), file.text);
    await this.manager.dockerOut(
      "stack",
      "deploy",
      "--resolve-image",
      "never",
      "--compose-file",
      join(folder, "docker-stack.yml"),
      name,
    );
  }

  /** What Swarm was asked for, by the names of the stack's services. */
  async specs(stack: string): Promise<ReadonlyMap<string, ServiceSpec>> {
    const ids = (await this.manager.dockerOut("stack", "services", "--quiet", stack)).split("\n");
    const inspected = JSON.parse(await this.manager.dockerOut("service", "inspect", ...ids)) as readonly {
      readonly Spec: ServiceSpec;
    }[];
    return new Map(inspected.map(({ Spec }) => [Spec.Name.slice(stack.length + 1), Spec]));
  }

  /** The tasks of a service, the latest first. */
  async tasks(service: string): Promise<readonly Task[]> {
    const format = "{{.Node}}|{{.DesiredState}}|{{.CurrentState}}";
    const lines = (await this.manager.dockerOut("service", "ps", "--format", format, service))
      .split("\n")
      .filter(Boolean);
    return lines.map((line) => {
      const [node = "", desired = "", current = ""] = line.split("|");
      return { node, desired, state: current.split(" ")[0]! };
    });
  }

  /** The nodes on which tasks of a service run, sorted. */
  async runsOn(service: string): Promise<readonly string[]> {
    return (await this.tasks(service))
      .flatMap(({ node, desired, state }) => (desired === "Running" && state === "Running" ? [node] : []))
      .toSorted();
  }

  /** Ends everything and leaves nothing. */
  async dispose(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    for (const index of this.nodes.keys()) await execute(["ip", "netns", "del", `${this.#name}-${index + 1}`]);
    await execute(["ip", "netns", "del", this.#name]);
    await execute([
      "sh",
      "-c",
      `find /sys/fs/cgroup -depth -type d -path "*/${this.#name}-*" -exec rmdir {} + 2>/dev/null`,
    ]);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
  }

  /** A bridge in a network name space of its own: in the machine's own one, the rules of its engine would hold. */
  async #connect(): Promise<void> {
    const ip = async (...args: readonly string[]): Promise<void> => {
      const { code, stderr } = await execute(["ip", ...args]);
      expect(code, `ip ${args.join(" ")}: ${stderr}`).toBe(0);
    };
    await ip("netns", "add", this.#name);
    await ip("-n", this.#name, "link", "add", "name", "lan", "type", "bridge");
    await ip("-n", this.#name, "link", "set", "lan", "up");
    for (const [index, { address }] of this.nodes.entries()) {
      const network = `${this.#name}-${index + 1}`;
      await ip("netns", "add", network);
      await ip(
        "-n",
        this.#name,
        "link",
        "add",
        `port${index}`,
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        network,
      );
      await ip("-n", this.#name, "link", "set", `port${index}`, "master", "lan", "up");
      await ip("-n", network, "addr", "add", `${address}/24`, "dev", "eth0");
      await ip("-n", network, "link", "set", "eth0", "up");
      await ip("-n", network, "link", "set", "lo", "up");
    }
  }
}
