import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { program } from "../support/program.ts";

const [file = "", ...first] = program;
const plainStack = "web:\n  image: nginx\n";
const jobStack = "job:\n  image: busybox\n  autodestroy: ALWAYS\n";

let folder = "";

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "shop-")));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function tutumStack(
  args: readonly string[],
  options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Result {
  const { input = "", env = {}, cwd = folder } = options;
  const { status, stdout, stderr, error } = spawnSync(file, [...first, ...args], {
    cwd,
    input,
    env,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

/** Runs a command in which `"$@"` is the program. */
function shell(command: string): Result {
  const env = { PATH: process.env["PATH"] };
  const { status, stdout, stderr } = spawnSync("/bin/bash", ["--norc", "-c", command, "bash", ...program], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

const modeOf = (name: string): string => (statSync(join(folder, name)).mode & 0o777).toString(8);

test("is a program by itself", () => {
  const { status, stdout } = spawnSync(program.at(-1)!, ["--version"], { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

describe("files", () => {
  test("are written, replaced and removed, and nothing else is left", () => {
    put("stack.yml", jobStack);
    expect(tutumStack(["compile"])).toEqual({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(
        /^tutum-stack: wrote docker-compose\.yml and autodestroy\.json; the sidecar needs the image [^\n]*\n$/,
      ),
    });
    expect(readdirSync(folder).toSorted()).toEqual(["autodestroy.json", "docker-compose.yml", "stack.yml"]);
    expect(tutumStack(["compile", "--check"]).code).toBe(0);
    put("stack.yml", plainStack);
    expect(tutumStack(["compile", "--check"]).code).toBe(1);
    expect(tutumStack(["compile"])).toEqual({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(/^tutum-stack: wrote docker-compose.yml, removed autodestroy.json; /) as string,
    });
    expect(readdirSync(folder).toSorted()).toEqual(["docker-compose.yml", "stack.yml"]);
  });

  test("an untouched output keeps its time", () => {
    put("stack.yml", plainStack);
    tutumStack(["compile"]);
    const before = statSync(join(folder, "docker-compose.yml"), { bigint: true });
    tutumStack(["compile"]);
    const after = statSync(join(folder, "docker-compose.yml"), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  test("missing folders of --output are made", () => {
    put("stack.yml", plainStack);
    expect(tutumStack(["compile", "-o", "a/b/c"]).code).toBe(0);
    expect(readdirSync(join(folder, "a/b/c"))).toEqual(["docker-compose.yml"]);
  });

  test("a reader never sees a part of one", async () => {
    const large = (image: string) => `web:\n  image: ${image}\n  command: ${"x".repeat(1024 * 1024)}\n`;
    put("stack.yml", large("a"));
    tutumStack(["compile"]);
    const output = join(folder, "docker-compose.yml");
    const sizes = [readFileSync(output).length];
    put("stack.yml", large("longer"));
    tutumStack(["compile"]);
    sizes.push(readFileSync(output).length);

    const stop = new Int32Array(new SharedArrayBuffer(4));
    const reader = new Worker(
      `const { readFileSync } = require("node:fs");
       const { parentPort, workerData: { output, stop } } = require("node:worker_threads");
       const seen = new Map();
       let reads = 0;
       parentPort.postMessage("reading");
       for (; !Atomics.load(stop, 0); reads++) {
         let size;
         try { size = readFileSync(output).length; } catch (error) { size = error.code; }
         seen.set(size, (seen.get(size) ?? 0) + 1);
       }
       parentPort.postMessage({ reads, seen });`,
      { eval: true, workerData: { output, stop } },
    );
    await new Promise((resolve) => reader.once("message", resolve));
    const result = new Promise<{ readonly reads: number; readonly seen: ReadonlyMap<number | string, number> }>(
      (resolve) => reader.once("message", resolve),
    );
    for (let round = 0; round < 30; round++) {
      put("stack.yml", large(round % 2 ? "longer" : "a"));
      expect(tutumStack(["compile"]).code).toBe(0);
    }
    Atomics.store(stop, 0, 1);
    const { reads, seen } = await result;
    await reader.terminate();
    expect(reads).toBeGreaterThan(30);
    expect(new Set(seen.keys())).toEqual(new Set(sizes));
  });

  test("the mode of the stack file is that of new output", () => {
    chmodSync(put("stack.yml", jobStack), 0o600);
    tutumStack(["compile"]);
    expect([modeOf("docker-compose.yml"), modeOf("autodestroy.json")]).toEqual(["600", "600"]);
  });

  test("a replaced output keeps its mode", () => {
    put("stack.yml", plainStack);
    tutumStack(["compile"]);
    chmodSync(join(folder, "docker-compose.yml"), 0o664);
    put("stack.yml", plainStack.replace("nginx", "httpd"));
    expect(shell('umask 077; "$@" compile').code).toBe(0);
    expect(modeOf("docker-compose.yml")).toBe("664");
  });

  test("a link stays a link, and what it leads to is replaced", () => {
    put("stack.yml", plainStack);
    mkdirSync(join(folder, "real"));
    writeFileSync(join(folder, "real/compose.yml"), "# Generated by tutum-stack from stack.yml.\n");
    symlinkSync("real/compose.yml", join(folder, "docker-compose.yml"));
    expect(tutumStack(["compile"]).code).toBe(0);
    expect(readlinkSync(join(folder, "docker-compose.yml"))).toBe("real/compose.yml");
    expect(readFileSync(join(folder, "real/compose.yml"), "utf8")).toContain("image: nginx");
    expect(readdirSync(join(folder, "real"))).toEqual(["compose.yml"]);
  });

  test("a link to the stack file does not make it fair game", () => {
    put("stack.yml", plainStack);
    symlinkSync("stack.yml", join(folder, "docker-compose.yml"));
    const { code, stderr } = tutumStack(["compile", "--force"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("it is the stack file itself") });
    expect(readFileSync(join(folder, "stack.yml"), "utf8")).toBe(plainStack);
  });

  test("a link to nowhere is no foreign file", () => {
    put("stack.yml", plainStack);
    symlinkSync("nowhere.yml", join(folder, "docker-compose.yml"));
    expect(tutumStack(["compile"]).code).toBe(0);
    expect(readFileSync(join(folder, "docker-compose.yml"), "utf8")).toContain("image: nginx");
    expect(lstatSync(join(folder, "stack.yml")).isFile()).toBe(true);
  });
});

describe("a folder that cannot be written", () => {
  function expectProblem({ code, stdout, stderr }: Result, says: RegExp): void {
    expect(stderr).toMatch(/^tutum-stack: [^\n]*\n$/);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain(folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  }

  beforeEach(() => {
    put("stack.yml", plainStack);
  });

  test("because a part of its path is a file", () => {
    put("file", "");
    expectProblem(tutumStack(["compile", "-o", "file/below"]), /a part of the path is not a folder/);
    expectProblem(
      tutumStack(["compile", "-o", "file"]),
      /a part of the path is not a folder|a file of that name is in the way/,
    );
  });

  test("because it is the system's", () => {
    expectProblem(tutumStack(["compile", "-o", "/proc/self"]), /cannot write|permission denied|read-only|no such file/);
  });

  test("because a folder has the output's name", () => {
    mkdirSync(join(folder, "docker-compose.yml"));
    expectProblem(tutumStack(["compile"]), /it is a folder/);
    expectProblem(tutumStack(["compile", "--force"]), /it is a folder/);
  });

  test("because its links form a cycle", () => {
    symlinkSync("loop", join(folder, "loop"));
    expectProblem(tutumStack(["compile", "-o", "loop"]), /too many symbolic links/);
    symlinkSync("docker-compose.yml", join(folder, "docker-compose.yml"));
    expectProblem(tutumStack(["compile"]), /too many symbolic links/);
  });

  test("because the name is too long", () => {
    expectProblem(tutumStack(["compile", "-o", "x".repeat(300)]), /the name is too long/);
  });

  test("with --check, too", () => {
    put("file", "");
    expectProblem(tutumStack(["compile", "--check", "-o", "file/below"]), /a part of the path is not a folder/);
  });
});

describe("a stack file that cannot be read", () => {
  test.each(["compile", "validate", "lifecycle"])("%s of a folder", (command) => {
    mkdirSync(join(folder, "stack.yml"));
    expect(tutumStack([command])).toEqual({
      code: 2,
      stdout: "",
      stderr: "tutum-stack: cannot read stack.yml: it is a folder\n",
    });
  });

  test("below a file", () => {
    put("file", "");
    expect(tutumStack(["validate", "file/stack.yml"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "tutum-stack: cannot read file/stack.yml: a part of the path is not a folder\n",
    });
  });

  test("standard input that is a folder", () => {
    const { code, stderr } = shell('"$@" validate - < .');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^tutum-stack: cannot read [^\n]*: it is a folder\n$/),
    });
  });

  test("standard input that is closed", () => {
    const { code, stderr } = shell('"$@" validate - <&-');
    expect(code).not.toBe(70);
    expect(stderr).not.toContain("    at ");
  });
});

describe("standard input", () => {
  test("from a pipe", () => {
    put("stack.yml", plainStack);
    expect(shell('cat stack.yml | "$@" compile - --print docker-compose.yml')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("image: nginx"),
      stderr: "",
    });
  });

  test("from a pipe that is slow to begin and comes in parts", async () => {
    const child = spawn(file, [...first, "validate", "-"], { cwd: folder });
    const { stdin, stdout } = child;
    let said = "";
    stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ended = new Promise((resolve) => child.once("close", resolve));
    for (const part of ["web:\n", "  image: nginx\n", `# ${"x".repeat(200_000)}\n`]) {
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => stdin.write(part, resolve));
    }
    stdin.end();
    expect({ code: await ended, said }).toEqual({ code: 0, said: "tutum-stack: stdin is valid\n" });
  });

  test("from /dev/null is empty, which is an error", () => {
    const { code, stderr } = shell('"$@" compile - < /dev/null');
    expect(code).toBe(1);
    expect(stderr).toContain("error[empty-file]");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("of a mebibyte", () => {
    const input = `web:\n  image: nginx\n  command: ${"x".repeat(1024 * 1024)}\n`;
    const { code, stdout } = tutumStack(["compile", "-", "--print", "docker-compose.yml"], { input });
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(1024 * 1024);
  });
});

describe("a reader", () => {
  test.each([
    {
      what: "standard output",
      command: 'compile - --print docker-compose.yml < stack.yml 2> said | head -c 10; echo "${PIPESTATUS[0]}"',
    },
    {
      what: "standard error",
      command:
        'compile - --print docker-compose.yml < stack.yml 2>&1 > /dev/null | head -c 10; echo "${PIPESTATUS[0]}"',
    },
    { what: "the schema", command: 'schema 2> said | head -c 10; echo "${PIPESTATUS[0]}"' },
    {
      what: "standard output that nobody reads",
      command: 'compile - --print docker-compose.yml < stack.yml 2> said | true; echo "${PIPESTATUS[0]}"',
    },
  ])("of $what that goes away ends the program quietly", ({ command }) => {
    put("stack.yml", Array.from({ length: 3000 }, (_, index) => `s${index}:\n  image: nginx\n  tags: [a]\n`).join(""));
    const { stdout, stderr } = shell(`"$@" ${command}`);
    expect(stdout).toMatch(/^[^]{0,10}0\n$/);
    expect(stderr).toBe("");
    expect(readdirSync(folder).includes("said") ? readFileSync(join(folder, "said"), "utf8") : "").not.toMatch(
      /EPIPE|^ {4}at /m,
    );
  });

  test("whose pipe does not wait for it gets a mebibyte to the last byte", () => {
    put("stack.yml", `web:\n  image: nginx\n  command: ${"x".repeat(1024 * 1024)}\n`);
    const impatient = "perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_WRONLY | O_NONBLOCK) or die; exec @ARGV'";
    const { stdout, stderr } = shell(`${impatient} "$@" compile --print docker-compose.yml | (sleep 0.3; cat > read)`);
    expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "" });
    expect(
      readFileSync(join(folder, "read"), "utf8") === tutumStack(["compile", "--print", "docker-compose.yml"]).stdout,
    ).toBe(true);
  });

  test("that is a full disk is a problem, told in a line", () => {
    const { code, stdout, stderr } = shell('"$@" schema > /dev/full');
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: "tutum-stack: cannot write to standard output: no space left on the disk\n",
    });
  });

  test("that is slow gets a mebibyte of diagnostics to the last byte", async () => {
    put("stack.yml", Array.from({ length: 4000 }, (_, index) => `s${index}:\n  image: nginx\n  tags: [a]\n`).join(""));
    const child = spawn(file, [...first, "validate", "--format", "json", "--strict", "stack.yml"], { cwd: folder });
    expect(await slowly(child, child.stdout)).toMatchObject({ code: 0 });
    const compiling = spawn(file, [...first, "compile", "--format", "json", "--strict"], { cwd: folder });
    const { code, text } = await slowly(compiling, compiling.stderr);
    expect(code).toBe(1);
    expect(text.length).toBeGreaterThan(1024 * 1024);
    expect(JSON.parse(text)).toMatchObject({ version: 1, warnings: 4000 });
  });

  /** Reads a stream a few bytes at a time, with turns of the event loop between. */
  async function slowly(
    child: ChildProcess,
    stream: Readable,
  ): Promise<{ readonly code: unknown; readonly text: string }> {
    const ended = new Promise((resolve) => child.once("close", resolve));
    const chunks: Buffer[] = [];
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    return { code: await ended, text: Buffer.concat(chunks).toString() };
  }
});

describe("the shell's variables", () => {
  const env: NodeJS.ProcessEnv = {};
  for (const name of [
    "HOME",
    "USER",
    "PWD",
    "OLDPWD",
    "HOSTNAME",
    "PASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "COMPOSE_PROJECT_NAME",
    "DOCKER_HOST",
    "NAME",
    "TAG",
  ])
    env[name] = `leaked-value-of-${name.toLowerCase()}`;
  for (let index = 0; index < 500; index++) env[`VARIABLE_${index}`] = `leaked-value-${index}`;

  const stack = `web:
  image: "nginx:\${TAG}"
  command: echo $PASSWORD \${HOME} $VARIABLE_7
  environment:
    - PASSWORD
    - NAME=\${NAME}
    - COPY=$AWS_SECRET_ACCESS_KEY
    - HOME=~
  labels:
    owner: $USER
  volumes:
    - \${PWD}:/data
  autodestroy: ON_SUCCESS
`;

  test.each([[], ["--interpolate"], ["--interpolate", "--format", "json"], ["--strict"]])(
    "do not get into the output: %s",
    (...args) => {
      put("stack.yml", stack);
      for (const command of [
        ["compile"],
        ["compile", "--print", "docker-compose.yml"],
        ["compile", "--check"],
        ["validate"],
      ]) {
        const { code, stdout, stderr } = tutumStack([...command, ...args], { env });
        expect(code).toBeLessThan(2);
        expect(`${stdout}${stderr}`).not.toMatch(/leaked/i);
      }
      for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), "utf8")).not.toMatch(/leaked/i);
    },
  );

  test("do not change the output", () => {
    put("stack.yml", stack);
    for (const args of [[], ["--interpolate"]]) {
      const command = ["compile", "--print", "docker-compose.yml", ...args];
      expect(tutumStack(command, { env })).toEqual(tutumStack(command));
    }
  });
});

describe("colours", () => {
  test("are not printed into pipes and files, but when forced", () => {
    put("stack.yml", "web:\n");
    for (const [command, stream] of [
      ["compile", "stderr"],
      ["validate", "stdout"],
    ] as const) {
      expect(tutumStack([command])[stream]).not.toContain("\u001b");
      expect(tutumStack([command], { env: { FORCE_COLOR: "1" } })[stream]).toContain("\u001b[");
      expect(tutumStack([command], { env: { NO_COLOR: "1" } })[stream]).not.toContain("\u001b");
    }
    const path = join(folder, "said");
    const said = openSync(path, "w");
    spawnSync(file, [...first, "validate"], { cwd: folder, stdio: ["ignore", said, "ignore"], env: {} });
    closeSync(said);
    expect(readFileSync(path, "utf8")).toMatch(/^error\[empty-service\]/);
  });
});
