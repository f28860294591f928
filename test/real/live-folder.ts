import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, vi, type TestContext } from "vitest";
import { bareEnvironment, execute, type Outcome } from "./programs.ts";
import type { Container } from "./project.ts";
import { program } from "./stack-folder.ts";

/** The command of a container that runs until it is stopped, and then ends at once. */
export const lives = `sh -c 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done'`;

/** A container as `docker inspect` shows it, with its service. */
export interface LiveContainer extends Container {
  readonly service: string;
  readonly name: string;
  readonly status: string;
  readonly startedAt: string;
  /** As Docker writes it: `on-failure:3`. */
  readonly restart: string;
}

/** How a command of the program runs. */
export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** A command that has been started. */
export interface Started {
  readonly pid: number;
  readonly ended: Promise<Outcome>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * A folder with a stack file of somebody who works with live services, with a stacks folder and folders for data and
 * state of its own.
 */
export class LiveFolder {
  readonly path = mkdtempSync(join(tmpdir(), "tutum-stack-live-"));
  /** What Compose calls the project of the folder. */
  readonly project = basename(this.path).toLowerCase();
  readonly home = mkdtempSync(join(tmpdir(), "tutum-stack-home-"));
  readonly stacks = join(this.home, "stacks");
  readonly state = join(this.home, "state");
  readonly #projects = new Set([this.project]);
  readonly #env: NodeJS.ProcessEnv;

  constructor() {
    mkdirSync(this.stacks);
    this.#env = {
      ...bareEnvironment,
      TUTUM_STACKS: this.stacks,
      XDG_DATA_HOME: join(this.home, "data"),
      XDG_STATE_HOME: this.state,
    };
  }

  /** A name for a stack of the stacks folder, which is removed with the folder. */
  newStack(name: string): string {
    const stack = `${this.project}-${name}`;
    this.#projects.add(stack);
    return stack;
  }

  /** Writes the stack file, as somebody does by hand. */
  write(text: string, name = "stack.yml"): void {
    writeFileSync(join(this.path, name), text);
  }

  /** The text of a file of the folder. */
  read(name = "stack.yml"): string {
    return readFileSync(join(this.path, name), "utf8");
  }

  /** Writes the stack file and starts the stack; expects that to succeed. */
  async up(text: string, ...options: readonly string[]): Promise<Outcome> {
    this.write(text);
    return this.succeed("up", ...options);
  }

  /** Runs the program in the folder. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    return this.start(args, options).ended;
  }

  /** Runs the program in the folder; expects it to succeed. */
  async succeed(...args: readonly string[]): Promise<Outcome> {
    const outcome = await this.run(args);
    expect(outcome.code, `${args.join(" ")}\n${outcome.stderr}`).toBe(0);
    return outcome;
  }

