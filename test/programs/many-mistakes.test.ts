import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

/** Runs the program with room for some 40,000 arguments of a call, in place of 120,000. */
function withSmallStack(
  args: readonly string[],
  input: string,
): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--stack-size=300", "dist/bin.js", ...args], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { code: status, said: `${stdout}${stderr}`.trimEnd().split("\n").at(-1) ?? "" };
}

test("more mistakes than a call takes arguments are all counted", () => {
  const text = `web:\n  image: nginx\n  ports: [${"abcdef,".repeat(60_000)}]\n`;
  expect(withSmallStack(["validate", "-", "--format", "compact"], text)).toEqual({
    code: 1,
    said: "tutum-stack: stdin is not valid (60000 errors); only 25000 of 60000 diagnostics are printed",
  });
});

test("more services than a call takes arguments are all shown", () => {
  const text = `{${Array.from({ length: 60_000 }, (_, index) => `s${index}: {image: nginx}`).join()}}\n`;
  const { code, said } = withSmallStack(["lifecycle", "-"], text);
  expect({ code, name: said.split(" ", 1)[0] }).toEqual({ code: 0, name: "s59999" });
});
