import { execFile, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { Problem } from "../files/problem.ts";

/** One run of Docker Compose. */
export interface ComposeCall {
  readonly project: string;
  readonly folder: string;
  /** The Compose files, the compiled one first. */
  readonly files: readonly string[];
  /** What Compose is to do: `up`, `-d`, `web`. */
  readonly args: readonly string[];
  /** The values of the variables that the stack takes from the user's shell. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The result of a run. */
export interface ComposeResult {
  /** 0 for success. */
  readonly exitCode: number;
  /** The end of what it printed, on both streams. */
  readonly output: string;
}

/** Docker Compose, run as a separate program (reference live.md 1.3). */
export interface Compose {
  /** `docker compose` or `docker-compose`. */
  readonly command: string;
  /** Runs Compose, and reports its process ID once it has started. Rejects with a Problem if it cannot start. */
  run(call: ComposeCall, listener: ComposeListener): Promise<ComposeResult>;
}

/** Follows a run. */
export interface ComposeListener {
  /** The file for Compose's output. Compose still writes to it after this process is killed. */
  readonly log: string;
  readonly onStart: (process: number) => void;
}

/** Finds Compose: `docker compose`, else `docker-compose`. Throws a Problem when there is neither. */
export function findCompose(env: Readonly<Record<string, string | undefined>>): Compose {
  const own = environmentOf(env);
  const works = (command: string, args: readonly string[]): boolean =>
    spawnSync(command, args, { env: own, stdio: "ignore" }).status === 0;
  if (works("docker", ["compose", "version"])) return composeAt("docker", ["compose"], own);
  if (works("docker-compose", ["version", "--short"])) return composeAt("docker-compose", [], own);
  throw new Problem(notInstalled);
}

/** The same without blocking this process meanwhile: a server has others to answer. Rejects with a Problem. */
export async function lookForCompose(env: Readonly<Record<string, string | undefined>>): Promise<Compose> {
  const own = environmentOf(env);
  const works = (command: string, args: readonly string[]): Promise<boolean> =>
    new Promise((resolve) => void execFile(command, args, { env: own }, (error) => resolve(!error)));
  if (await works("docker", ["compose", "version"])) return composeAt("docker", ["compose"], own);
  if (await works("docker-compose", ["version", "--short"])) return composeAt("docker-compose", [], own);
  throw new Problem(notInstalled);
}

const notInstalled = "Docker Compose is not installed: neither `docker compose` nor `docker-compose` works";

/** The variables passed to Compose (reference live.md 3): none that could change the meaning of a stack file. */
function environmentOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const wanted = /^(PATH|HOME|DOCKER_.*|(HTTP|HTTPS|FTP|NO|ALL)_PROXY)$/i;
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && wanted.test(name)) found[name] = value;
  return found;
}

function composeAt(program: string, first: readonly string[], env: Record<string, string>): Compose {
  return {
    command: [program, ...first].join(" "),
    run: (call, listener) =>
      new Promise((resolve, reject) => {
        const { project, folder, files, args, variables } = call;
        const all = [
          ...first,
          "-p",
          project,
          "--project-directory",
          folder,
          ...files.flatMap((file) => ["-f", file]),
          ...args,
        ];
        const log = openSync(listener.log, "w", 0o600);
        // In a process group of its own, so that Ctrl-C in a terminal does not kill it half way.
        const child = spawn(program, all, {
          cwd: folder,
          env: { ...variables, ...env },
          stdio: ["ignore", log, log],
          detached: true,
        });
        closeSync(log);
        child.on("error", (error) => reject(Problem.from(error, `start ${program}`)));
        // At once: whoever is killed after this line leaves a lock that says that Compose goes on alone.
        if (child.pid !== undefined) listener.onStart(child.pid);
        child.on("close", (code, signal) => {
          const output = endOf(listener.log);
          resolve({ exitCode: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output });
        });
      }),
  };
}

/** The last part of what was printed. */
function endOf(path: string): string {
  const text = readFileSync(path, "utf8");
  return text.slice(-mostOutput);
}

const mostOutput = 16 * 1024;
