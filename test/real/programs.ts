import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The variables that every program needs; what the tests' own shell holds beside them reaches no Compose file. */
export const bareEnvironment: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^(PATH|HOME|XDG_STATE_HOME|LANG|LC_.*|DOCKER_.*)$/.test(name)),
);

/** What a program left behind. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export function execute(command: readonly string[], { env = bareEnvironment, cwd = tmpdir() } = {}): Promise<Outcome> {
  const [program = "", ...args] = command;
  return new Promise((resolve) => {
    execFile(program, args, { env, cwd, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      resolve({ code: error ? (typeof error.code === "number" ? error.code : 127) : 0, stdout, stderr });
    });
  });
}

/** Whether a program is here and does what it is asked. */
export function works(command: readonly string[]): boolean {
  const [program = "", ...args] = command;
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

/**
 * A suite that needs a program: left out where the program is missing, with a title that says so; never left out in CI.
 */
export function suiteThatNeeds(
  title: string,
  needs: { readonly isHere: boolean; readonly how: string },
): { readonly title: string; readonly isLeftOut: boolean } {
  if (needs.isHere) return { title, isLeftOut: false };
  return { title: `${title} (missing: ${needs.how})`, isLeftOut: !process.env["CI"] };
}

/** The implementations of Compose that are here; `docker-compose` may be of version 1 or later. */
export const composeCommands: readonly (readonly string[])[] = [["docker", "compose"], ["docker-compose"]].filter(
  (command) => works([...command, "version"]),
);

/** Whether `docker-compose` is of version 1. */
export const isVersion1 = works(["sh", "-c", "docker-compose version --short | grep -q '^1\\.'"]);

/** The Compose that tests start stacks with: `docker compose`, or `docker-compose` where that is missing. */
export const composeCommand: readonly string[] = composeCommands[0] ?? ["docker-compose"];

/** Compose of any version. */
export const needsCompose = {
  isHere: composeCommands.length > 0,
  how: "Docker Compose; on Debian: apt-get install docker-compose",
};

/**
 * What `config` of Compose prints, with mappings as Maps. `command` ends with the options that name the file. YAML that
 * Compose 2 prints cannot be read by every reader (a plain `=`), and docker-compose 1 prints no JSON.
 */
export async function composeConfig(
  command: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<unknown> {
  const isFirst = command[0] === "docker-compose" && isVersion1;
  const { code, stdout, stderr } = await execute(
    [...command, "config", ...(isFirst ? [] : ["--format", "json"])],
    options,
  );
  if (code !== 0) throw new Error(stderr);
  return isFirst ? unmarked(readWithPyYaml([stdout])[0]) : asMaps(JSON.parse(stdout));
}

function asMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asMaps);
  if (typeof value !== "object" || value === null) return value;
  return new Map(Object.entries(value).map(([key, item]) => [key, asMaps(item)]));
}

/** The CLI of Docker 23 or later, which checks stack files without an engine. */
export const needsStackConfig = {
  isHere: works(["docker", "stack", "config", "--help"]),
  how: "docker 23 or later, for `docker stack config`",
};

/** PyYAML, the reader of docker-compose 1.x. */
export const needsPyYaml = {
  isHere: works(["python3", "-c", "import yaml"]),
  how: "PyYAML; on Debian: apt-get install python3-yaml",
};

/** What PyYAML reads in each of several texts, in one process, in the form of `marked`. */
export function readWithPyYaml(texts: readonly string[]): readonly unknown[] {
  const { status, stdout, stderr } = spawnSync("python3", [fileURLToPath(new URL("load_yaml.py", import.meta.url))], {
    input: JSON.stringify(texts),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as unknown[];
}

/** Commands in the words that docker-compose 1.x finds in them; a list is split already. */
export function splitWithPython(commands: readonly (string | readonly string[])[]): readonly (readonly string[])[] {
  const program =
    "import json, shlex, sys; print(json.dumps([shlex.split(c) if isinstance(c, str) else c for c in json.load(sys.stdin)]))";
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program], {
    input: JSON.stringify(commands),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[][];
}

/**
 * Data whose mappings are Maps, with lists and mappings marked as such, so that no key or type is lost on the way
 * through JSON.
 */
export function marked(value: unknown): unknown {
  if (value instanceof Map) return { mapping: [...value].map(([key, item]) => [marked(key), marked(item)]) };
  return Array.isArray(value) ? { list: value.map(marked) } : value;
}

/** The opposite of `marked`. */
export function unmarked(value: unknown): unknown {
  const { mapping, list } = (value ?? {}) as {
    readonly mapping?: readonly [unknown, unknown][];
    readonly list?: readonly unknown[];
  };
  if (mapping) return new Map(mapping.map(([key, item]) => [unmarked(key), unmarked(item)]));
  return list ? list.map(unmarked) : value;
}

/** A folder with these files, removed when the test is over. A concurrent test has to say itself when that is. */
export function temporaryFolder(
  files: readonly { readonly name: string; readonly text: string }[],
  finished = onTestFinished,
): string {
  const folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));
  finished(() => rmSync(folder, { recursive: true, force: true }));
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  return folder;
}
