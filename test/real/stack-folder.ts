import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, vi, type TestContext } from "vitest";
import { bareEnvironment, composeCommand, execute, type Outcome } from "./programs.ts";

/** The program as it is shipped. */
export const program = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

/** A container as `docker ps` lists it. */
export interface Listed {
  readonly id: string;
  readonly service: string;
  readonly project: string;
  readonly isRunning: boolean;
}

/** A folder with a stack file, where somebody works with the command lines of tutum-stack and Compose. */
export class StackFolder {
  readonly path: string;
  /** What Compose calls the project of the folder. */
  readonly project: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #enter: readonly string[];
  readonly #projects = new Set<string>();

  /** `env` says which engine is meant, and `enter` begins every command, as to enter a network. */
  constructor({ env = {}, enter = [] }: { readonly env?: NodeJS.ProcessEnv; readonly enter?: readonly string[] } = {}) {
    this.path = mkdtempSync(join(tmpdir(), "tutum-stack-test-"));
    this.project = basename(this.path).toLowerCase();
    this.#env = { ...bareEnvironment, ...env };
    this.#enter = enter;
  }

  /** Writes the stack file and compiles it; expects that to succeed. Resolves to what the program said. */
  async compile(stack: string, ...options: readonly string[]): Promise<string> {
    writeFileSync(join(this.path, "stack.yml"), stack);
    const { code, stderr } = await this.run("compile", ...options);
    expect(code, stderr).toBe(0);
    return stderr;
  }

  /** Runs tutum-stack in the folder. */
  run(...args: readonly string[]): Promise<Outcome> {
    return execute([...this.#enter, process.execPath, program, ...args], { cwd: this.path, env: this.#env });
  }

  /** Starts tutum-stack in the folder. */
  start(...args: readonly string[]): { readonly child: ChildProcess; readonly said: () => string } {
    const [command = "", ...rest] = [...this.#enter, process.execPath, program, ...args];
    const child = spawn(command, rest, { cwd: this.path, env: this.#env, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (text: Buffer) => (said += text.toString()));
    return { child, said: () => said };
  }

  /** Runs Compose in the folder, as the project of the folder or another one; expects it to succeed. */
  async compose(args: readonly string[], project = this.project): Promise<Outcome> {
    this.#projects.add(project);
    const isOwn = project === this.project;
    const command = [...this.#enter, ...composeCommand, ...(isOwn ? [] : ["-p", project]), ...args];
    const outcome = await execute(command, { cwd: this.path, env: this.#env });
    expect(outcome.code, outcome.stderr).toBe(0);
    return outcome;
  }

  /** Runs Docker's command line on the engine of the folder. */
  docker(...args: readonly string[]): Promise<Outcome> {
    return execute([...this.#enter, "docker", ...args], { env: this.#env });
  }

  /** Runs a line of a shell in the folder. */
  shell(line: string): Promise<Outcome> {
    return execute([...this.#enter, "sh", "-c", line], { cwd: this.path, env: this.#env });
  }

  /** The containers of a project, the ones of `run` too. */
  async containers(project = this.project): Promise<readonly Listed[]> {
    const label = (name: string): string => `{{.Label "com.docker.compose.${name}"}}`;
    const format = `{{.ID}} {{.State}} ${label("project")} ${label("service")}`;
    const filter = `label=com.docker.compose.project=${project}`;
    const { code, stdout, stderr } = await this.docker(
      "ps",
      "-a",
      "--no-trunc",
      "--filter",
      filter,
      "--format",
      format,
    );
    expect(code, stderr).toBe(0);
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" "))
      .map(([id = "", state, of = "", service = ""]) => ({ id, service, project: of, isRunning: state === "running" }));
  }

  /** The one container of a service, which must be there. */
  async container(service: string, project = this.project): Promise<Listed> {
    const found = (await this.containers(project)).filter((container) => container.service === service);
    expect(found).toHaveLength(1);
    return found[0]!;
  }

  /** Waits until no container of a service is left. */
  async expectRemoved(service: string, project = this.project): Promise<void> {
    const services = async () => (await this.containers(project)).map((container) => container.service);
    await vi.waitFor(async () => expect(await services()).not.toContain(service), { timeout: 60_000, interval: 250 });
  }

  /** Waits until the program of a service has ended. */
  async expectEnded(service: string, project = this.project): Promise<void> {
    await vi.waitFor(async () => expect((await this.container(service, project)).isRunning).toBe(false), {
      timeout: 60_000,
      interval: 250,
    });
  }

  /** Everything that the container of a service has said. */
  async log(service: string, project = this.project): Promise<string> {
    const { id } = await this.container(service, project);
    const { stdout, stderr } = await this.docker("logs", id);
    return stdout + stderr;
  }

  /** Waits until the container of a service has said something. */
  async expectSaid(service: string, text: string | RegExp, project = this.project): Promise<void> {
    await vi.waitFor(async () => expect(await this.log(service, project)).toMatch(text), {
      timeout: 60_000,
      interval: 250,
    });
  }

  /** Removes the containers, networks and named volumes of all projects of the folder, and the folder. */
  async dispose(): Promise<void> {
    for (const project of this.#projects) {
      const ids = (await this.containers(project)).map(({ id }) => id);
      if (ids.length > 0) await this.docker("rm", "-f", "-v", ...ids);
      await execute([...this.#enter, ...composeCommand, "-p", project, "down", "-v", "-t", "0", "--remove-orphans"], {
        cwd: this.path,
        env: this.#env,
      });
    }
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Builds an image of the sidecar under a name of its own, on the engine that `env` names. */
export async function buildSidecarImage(tag: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const { code, stderr } = await execute(
    [process.execPath, program, "sidecar-image", "--base", "node:local", "--tag", tag],
    { env: { ...bareEnvironment, ...env } },
  );
  expect(code, stderr).toBe(0);
}

/** Lets real time pass: what a sidecar that settles for 2 s has not removed by then it will not remove. */
export function twoSettleTimes(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5000));
}

/** A new folder that is removed, with all containers of its projects, when the test is over. */
export function newFolder(finished: TestContext["onTestFinished"]): StackFolder {
  const folder = new StackFolder();
  finished(() => folder.dispose(), 120_000);
  return folder;
}
