import { describe, expect, test } from "vitest";
import { compile, type CompileOptions } from "../../src/compile.ts";
import { targets, type TargetName } from "../../src/targets/index.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";

const sourcesOf = (volumes: readonly string[], options: Partial<CompileOptions>): readonly string[] => {
  const text = `web:\n  image: nginx\n  volumes: ${JSON.stringify(volumes)}\n`;
  const { files, diagnostics } = compile(text, { name: "shop", ...options });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return [...files[0]!.text.matchAll(/^ {6}- "?(.*?):\/x"?$/gm)].map(([, source]) => source!);
};

describe.each(Object.keys(targets) as TargetName[])("relative host paths in %s", (target) => {
  test.each([
    ["../shop", "./data", "../shop/data"],
    ["../shop", "conf/redis", "../shop/conf/redis"],
    ["../shop", "../data", "../data"],
    ["../shop", "../../data", "../../data"],
    ["..", "./data", "../data"],
    ["..", ".", ".."],
    ["./shop", "./data", "./shop/data"],
    ["./shop", "../data", "./data"],
    ["./shop", "..", "."],
    [".", "./data", "./data"],
    ["../shop", "~/data", "~/data"],
    ["../shop", "/data", "/data"],
    ["../shop", "data", "data"],
    ["../$HOME", "./data", "../$$HOME/data"],
  ])("from %s, %s is %s", (stackFolder, source, expected) => {
    expect(sourcesOf([`${source}:/x`], { stackFolder, target })).toEqual([expected]);
  });

  test("of texts with variables, too", () => {
    const options = { stackFolder: "../$HOME", target, interpolate: true };
    expect(sourcesOf(["./${NAME}:/x", "${NAME}:/x"], options)).toEqual(["../$$HOME/${NAME}", "${NAME}"]);
  });
});

test.each(["", "shop", "/shop", "../a:b", "../a\nb"])("%j is no path to a stack file", (stackFolder) => {
  expect(() => compile("web:\n  image: nginx\n", { name: "shop", stackFolder })).toThrow(RangeError);
});

describe("compile -o", () => {
  const compiled = (...args: readonly string[]) =>
    run(["compile", ...args], {
      files: new MemoryFiles({ "/shop/deploy/stack.yml": "web:\n  image: nginx\n  volumes: [./data:/x]\n" }),
    });

  test.each([
    ["out", "../deploy/data"],
    [".", "./deploy/data"],
    ["deploy/out", "../data"],
    ["deploy", "./data"],
    ["/elsewhere/out", "../../shop/deploy/data"],
  ])("%s means the same folder", (output, expected) => {
    const { code, files, stderr } = compiled("deploy/stack.yml", "-o", output);
    expect(code, stderr).toBe(0);
    const [text = ""] = Object.entries(files).flatMap(([path, found]) => (path.endsWith("compose.yml") ? [found] : []));
    expect(text.replaceAll('"', "")).toContain(`- ${expected}:/x\n`);
  });

  test("a folder whose path cannot stand in a volume is refused", () => {
    const files = new MemoryFiles({ "/shop/a:b/stack.yml": "web:\n  image: nginx\n" });
    const { code, stderr } = run(["compile", "a:b/stack.yml", "-o", "out"], { files });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("cannot stand in a volume") });
    expect(run(["compile", "a:b/stack.yml", "--name", "shop"], { files }).code).toBe(0);
  });
});
