import { describe, expect, test } from "vitest";
import { hasColour } from "../../src/cli/colour.ts";
import type { Io } from "../../src/cli/io.ts";
import { main } from "../../src/cli/main.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";

const good = "web:\n  image: nginx\n";
const doubtful = `${good}  tags:\n    - fast\n`;
const bad = "web:\ndb:\n";
const world = (text: string) => ({ files: new MemoryFiles({ "/shop/stack.yml": text, "/shop/other.yml": good }) });

describe("--format json", () => {
  test.each([
    { args: ["compile"], text: good, code: 0, errors: 0, warnings: 0 },
    { args: ["compile"], text: doubtful, code: 0, errors: 0, warnings: 1 },
    { args: ["compile"], text: bad, code: 1, errors: 2, warnings: 0 },
    { args: ["compile", "--strict"], text: doubtful, code: 1, errors: 0, warnings: 1 },
    { args: ["compile", "--check"], text: good, code: 1, errors: 0, warnings: 0 },
    { args: ["compile", "--print", "docker-compose.yml"], text: good, code: 0, errors: 0, warnings: 0 },
    { args: ["compile", "--print", "docker-compose.yml"], text: doubtful, code: 0, errors: 0, warnings: 1 },
    { args: ["validate"], text: good, code: 0, errors: 0, warnings: 0 },
    { args: ["validate", "stack.yml", "other.yml"], text: bad, code: 1, errors: 2, warnings: 0 },
  ])("$args with $errors errors and $warnings warnings is one document", ({ args, text, code, errors, warnings }) => {
    const result = run([...args, "--format", "json"], { ...world(text), isTerminal: true, env: { FORCE_COLOR: "1" } });
    expect(result.code).toBe(code);
    const [document, other] = args[0] === "validate" ? [result.stdout, result.stderr] : [result.stderr, result.stdout];
    expect(document).toMatch(/^\{[^]*\}\n$/);
    const report = JSON.parse(document) as { readonly diagnostics: readonly unknown[] };
    expect(report).toMatchObject({ version: 1, errors, warnings });
    expect(report.diagnostics).toHaveLength(errors + warnings);
    if (!args.includes("--print")) expect(other).toBe("");
  });

  test("one finding", () => {
    expect(JSON.parse(run(["validate", "--format", "json", "-"], { stdin: "web:\n" }).stdout)).toMatchInlineSnapshot(`
      {
        "diagnostics": [
          {
            "code": "empty-service",
            "file": "stdin",
            "help": [
              "write \`image: NAME\` below it, indented",
            ],
            "labels": [
              {
                "end": {
                  "column": 4,
                  "line": 1,
                },
                "span": {
                  "end": 3,
                  "start": 0,
                },
                "start": {
                  "column": 1,
                  "line": 1,
                },
                "text": "empty",
              },
            ],
            "message": "service \`web\` has no fields",
            "notes": [],
            "service": "web",
            "severity": "error",
          },
        ],
        "errors": 1,
        "summary": "stdin is not valid",
        "version": 1,
        "warnings": 0,
      }
    `);
  });
});

