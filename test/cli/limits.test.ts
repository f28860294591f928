import { describe, expect, test } from "vitest";
import { formats, type FormatName } from "../../src/diagnostics/render/index.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";
import { readReport } from "../support/read-report.ts";

const files = () => ({
  files: new MemoryFiles({
    "/shop/good.yml": "web:\n  image: nginx\n",
    "/shop/two.yml": "web:\n  image: nginx\n  hostname: $A\n  working_dir: $B\n",
    "/shop/one.yml": "web:\n  image: nginx\n  hostname: $A\n",
    "/shop/mixed.yml": "web:\ndb:\n  image: nginx\n  hostname: $A\n",
  }),
});
const lastLine = (text: string): string | undefined => text.trimEnd().split("\n").at(-1);

describe("--max-warnings", () => {
  test.each([
    { args: ["good.yml", "--max-warnings", "0"], code: 0, says: "good.yml is valid" },
    { args: ["two.yml", "--max-warnings", "2"], code: 0, says: "two.yml is valid (2 warnings)" },
    {
      args: ["two.yml", "--max-warnings", "1"],
      code: 1,
      says: "two.yml is not valid (2 warnings); --max-warnings allows 1",
    },
    {
      args: ["two.yml", "--max-warnings", "0"],
      code: 1,
      says: "two.yml is not valid (2 warnings); --max-warnings allows 0",
    },
    {
      args: ["one.yml", "two.yml", "--max-warnings", "2"],
      code: 1,
      says: "all 2 files are valid (3 warnings); --max-warnings allows 2",
    },
    { args: ["one.yml", "two.yml", "--max-warnings", "3"], code: 0, says: "all 2 files are valid (3 warnings)" },
    { args: ["mixed.yml", "--max-warnings", "5"], code: 1, says: "mixed.yml is not valid (1 error, 1 warning)" },
  ])("validate $args", ({ args, code, says }) => {
    const result = run(["validate", ...args], files());
    expect({ code: result.code, says: lastLine(result.stdout) }).toEqual({ code, says: `tutum-stack: ${says}` });
    expect(result.stderr).toBe("");
  });

  test.each(Object.keys(formats))("is no matter of the format: %s", (format) => {
    expect(run(["validate", "two.yml", "--format", format, "--max-warnings", "2"], files()).code).toBe(0);
    const { code, stdout } = run(["validate", "two.yml", "--format", format, "--max-warnings", "1"], files());
    expect(code).toBe(1);
    expect(stdout.replaceAll("- -", "--")).toContain("--max-warnings allows 1");
  });

  test("with too many, nothing is compiled", () => {
    const result = run(["compile", "two.yml", "--max-warnings", "1"], files());
    expect(result).toMatchObject({ code: 1, stdout: "", files: files().files.texts() });
    expect(lastLine(result.stderr)).toBe("tutum-stack: two.yml was not compiled (2 warnings); --max-warnings allows 1");
    expect(run(["compile", "two.yml", "--max-warnings", "2"], files())).toMatchObject({
      code: 0,
      files: { "/shop/docker-compose.yml": expect.any(String) },
    });
  });

  test("0 decides as --strict does", () => {
    for (const name of ["good.yml", "one.yml", "mixed.yml"])
      expect(run(["validate", name, "--strict"], files()).code).toBe(
        run(["validate", name, "--max-warnings", "0"], files()).code,
      );
  });

  test.each(["", "-1", "1.5", "many", "0x10", "1e3", " 1", "Infinity"])("%j is wrong use", (number) => {
    const { code, stdout, stderr } = run(["validate", "good.yml", "--max-warnings", number], files());
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("It must be a whole number.");
  });

  test("beside --strict is wrong use", () => {
    const { code, stdout, stderr } = run(["validate", "good.yml", "--strict", "--max-warnings", "0"], files());
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("option '--max-warnings <n>' cannot be used with option '--strict'");
  });
});

