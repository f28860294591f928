import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { compile } from "../../src/compile.ts";
import { howToAllowDocker, isDockerAllowed } from "../support/docker.ts";
import { bareEnvironment, composeCommand, execute, needsCompose, works, type Outcome } from "./programs.ts";

/** What the tests with a real engine need. */
export const needsEngine = {
  isHere: isDockerAllowed && needsCompose.isHere && works(["docker", "image", "inspect", "busybox:local"]),
  how: isDockerAllowed
    ? "Docker Compose, and a Docker engine with the image busybox:local; on Debian: apt-get install docker.io docker-compose busybox-static, then scripts/start-docker.sh"
    : howToAllowDocker,
};

/** What the tests with a real load balancer need. */
export const needsHaproxy = {
  isHere: needsEngine.isHere && works(["docker", "image", "inspect", "haproxy:local"]),
  how: isDockerAllowed
    ? "the image haproxy:local; on Debian: apt-get install haproxy, then scripts/start-docker.sh"
    : howToAllowDocker,
};

/** What `docker inspect` says about a container, as far as the tests look at it. */
export interface Container {
  readonly Id: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly Config: Readonly<Record<string, unknown>> & {
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly HostConfig: Readonly<Record<string, unknown>>;
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>;
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string; readonly MacAddress: string }>>;
  };
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Name?: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW: boolean;
  }[];
}

/** How a stack is started. */
interface UpOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly sidecar?: "service" | "none";
  readonly settleSeconds?: number;
}

/** A compiled stack as a project of Compose, in a folder and under a name of its own. */
export class Project {
  readonly name = `tutum-stack-test-${randomBytes(4).toString("hex")}`;
  /** The folder of the compiled file. */
  readonly folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));

  /** Compiles the stack and starts it; expects both to succeed. */
  async up(stack: string, { env = {}, sidecar = "none", settleSeconds = 10 }: UpOptions = {}): Promise<void> {
    const balancerImage = "haproxy:local";
    const { files, diagnostics } = compile(stack, { name: this.name, sidecar, settleSeconds, balancerImage });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    for (const { name, text } of files) writeFileSync(join(this.folder, name), text);
    const { code, stderr } = await this.#compose(["up", "-d"], env);
    expect(code, stderr).toBe(0);
  }

  /** Replaces every container by a new one. */
  recreate(): Promise<Outcome> {
    return this.#compose(["up", "-d", "--force-recreate", "-t", "1"]);
  }

  /** Runs Compose on the stack; expects it to succeed. */
  async compose(...args: readonly string[]): Promise<Outcome> {
    const outcome = await this.#compose(args);
    expect(outcome.code, outcome.stderr).toBe(0);
    return outcome;
  }

  /** Removes everything that `up` and `run` have made. */
  async down(): Promise<void> {
    const down = async (): Promise<void> => {
      const { code, stderr } = await this.#compose(["down", "-v", "-t", "0", "--remove-orphans"]);
      expect(code, stderr).toBe(0);
    };
    // A busy engine does not remove the network for a moment after the last container is gone.
    await vi.waitFor(down, { timeout: 60_000, interval: 1000 });
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The one container of a service, running or not. */
  async container(service: string): Promise<Container> {
    const found = await this.containers(service);
    expect(found).toHaveLength(1);
    return found[0]!;
  }

  /** The containers of a service, running or not. */
  async containers(service: string): Promise<readonly Container[]> {
    const { stdout } = await this.#compose(["ps", "-a", "-q", service]);
    const inspected = await execute(["docker", "inspect", ...stdout.trim().split("\n")]);
    expect(inspected.code, inspected.stderr).toBe(0);
    return JSON.parse(inspected.stdout) as readonly Container[];
  }

  /** Runs the command of a service in one more container, which stays there; resolves to its exit code. */
  async run(service: string): Promise<number> {
    return (await this.#compose(["run", "-T", service])).code;
  }

  /** The services that have a container, running or not, beside those of `run`. */
  async services(): Promise<readonly string[]> {
    const format = '{{.Label "com.docker.compose.service"}}';
    const filters = [`label=com.docker.compose.project=${this.name}`, "label=com.docker.compose.oneoff=False"].flatMap(
      (filter) => ["--filter", filter],
    );
    const { stdout } = await execute(["docker", "ps", "-a", ...filters, "--format", format]);
    return stdout.split("\n").filter(Boolean).toSorted();
  }

  /** Runs a command in the container of a service. */
  async execute(service: string, command: readonly string[]): Promise<Outcome> {
    const { Id } = await this.container(service);
    return execute(["docker", "exec", Id, ...command]);
  }

  /**
   * Expects a name to be the address of a service for another one, and the service to answer there; waits until it
   * does.
   */
  async expectReaches(from: string, name: string, target: Container): Promise<void> {
    const addresses = Object.values(target.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
    const addressFor = async () => {
      const { code, stdout } = await this.execute(from, ["ping", "-c", "1", "-W", "2", name]);
      return code === 0 ? /\(([\d.]+)\)/.exec(stdout)?.[1] : undefined;
    };
    await expect.poll(addressFor, { timeout: 20_000, interval: 250 }).toBeOneOf(addresses);
  }

  /** The addresses of a name for a service. */
  async addresses(from: string, name: string): Promise<readonly string[]> {
    const { stdout } = await this.execute(from, ["nslookup", "-type=a", `${name}.`]);
    const [, answer = ""] = stdout.split(/\n\n(.*)/s);
    return [...answer.matchAll(/^Address(?: \d+)?: ([\d.]+)/gm)].map((match) => match[1]!);
  }

  #compose(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return execute([...composeCommand, "-p", this.name, "-f", join(this.folder, "docker-compose.yml"), ...args], {
      env: { ...bareEnvironment, ...env },
      cwd: this.folder,
    });
  }
}