describe("colours", () => {
  const coloured = (env: Io["env"], terminals: { readonly stdout: boolean; readonly stderr: boolean }) => {
    const written = { stdout: "", stderr: "" };
    const output = (stream: keyof typeof written) => ({
      isTerminal: terminals[stream],
      write: (text: string) => void (written[stream] += text),
    });
    const io: Io = {
      env,
      cwd: "/shop",
      stdout: output("stdout"),
      stderr: output("stderr"),
      log: () => false,
      files: new MemoryFiles({ "/shop/stack.yml": doubtful }),
      readStdin: () => Buffer.of(),
      canAsk: false,
      readLine: () => "",
    };
    expect(main(["compile", "--print", "docker-compose.yml"], io)).toBe(0);
    const onStdout = hasColour(io, io.stdout);
    expect(written.stdout).not.toContain("\u001b");
    return { stdout: onStdout, stderr: written.stderr.includes("\u001b[") };
  };

  test.each([
    { env: {}, stdout: false, stderr: false },
    { env: {}, stdout: true, stderr: false },
    { env: {}, stdout: false, stderr: true },
    { env: {}, stdout: true, stderr: true },
  ])("follow each stream: terminals $stdout and $stderr", ({ env, stdout, stderr }) => {
    expect(coloured(env, { stdout, stderr })).toEqual({ stdout, stderr });
  });

  test.each([
    { env: { NO_COLOR: "1" }, terminal: true, expected: false },
    { env: { NO_COLOR: "" }, terminal: true, expected: true },
    { env: { NO_COLOR: "" }, terminal: false, expected: false },
    { env: { TERM: "dumb" }, terminal: true, expected: false },
    { env: { FORCE_COLOR: "1" }, terminal: false, expected: true },
    { env: { FORCE_COLOR: "true" }, terminal: false, expected: true },
    { env: { FORCE_COLOR: "0" }, terminal: true, expected: false },
    { env: { FORCE_COLOR: "" }, terminal: false, expected: false },
    { env: { FORCE_COLOR: "1", NO_COLOR: "1" }, terminal: false, expected: true },
  ])("$env on a terminal: $terminal", ({ env, terminal, expected }) => {
    expect(coloured(env, { stdout: terminal, stderr: terminal })).toEqual({ stdout: expected, stderr: expected });
  });

  test("change nothing but the colour", () => {
    const plain = run(["compile"], world(doubtful)).stderr;
    const painted = run(["compile"], { ...world(doubtful), isTerminal: true }).stderr;
    expect(painted).not.toBe(plain);
    expect(painted.replace(/\u001b\[\d+m/g, "")).toBe(plain);
  });

  test("of errors and warnings", () => {
    expect(run(["validate", "-"], { stdin: "web:\n", isTerminal: true }).stdout).toMatchInlineSnapshot(`
      "[1m[31merror[empty-service][39m[22m[1m: service \`web\` has no fields[22m
       [1m[34m-->[39m[22m stdin:1:1
        [1m[34m|[39m[22m
      [1m[34m1[39m[22m [1m[34m|[39m[22m web:
        [1m[34m|[39m[22m [1m[31m^^^ empty[39m[22m
        [1m[34m=[39m[22m [1mhelp:[22m write \`image: NAME\` below it, indented

      \`tutum-stack explain empty-service\` says more
      tutum-stack: stdin is not valid (1 error)
      "
    `);
  });
});

describe("--allow", () => {
  const stack = "web:\n  image: nginx\n  tags: [a]\n  volumes:\n    - data:/data\n  environment:\n    - A=$B\n";
  const compile = (...args: readonly string[]) =>
    run(["compile", ...args], { files: new MemoryFiles({ "/shop/stack.yml": stack }) });

  test("warnings are neither printed nor counted", () => {
    const { code, stderr } = compile("--allow", "not-in-target,named-volume", "--allow", "dollar-is-text", "--strict");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "tutum-stack: wrote docker-compose.yml\n" });
  });

  test("others still are", () => {
    const { code, stderr } = compile("--allow", "not-in-target, named-volume", "--max-warnings", "0");
    expect(code).toBe(1);
    expect(stderr.match(/^\w+\[[\w-]+\]/gm)).toEqual(["warning[dollar-is-text]"]);
    expect(stderr).toContain("stack.yml was not compiled (1 warning); --max-warnings allows 0\n");
  });

  test("of validate", () => {
    expect(
      run(["validate", "-", "--allow", "dollar-is-text", "--strict"], {
        stdin: stack.replace(/ {2}volumes:\n.*\n/, ""),
      }),
    ).toMatchObject({ code: 0 });
  });

  test.each(["bad-port", "nonsense", "", "named-volume,"])("%j is refused, for it is no warning", (codes) => {
    const { code, stderr } = compile("--allow", codes);
    expect(code).toBe(2);
    expect(stderr).toMatch(/is invalid\. There is no warning "[\w-]*"; `tutum-stack explain` lists them\.\n$/);
  });
});
