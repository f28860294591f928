import { describe, expect, test } from "vitest";
import { MemoryFiles, run, type Run } from "../support/memory-io.ts";

const jobStack = "job:\n  image: busybox\n  autodestroy: ALWAYS\n";
const plainStack = "job:\n  image: busybox\n";

function compiled(text: string): MemoryFiles {
  const files = new MemoryFiles({ "/shop/stack.yml": text });
  run(["compile"], { files });
  return files;
}

function put(files: MemoryFiles, path: string, text: string): MemoryFiles {
  files.contents.set(path, { bytes: Buffer.from(text), mode: 0o644 });
  return files;
}

function check(files: MemoryFiles, ...args: readonly string[]): Run {
  const before = files.texts();
  files.beforeChange = (operation, path) => {
    throw new Error(`--check must not ${operation} ${path}`);
  };
  const after = run(["compile", "--check", ...args], { files });
  expect(after.files).toEqual(before);
  return after;
}

const lastLine = (text: string): string | undefined => text.trimEnd().split("\n").at(-1);

describe("--check", () => {
  test("with everything as it should be", () => {
    expect(check(compiled(jobStack))).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "tutum-stack: everything is up to date\n",
    });
  });

  test("before the first compilation", () => {
    const { code, stderr } = check(new MemoryFiles({ "/shop/stack.yml": jobStack }));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "tutum-stack: not up to date: docker-compose.yml is missing, autodestroy.json is missing\n",
    });
  });

  test("after an edit of the stack file", () => {
    const { code, stderr } = check(put(compiled(jobStack), "/shop/stack.yml", jobStack.replace("busybox", "alpine")));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: [
        "--- docker-compose.yml, as it is",
        "+++ docker-compose.yml, as it must be",
        "@@",
        " ",
        " services:",
        "   job:",
        "-    image: busybox",
        "+    image: alpine",
        '     restart: "no"',
        " ",
        "   autodestroy:",
        "tutum-stack: not up to date: docker-compose.yml differs",
        "",
      ].join("\n"),
    });
  });

  test("shows no secret, and nothing that acts on a terminal", () => {
    const files = compiled(`${plainStack}  environment:\n    API_TOKEN: 8f14e45fceea\n    TITLE: "a\\eb"\n`);
    const text = files.texts()["/shop/docker-compose.yml"]!;
    const changed = text.replace("8f14e45fceea", "c9f0f895fb98").replace(/TITLE:.*/, "TITLE: \u202ex");
    const { stderr } = check(put(files, "/shop/docker-compose.yml", changed));
    expect(stderr).toContain("-      TITLE: \\u{202e}x\n");
    expect(stderr).not.toMatch(/8f14e45fceea|c9f0f895fb98|\u001b|\u202e/);
  });

  test("says so when only secrets differ", () => {
    const files = compiled(`${plainStack}  environment:\n    API_TOKEN: 8f14e45fceea\n`);
    const text = files.texts()["/shop/docker-compose.yml"]!;
    const { stderr } = check(put(files, "/shop/docker-compose.yml", text.replace("8f14e45fceea", "c9f0f895fb98")));
    expect(stderr).toMatch(/^docker-compose\.yml: only values that look like secrets differ\n/m);
  });

  test("shows no more than a hundred lines of a file", () => {
    const files = put(compiled(plainStack), "/shop/docker-compose.yml", "x\n".repeat(5000));
    expect(check(files).stderr.split("\n").length).toBeLessThan(110);
    expect(check(files).stderr).toMatch(/^\(\d+ more lines\)$/m);
  });

  test.each(["json", "sarif", "junit", "checkstyle"])("shows no lines in %s, which is a document", (format) => {
    const files = put(compiled(plainStack), "/shop/stack.yml", jobStack);
    expect(check(files, "--format", format).stderr).toMatch(/^(\{[^]*\}|<\?xml[^]*>)\n$/);
  });

  test("after an edit of the output", () => {
    const files = compiled(jobStack);
    const { code, stderr } = check(
      put(files, "/shop/autodestroy.json", `${files.texts()["/shop/autodestroy.json"]}\n`),
    );
    expect({ code, says: lastLine(stderr) }).toEqual({
      code: 1,
      says: "tutum-stack: not up to date: autodestroy.json differs",
    });
  });

  test("after autodestroy was taken away", () => {
    const { code, stderr } = check(put(compiled(jobStack), "/shop/stack.yml", plainStack));
    expect({ code, says: lastLine(stderr) }).toEqual({
      code: 1,
      says: "tutum-stack: not up to date: docker-compose.yml differs, autodestroy.json is no longer needed",
    });
  });

  test("of files for a stack of another name", () => {
    const { code, stderr } = check(compiled(jobStack), "--name", "market");
    expect(code).toBe(1);
    expect(lastLine(stderr)).toBe(
      "tutum-stack: not up to date: docker-compose.yml differs, autodestroy.json differs; " +
        "the files are for a stack named shop, but this stack is named market: use --name shop",
    );
  });

  test("compile says so, too, after the fact", () => {
    const args = ["compile", "--name", "market"];
    const { code, stderr } = run(args, { files: compiled(jobStack) });
    expect(code).toBe(0);
    expect(stderr).toBe(
      "tutum-stack: wrote docker-compose.yml and autodestroy.json; " +
        "the files were for a stack named shop, and now are for market: use --name shop to keep the name\n",
    );
  });

  test("beside a file that was not generated", () => {
    const { code, stderr } = check(
      new MemoryFiles({ "/shop/stack.yml": plainStack, "/shop/docker-compose.yml": "services: {}\n" }),
    );
    expect({ code, says: lastLine(stderr) }).toEqual({
      code: 1,
      says: "tutum-stack: not up to date: docker-compose.yml differs",
    });
  });

  test("looks into the folder of --output", () => {
    expect(check(compiled(plainStack), "-o", "build")).toMatchObject({
      code: 1,
      stderr: "tutum-stack: not up to date: build/docker-compose.yml is missing\n",
    });
  });

  test("with an error in the stack file", () => {
    expect(check(put(compiled(plainStack), "/shop/stack.yml", "job:\n"))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("error[empty-service]"),
    });
  });

  test("shows warnings, too", () => {
    const { code, stderr } = check(compiled("web:\n  image: nginx\n  tags:\n    - fast\n"));
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning\[not-in-target\][^]*\ntutum-stack: everything is up to date \(1 warning\)\n$/);
  });
});
