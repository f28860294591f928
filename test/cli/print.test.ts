import { expect, test } from "vitest";
import { MemoryFiles, run } from "../support/memory-io.ts";

const jobStack = "job:\n  image: busybox\n  autodestroy: ALWAYS\n";
const plainStack = "job:\n  image: busybox\n";
const world = (text: string) => ({ files: new MemoryFiles({ "/shop/stack.yml": text }) });

test.each(["docker-compose.yml", "autodestroy.json"])(
  "--print %s prints the bytes that would be written, and writes nothing",
  (name) => {
    const written = run(["compile"], world(jobStack)).files[`/shop/${name}`];
    const { code, stdout, stderr, files } = run(["compile", "--print", name], world(jobStack));
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: written, stderr: "" });
    expect(Object.keys(files)).toEqual(["/shop/stack.yml"]);
  },
);

test("warnings go to standard error", () => {
  const doubtful = `${plainStack}  tags:\n    - fast\n`;
  const { code, stdout, stderr } = run(["compile", "--print", "docker-compose.yml"], world(doubtful));
  expect(code).toBe(0);
  expect(stdout).toBe(run(["compile"], world(doubtful)).files["/shop/docker-compose.yml"]);
  expect(stderr).toMatch(/^warning\[not-in-target\][^]*\ntutum-stack: printed docker-compose\.yml \(1 warning\)\n$/);
});

test.each([
  { name: "autodestroy.json", stack: plainStack, has: "docker-compose.yml" },
  { name: "compose.yml", stack: jobStack, has: "docker-compose.yml and autodestroy.json" },
  { name: "", stack: plainStack, has: "docker-compose.yml" },
  { name: "../stack.yml", stack: plainStack, has: "docker-compose.yml" },
])("--print $name for a stack that has $has", ({ name, stack, has }) => {
  const { code, stdout, stderr } = run(["compile", "--print", name], world(stack));
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr: `tutum-stack: this stack has no ${name}; it compiles to ${has}\n`,
  });
});

test("a stack file with errors prints nothing", () => {
  expect(run(["compile", "--print", "docker-compose.yml"], world("job:\n"))).toMatchObject({ code: 1, stdout: "" });
});

test("a file in the way does not matter", () => {
  const files = new MemoryFiles({ "/shop/stack.yml": plainStack, "/shop/docker-compose.yml": "mine\n" });
  expect(run(["compile", "--print", "docker-compose.yml"], { files })).toMatchObject({
    code: 0,
    files: { "/shop/docker-compose.yml": "mine\n" },
  });
});