// Thousands take seconds, so only one of the formats for programs shows them.
describe.each<FormatName>(["pretty", "sarif"])("many findings in %s", (format) => {
  const { most, places } = formats[format];
  // A format for people prints the warnings of one kind once, so its findings are errors.
  const isError = (index: number): boolean => places === "first" || index % 100 === 0;
  const serviceOf = (index: number): string =>
    isError(index) ? `e${index}:\n` : `w${index}: {image: a, hostname: $A}\n`;
  const fileOf = (count: number, from = 0): string =>
    Array.from({ length: count }, (_, index) => serviceOf(from + index)).join("");
  const validate = (texts: readonly string[], ...args: readonly string[]): string =>
    run(["validate", ...texts.map((_, index) => `${index}.yml`), "--format", format, ...args], {
      files: new MemoryFiles(Object.fromEntries(texts.map((text, index) => [`/shop/${index}.yml`, text]))),
    }).stdout;

  test("are all printed up to the limit", () => {
    const text = validate([fileOf(most)]);
    expect(readReport[format](text)).toHaveLength(most);
    expect(text).not.toContain("diagnostics are printed");
  });

  test("are cut off beyond it, errors last, in their order, and the rest is counted", () => {
    const text = validate([fileOf(most), fileOf(200, most)]);
    const printed = readReport[format](text);
    expect(printed).toHaveLength(most);
    const errors = Array.from({ length: most + 200 }, (_, index) => index).filter(isError).length;
    expect(printed.filter(({ severity }) => severity === "error")).toHaveLength(Math.min(most, errors));
    expect(printed).toEqual(
      printed.toSorted(
        (one, other) =>
          one.file.localeCompare(other.file) || one.severity.localeCompare(other.severity) || one.line - other.line,
      ),
    );
    expect(text).toContain(`only ${most} of ${most + 200} diagnostics are printed`);
  });

  test("leave no file that looks as if it had none", () => {
    const text = validate([fileOf(most + 100), "w: {image: a, hostname: $A}\n"]);
    expect(text).not.toContain("no mistakes");
    expect(text).toContain(`only ${most} of ${most + 101} diagnostics are printed`);
  });

  test("are counted without the warnings that --quiet hides", () => {
    const warnings = Array.from({ length: most + 100 }, (_, index) => `w${index}: {image: a, hostname: $A}\n`).join("");
    expect(validate([warnings], "--quiet")).not.toContain("diagnostics are printed");
  });
});

test("every format has a limit, that of SARIF is GitHub's", () => {
  for (const { most } of Object.values(formats)) expect(most).toBeLessThanOrEqual(25_000);
});

describe("--quiet", () => {
  test.each(["pretty", "compact", "github"])("says nothing in %s when there are no errors", (format) => {
    for (const name of ["good.yml", "two.yml"]) {
      expect(run(["validate", name, "--quiet", "--format", format], files())).toMatchObject({
        code: 0,
        stdout: "",
        stderr: "",
      });
      expect(run(["compile", name, "--quiet", "--format", format], files())).toMatchObject({
        code: 0,
        stdout: "",
        stderr: "",
      });
    }
    expect(
      run(["compile", "two.yml", "--quiet", "--format", format, "--print", "docker-compose.yml"], files()).stderr,
    ).toBe("");
  });

  test.each(Object.keys(formats))("shows errors only in %s", (format) => {
    const { code, stdout } = run(["validate", "mixed.yml", "--quiet", "--format", format], files());
    expect(code).toBe(1);
    expect(stdout).toContain("empty-service");
    expect(stdout).not.toContain("dollar-is-text");
  });

  test.each(["json", "sarif", "junit", "checkstyle"])("leaves %s a whole document", (format) => {
    const { code, stdout } = run(["validate", "two.yml", "--quiet", "--format", format], files());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(\{[^]*\}|<\?xml[^]*>)\n$/);
    expect(stdout).not.toContain("dollar-is-text");
  });

  test("hides warnings that are counted", () => {
    const { code, stdout } = run(["validate", "two.yml", "--quiet", "--max-warnings", "1"], files());
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: "tutum-stack: two.yml is not valid (2 warnings); --max-warnings allows 1\n",
    });
    const { stdout: json } = run(["validate", "mixed.yml", "--quiet", "--format", "json"], files());
    expect(JSON.parse(json)).toMatchObject({ errors: 1, warnings: 1, diagnostics: [{ severity: "error" }] });
  });

  test("does not hide what --check found", () => {
    expect(run(["compile", "good.yml", "--check", "--quiet"], files())).toMatchObject({
      code: 1,
      stderr: "tutum-stack: not up to date: docker-compose.yml is missing\n",
    });
  });

  test("does not hide a problem", () => {
    expect(run(["validate", "nothing.yml", "--quiet", "--format", "sarif"], files())).toMatchObject({
      code: 2,
      stdout: "",
      stderr: "tutum-stack: cannot read nothing.yml: no such file\n",
    });
  });
});
