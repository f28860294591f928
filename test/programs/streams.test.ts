import type { ChildProcess } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { folder, plainStack, put, shell, startTutumStack, tutumStack } from "./shop.ts";

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
    const child = startTutumStack("validate", "-");
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

  test.each([
    { command: "schema stack > /dev/full", code: 2 },
    { command: "--help > /dev/full", code: 2 },
    { command: "validate stack.yml > /dev/full", code: 2 },
    { command: "validate stack.yml --format json > /dev/full", code: 2 },
    { command: "lifecycle > /dev/full", code: 2 },
    { command: "compile --print docker-compose.yml > /dev/full", code: 2 },
    { command: "sidecar --health > /dev/full", code: 2 },
    { command: "compile 2> /dev/full", code: 2 },
    { command: "compile --format json 2> /dev/full", code: 2 },
    { command: "compile nothing.yml 2> /dev/full", code: 2 },
    { command: "compile --nonsense 2> /dev/full", code: 2 },
    { command: "nonsense 2> /dev/full", code: 2 },
    { command: "node-labels 2> /dev/full", code: 2 },
    { command: "schema stack > /dev/full 2> /dev/full", code: 2 },
    { command: "validate stack.yml 2> /dev/full", code: 0 },
  ])("that is a full disk gives exit code $code, never a stack trace: $command", ({ command, code }) => {
    put("stack.yml", plainStack);
    const result = shell(`"$@" ${command}`);
    expect(result.code).toBe(code);
    expect(result.stderr).not.toContain("    at ");
    expect(result.stderr).toMatch(/^(tutum-stack: cannot write to standard output: no space left on the disk\n)?$/);
  });

  test("that is a full disk does not change what was written before", () => {
    put("stack.yml", plainStack);
    shell('"$@" compile 2> /dev/full');
    expect(readFileSync(join(folder, "docker-compose.yml"), "utf8")).toContain("image: nginx");
  });

  test("that is slow gets a mebibyte of diagnostics to the last byte", async () => {
    put("stack.yml", Array.from({ length: 4000 }, (_, index) => `s${index}:\n  image: nginx\n  tags: [a]\n`).join(""));
    const child = startTutumStack("validate", "--format", "json", "--strict", "stack.yml");
    expect(await slowly(child, child.stdout)).toMatchObject({ code: 0 });
    const compiling = startTutumStack("compile", "--format", "json", "--strict");
    const { code, text } = await slowly(compiling, compiling.stderr);
    expect(code).toBe(1);
    expect(text.length).toBeGreaterThan(1024 * 1024);
    const report = JSON.parse(text) as { readonly diagnostics: readonly unknown[] };
    expect(report).toMatchObject({ version: 1, warnings: 1 });
    expect(report.diagnostics).toHaveLength(4000);
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
