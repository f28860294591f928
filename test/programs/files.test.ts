import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { beforeEach, describe, expect, test } from "vitest";
import { folder, jobStack, plainStack, put, shell, tutumStack, type Result } from "./shop.ts";
import { program } from "../support/program.ts";

const modeOf = (name: string): string => (statSync(join(folder, name)).mode & 0o777).toString(8);

/** The executable reads no `NODE_OPTIONS`, and Bun itself refuses to start in a folder that was removed. */
const onNode: (name: string, tests: () => void) => void = program.length > 1 ? describe : () => undefined;

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

  test.each(["validate", "compile", "migrate"])("%s of an empty folder says what is missing", (command) => {
    mkdirSync(join(folder, "empty"));
    expect(tutumStack([command, "empty"])).toMatchObject({
      code: 2,
      stderr: "tutum-stack: there is no stack file in empty\n",
    });
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

  test("a link to a file that does not exist stays a link, and the file is made", () => {
    put("stack.yml", plainStack);
    mkdirSync(join(folder, "real"));
    symlinkSync("real/compose.yml", join(folder, "docker-compose.yml"));
    expect(tutumStack(["compile"]).code).toBe(0);
    expect(readlinkSync(join(folder, "docker-compose.yml"))).toBe("real/compose.yml");
    expect(readFileSync(join(folder, "real/compose.yml"), "utf8")).toContain("image: nginx");
    expect(readdirSync(join(folder, "real"))).toEqual(["compose.yml"]);
  });

  test("a link into a folder that does not exist is a problem, and stays", () => {
    put("stack.yml", plainStack);
    symlinkSync("nowhere/compose.yml", join(folder, "docker-compose.yml"));
    expect(tutumStack(["compile"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "tutum-stack: cannot write docker-compose.yml: no such file or folder\n",
    });
    expect(readdirSync(folder).toSorted()).toEqual(["docker-compose.yml", "stack.yml"]);
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

  test("because its links lead in a circle", () => {
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

describe("a pipe or a device in the place of an output", () => {
  const kinds = [
    { kind: "a pipe", make: "mkfifo docker-compose.yml" },
    { kind: "a link to a pipe", make: "mkfifo pipe; ln -s pipe docker-compose.yml" },
    { kind: "a link to a device", make: "ln -s /dev/zero docker-compose.yml" },
    { kind: "a pipe instead of the config", make: "mkfifo autodestroy.json" },
  ];

  test.each(kinds)("is refused unread, even with --force: $kind", ({ make }) => {
    put("stack.yml", jobStack);
    shell(make);
    const before = readdirSync(folder);
    for (const args of [[], ["--force"], ["--check"]])
      expect(tutumStack(["compile", "--name", "shop", ...args])).toEqual({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^tutum-stack: cannot read [\w.-]+: it is not a plain file\n$/) as string,
      });
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("a stack file that is no file", () => {
  test("is read when it is named", () => {
    put("real.yml", plainStack);
    expect(shell('"$@" validate <(cat real.yml)')).toMatchObject({ code: 0, stderr: "" });
    expect(shell('"$@" validate /dev/stdin < real.yml')).toMatchObject({ code: 0, stderr: "" });
    expect(shell('mkfifo pipe; cat real.yml > pipe & "$@" validate pipe')).toMatchObject({ code: 0, stderr: "" });
  });

  test.each(["validate /dev/zero", "validate - < /dev/zero"])("is read up to its limit: %s", (command) => {
    const { code, stdout } = shell(`"$@" ${command}`);
    expect(code).toBe(1);
    expect(stdout).toContain("error[control-character]: the file contains the control character U+0000");
  });

  test("cannot be a socket", () => {
    const listen = `require("node:net").createServer().listen("socket", () => process.kill(process.pid, 9))`;
    shell(`"${process.execPath}" -e '${listen}'`);
    expect(tutumStack(["validate", "socket"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "tutum-stack: cannot read socket: it is a socket, or nothing answers there\n",
    });
  });

  test("is not waited for when nobody named it", () => {
    shell("mkfifo stack.yml");
    for (const command of ["compile", "validate", "lifecycle", "lifecycle web", "node-labels"])
      expect(shell(`"$@" ${command}`)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(
          /^tutum-stack: cannot read (stack\.yml: it is not a plain file|web: .*)\n$/,
        ) as string,
      });
  });

  test("is not waited for by a shell that completes", () => {
    shell("mkfifo stack.yml");
    expect(shell('"$@" __complete zsh lifecycle stack.yml ""').stderr).not.toContain("    at ");
  });

  test("of more than two GiB is too large", () => {
    shell("truncate -s 3G stack.yml; printf 'web:\\n' | dd of=stack.yml conv=notrunc status=none");
    expect(tutumStack(["validate"]).code).toBe(1);
    shell("truncate -s 3G docker-compose.yml");
    put("stack.yml", plainStack);
    expect(tutumStack(["compile", "--name", "shop"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "tutum-stack: cannot read docker-compose.yml: it is larger than 128 MiB\n",
    });
  });
});

describe("a config of the sidecar that is no file", () => {
  test.each(["mkfifo a.json", "ln -s /dev/zero a.json"])("is refused: %s", (make) => {
    shell(make);
    expect(tutumStack(["sidecar", "--config", "a.json"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "tutum-stack: cannot read a.json: it is not a plain file\n",
    });
  });

  test("or is too large", () => {
    shell("truncate -s 200M a.json");
    expect(tutumStack(["sidecar", "--config", "a.json"]).stderr).toBe(
      "tutum-stack: cannot read a.json: it is larger than 8 MiB\n",
    );
  });
});

onNode("a signal while files are written", () => {
  /** A module that sends a signal before or after one of the file operations, and counts them. */
  const signaller = `
const fs = require("node:fs");
let count = 0;
const at = Number(process.env.SIGNAL_AT);
for (const name of ["mkdirSync", "openSync", "writeFileSync", "fsyncSync", "closeSync", "copyFileSync", "renameSync", "rmSync"]) {
  const original = fs[name];
  fs[name] = (...args) => {
    const isOurs = /docker-compose|autodestroy\\.json|\\.tutum-stack-/.test(String(args)) || typeof args[0] === "number";
    if (isOurs && process.listenerCount("SIGHUP") > 0 && count++ === at) process.kill(process.pid, process.env.SIGNAL);
    return original(...args);
  };
}
`;
  const images = (): readonly string[] =>
    ["docker-compose.yml", "autodestroy.json"].map((name) =>
      existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "none",
    );

  test.each(["SIGINT", "SIGTERM", "SIGHUP"])("%s waits until they are all there, wherever it comes", (signal) => {
    const module = put("signaller.cjs", signaller);
    put("stack.yml", jobStack);
    tutumStack(["compile", "--name", "shop"]);
    const before = images();
    put("stack.yml", plainStack);
    tutumStack(["compile", "--name", "shop"]);
    const after = images();
    let ended = 0;
    for (let at = 0; ; at++) {
      put("stack.yml", jobStack);
      tutumStack(["compile", "--name", "shop"]);
      expect(images()).toEqual(before);
      put("stack.yml", plainStack);
      const env = { NODE_OPTIONS: `--require=${module}`, SIGNAL_AT: String(at), SIGNAL: signal };
      const { code } = tutumStack(["compile", "--name", "shop"], { env });
      expect(images()).toEqual(after);
      expect(readdirSync(folder).toSorted()).toEqual(["docker-compose.yml", "signaller.cjs", "stack.yml"]);
      if (code === 0) break;
      expect(code).toBeNull();
      ended++;
    }
    expect(ended).toBeGreaterThan(8);
  });
});

onNode("a folder that was removed", () => {
  const inRemoved = (command: string): Result => shell(`mkdir gone; cd gone; rmdir ../gone; "$@" ${command}`);

  test.each(["--help", "--version", "help compile", "explain", "schema stack", "completion bash"])(
    "does not matter for what needs none: %s",
    (command) => {
      expect(inRemoved(command)).toMatchObject({ code: 0, stderr: "" });
    },
  );

  test.each(["compile", "validate", "compile stack.yml", "lifecycle", "node-labels", "sidecar --config a.json"])(
    "is a problem for what reads it: %s",
    (command) => {
      expect(inRemoved(command)).toEqual({
        code: 2,
        stdout: "",
        stderr: "tutum-stack: cannot find the current folder: no such file or folder\n",
      });
    },
  );
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
