import { describe, expect, test } from "vitest";
import { diagnosing, type Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { renderGithub } from "../../src/diagnostics/render/github.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";
import { reportOf } from "../support/report.ts";

const source = { name: "a,b:c%0A.yml", text: "web:\n  image: nginx\n" };
const render = (...diagnostics: readonly Diagnostic[]): string =>
  renderGithub(reportOf(source, diagnostics, "checked"));

describe("a command", () => {
  test("within a line has columns", () => {
    expect(render(diagnosing(source)("empty-service", [{ start: 0, end: 3 }], { service: "50%" }))).toBe(
      "::error file=a%2Cb%3Ac%250A.yml,line=1,endLine=1,col=1,endColumn=4,title=empty-service::service `50%25` has no fields%0Aline 1: empty%0Ahelp: write `image: NAME` below it, indented\n" +
        "tutum-stack: checked (1 error)\n",
    );
  });

  test("across lines has none, because GitHub takes them within one line only", () => {
    expect(render(diagnosing(source)("duplicate-key", [{ start: 0, end: 12 }], { key: "a" }))).toMatch(
      /^::warning file=a%2Cb%3Ac%250A\.yml,line=1,endLine=2,title=duplicate-key::the key `a` appears /,
    );
  });
});

test.each([
  { args: ["-"], name: "stdin" },
  { args: ["/elsewhere/stack.yml"], name: "/elsewhere/stack.yml" },
])("what is not in the repository is no annotation of a file there: $name", ({ args, name }) => {
  const files = new MemoryFiles({ "/elsewhere/stack.yml": "web:\n" });
  const { stdout } = run(["validate", "--format", "github", ...args], { files, stdin: "web:\n" });
  expect(stdout).toMatch(new RegExp(`^::error title=empty-service::${name}:1:1: service \`web\` has no fields%0A`));
});