  /** Starts the program in the folder. */
  start(args: readonly string[], { env = {}, cwd = this.path }: RunOptions = {}): Started {
    const child = spawn(process.execPath, [program, ...args], {
      cwd,
      env: { ...this.#env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (text: Buffer) => (said.stdout += text.toString()));
    child.stderr.on("data", (text: Buffer) => (said.stderr += text.toString()));
    const ended = new Promise<Outcome>((resolve) =>
      child.on("exit", (code) => setTimeout(() => resolve({ code: code ?? 127, ...said }), 20)),
    );
    return { pid: child.pid!, ended, kill: (signal) => void child.kill(signal) };
  }

  /** All containers of a project or of one of its services, by name. */
  async containers(service?: string, project = this.project): Promise<readonly LiveContainer[]> {
    const ids = await this.#ids("ps", project, "-a");
    if (ids.length === 0) return [];
    // One of them may be removed meanwhile; the others are printed.
    const { stdout } = await execute(["docker", "inspect", ...ids]);
    return (JSON.parse(stdout) as (Container & { readonly Name: string })[])
      .map(readContainer)
      .filter((container) => service === undefined || container.service === service)
      .toSorted((one, other) => one.name.localeCompare(other.name));
  }

  /** The one container of a service, running or not. */
  async container(service: string, project = this.project): Promise<LiveContainer> {
    const found = await this.containers(service, project);
    expect(found, service).toHaveLength(1);
    return found[0]!;
  }

  /** What must stay the same where a container is left alone, for the services with these names. */
  untouched(...services: readonly string[]): Promise<readonly string[]> {
    return this.untouchedOf(this.project, ...services);
  }

  /** The same for the services of another project. */
  async untouchedOf(project: string, ...services: readonly string[]): Promise<readonly string[]> {
    const containers = await this.containers(undefined, project);
    return containers
      .filter(({ service }) => services.includes(service))
      .map(({ Id, service, startedAt, RestartCount }) => `${service} ${Id} ${startedAt} ${RestartCount}`);
  }

  /** Waits until the one container of a service has ended by itself. */
  async expectEnded(service: string, project = this.project): Promise<LiveContainer> {
    return vi.waitFor(
      async () => {
        const container = await this.container(service, project);
        expect(container.status).toBe("exited");
        return container;
      },
      { timeout: 60_000, interval: 100 },
    );
  }

  /** Waits until no container of a service is left. */
  async expectRemoved(service: string, project = this.project): Promise<void> {
    const states = async () => (await this.containers(service, project)).map(({ status }) => status);
    await vi.waitFor(async () => expect(await states()).toEqual([]), {
      timeout: 60_000,
      interval: 200,
    });
  }

  /** The volumes of a project that have names. */
  async namedVolumes(project = this.project): Promise<readonly string[]> {
    return this.#ids("volume ls", project);
  }

  /** The networks of the folder's project. */
  networks(): Promise<readonly string[]> {
    return this.#ids("network ls", this.project);
  }

  /** Removes everything that was made. */
  async dispose(): Promise<void> {
    for (const project of this.#projects) {
      const ids = await this.#ids("ps", project, "-a");
      if (ids.length > 0) await execute(["docker", "rm", "-f", "-v", ...ids]);
      const networks = await this.#ids("network ls", project);
      if (networks.length > 0) await execute(["docker", "network", "rm", ...networks]);
      const volumes = await this.#ids("volume ls", project);
      if (volumes.length > 0) await execute(["docker", "volume", "rm", ...volumes]);
    }
    for (const folder of [this.path, this.home]) rmSync(folder, { recursive: true, force: true });
  }

  async #ids(list: string, project: string, ...options: readonly string[]): Promise<readonly string[]> {
    const filter = `label=com.docker.compose.project=${project}`;
    const { code, stdout, stderr } = await execute([
      "docker",
      ...list.split(" "),
      "-q",
      ...options,
      "--filter",
      filter,
    ]);
    expect(code, stderr).toBe(0);
    return stdout.split("\n").filter(Boolean);
  }
}

function readContainer(container: Container & { readonly Name: string }): LiveContainer {
  const policy = container.HostConfig["RestartPolicy"] as { readonly Name: string; readonly MaximumRetryCount: number };
  return {
    ...container,
    Mounts: container.Mounts.toSorted((one, other) => one.Destination.localeCompare(other.Destination)),
    service: container.Config.Labels["com.docker.compose.service"] ?? "",
    name: container.Name.slice(1),
    status: container.State.Status,
    startedAt: container.State.StartedAt,
    restart: policy.MaximumRetryCount > 0 ? `${policy.Name}:${policy.MaximumRetryCount}` : policy.Name,
  };
}

/** A folder that is removed, with all that was made in it, when the test is over. */
export function newLiveFolder(finished: TestContext["onTestFinished"]): LiveFolder {
  const folder = new LiveFolder();
  finished(() => folder.dispose(), 120_000);
  return folder;
}

/**
 * Compose as a program that waits where a test wants it to: each `up` says that it has begun and, before or after its
 * work, waits until it may go on. It writes down the variables that it gets.
 */
export class HeldCompose {
  readonly env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #state: string;

  constructor(folder: LiveFolder, held: "before" | "after" | "never") {
    this.#state = folder.state;
    this.#folder = mkdtempSync(join(folder.home, "bin-"));
    const wait = `touch '${this.#path("began")}'; while [ ! -e '${this.#path("go")}' ]; do sleep 0.05; done`;
    const isUp = `case " $* " in *" up "*) env > '${this.#path("env")}';`;
    const script = (command: string): string =>
      ({
        before: `${isUp} ${wait};; esac\nexec ${command} "$@"`,
        after: `${command} "$@"; code=$?\n${isUp} ${wait};; esac\nexit $code`,
        never: `${isUp} :;; esac\nexec ${command} "$@"`,
      })[held];
    this.#install("docker", `[ "$1" = compose ] || exec ${pathOf("docker")} "$@"\n${script(pathOf("docker"))}`);
    if (pathOf("docker-compose") !== "") this.#install("docker-compose", script(pathOf("docker-compose")));
    this.env = { PATH: `${this.#folder}:${process.env["PATH"]}` };
  }

  /** Waits until an `up` has come to the point where it waits, and the lock of the stack names its process. */
  async expectBegun(): Promise<void> {
    const patience = { timeout: 60_000, interval: 20 };
    await vi.waitFor(() => expect(existsSync(this.#path("began"))).toBe(true), patience);
    await vi.waitFor(() => expect(this.#locks().some((text) => text.includes('"child":'))).toBe(true), patience);
  }

  #locks(): readonly string[] {
    const entries = readdirSync(this.#state, { recursive: true, withFileTypes: true });
    const locks = entries.filter(({ name }) => name === "lock");
    return locks.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
  }

  /** Lets this `up` and all later ones go on. */
  letGo(): void {
    writeFileSync(this.#path("go"), "");
  }

  /** The variables that the last `up` got. */
  get variables(): ReadonlyMap<string, string> {
    const lines = readFileSync(this.#path("env"), "utf8").split("\n").filter(Boolean);
    return new Map(lines.map((line) => [line.split("=", 1)[0]!, line.slice(line.indexOf("=") + 1)]));
  }

  #install(name: string, script: string): void {
    writeFileSync(this.#path(name), `#!/bin/sh\n${script}\n`);
    chmodSync(this.#path(name), 0o755);
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

/** A PATH where Docker is, but no Compose. */
export function pathWithoutCompose(folder: LiveFolder): NodeJS.ProcessEnv {
  const path = mkdtempSync(join(folder.home, "bin-"));
  writeFileSync(join(path, "docker"), `#!/bin/sh\n[ "$1" = compose ] && exit 1\nexec ${pathOf("docker")} "$@"\n`);
  chmodSync(join(path, "docker"), 0o755);
  return { PATH: path };
}

function pathOf(name: string): string {
  return spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();
}
