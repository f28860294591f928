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
    expect({ code, stderr }).toEqual({ code: 1, stderr: "tutum-stack: not up to date: docker-compose.yml differs\n" });
  });

  test("after an edit of the output", () => {
    const files = compiled(jobStack);
    const { code, stderr } = check(
      put(files, "/shop/autodestroy.json", `${files.texts()["/shop/autodestroy.json"]}\n`),
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: "tutum-stack: not up to date: autodestroy.json differs\n" });
  });

  test("after autodestroy was taken away", () => {
    const { code, stderr } = check(put(compiled(jobStack), "/shop/stack.yml", plainStack));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "tutum-stack: not up to date: docker-compose.yml differs, autodestroy.json is no longer needed\n",
    });
  });

  test("of files for a stack of another name", () => {
    const { code, stderr } = check(compiled(jobStack), "--name", "market");
    expect(code).toBe(1);
    expect(stderr).toBe(
      "tutum-stack: not up to date: docker-compose.yml differs, autodestroy.json differs; " +
        "the files are for a stack named shop, and this one is named market: use --name shop\n",
    );
  });

  test("compile says so, too, after the fact", () => {
    const args = ["compile", "--name", "market"];
    const { code, stderr } = run(args, { files: compiled(jobStack) });
    expect(code).toBe(0);
    expect(stderr).toBe(
      "tutum-stack: wrote docker-compose.yml and autodestroy.json; " +
        "they were for a stack named shop, and are for market now: use --name shop to keep the name\n",
    );
  });

  test("beside a file that was not generated", () => {
    const { code, stderr } = check(
      new MemoryFiles({ "/shop/stack.yml": plainStack, "/shop/docker-compose.yml": "services: {}\n" }),
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: "tutum-stack: not up to date: docker-compose.yml differs\n" });
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
