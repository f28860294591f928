import { describe, expect, test } from "vitest";
import { MemoryFiles, run } from "../support/memory-io.ts";

const good = "web:\n  image: nginx\n";
const doubtful = "web:\n  image: nginx\n  environment:\n    A: $B\n";
const bad = "web:\n";
const world = () => ({
  files: new MemoryFiles({
    "/shop/good.yml": good,
    "/shop/better.yml": good,
    "/shop/doubtful.yml": doubtful,
    "/shop/bad.yml": bad,
  }),
});

test.each([
  { args: ["good.yml"], code: 0, says: "good.yml is valid" },
  { args: ["good.yml", "better.yml"], code: 0, says: "all 2 files are valid" },
  { args: ["doubtful.yml"], code: 0, says: "doubtful.yml is valid (1 warning)" },
  { args: ["bad.yml"], code: 1, says: "bad.yml is not valid (1 error)" },
  { args: ["good.yml", "bad.yml", "doubtful.yml"], code: 1, says: "1 of 3 files is not valid (1 error, 1 warning)" },
  { args: ["bad.yml", "bad.yml", "good.yml"], code: 1, says: "2 of 3 files are not valid (2 errors)" },
  { args: ["--strict", "good.yml"], code: 0, says: "good.yml is valid" },
  {
    args: ["--strict", "doubtful.yml"],
    code: 1,
    says: "doubtful.yml is not valid (1 warning); --strict treats warnings as errors",
  },
  { args: ["--interpolate", "doubtful.yml"], code: 0, says: "doubtful.yml is valid" },
])("validate $args", ({ args, code, says }) => {
  const result = run(["validate", ...args], world());
  expect(result.code).toBe(code);
  expect(result.stderr).toBe("");
  expect(result.stdout.endsWith(`tutum-stack: ${says}\n`), result.stdout).toBe(true);
  expect(result.files).toEqual(world().files.texts());
});

test("every finding names its file", () => {
  const { stdout } = run(["validate", "bad.yml", "doubtful.yml"], world());
  expect(stdout).toMatchInlineSnapshot(`
    "error[empty-service]: service \`web\` has no fields
     --> bad.yml:1:1
      |
    1 | web:
      | ^^^ empty
      = help: write \`image: NAME\` below it, indented

    warning[dollar-is-text]: service \`web\`: \`$B\` is kept as text
     --> doubtful.yml:4:8
      |
    4 |     A: $B
      |        ^^ not substituted
      = help: use \`--interpolate\` if you mean a variable of the shell

    \`tutum-stack explain empty-service\` says more
    tutum-stack: 1 of 2 files is not valid (1 error, 1 warning)
    "
  `);
});

test("a file that cannot be read is a problem of use, whatever the others hold", () => {
  expect(run(["validate", "bad.yml", "nothing.yml"], world())).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/^error\[empty-service\][^]*bad\.yml is not valid \(1 error\)\n$/),
    stderr: "tutum-stack: cannot read nothing.yml: no such file\n",
  });
  expect(run(["validate", "nothing.yml", "neither.yml"], world())).toMatchObject({
    code: 2,
    stdout: "",
    stderr: "tutum-stack: cannot read nothing.yml: no such file\ntutum-stack: cannot read neither.yml: no such file\n",
  });
});

describe("what only a target loses", () => {
  test("is no matter of validate", () => {
    expect(run(["validate", "-"], { stdin: `${good}  tags:\n    - fast\n` })).toMatchObject({
      code: 0,
      stdout: "tutum-stack: stdin is valid\n",
      stderr: "",
    });
  });
});
