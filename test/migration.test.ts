import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { argumentsOf, caseNames, expectFile, pathOf } from "./support/fixtures.ts";
import { blocksIn, expectSound } from "./support/markdown.ts";
import { MemoryFiles, run } from "./support/memory-io.ts";

/** The files of a case, in the folder `/shop`. */
function worldOf(name: string, more: Readonly<Record<string, string>> = {}): MemoryFiles {
  const folder = pathOf("migration", name, "repository");
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name: file }) => relative(folder, join(parentPath, file)))
    .toSorted();
  const files = paths.map((path) => [`/shop/${path}`, readFileSync(join(folder, path))] as const);
  return new MemoryFiles({ ...Object.fromEntries(files), ...more });
}

/**
 * Every folder of test/migration: a `repository`, `args.txt` if it needs any, the page as `expected.md`, and what
 * standard error says, if it says something, as `stderr.txt`.
 */
describe.each(caseNames("migration"))("the page of %s", (name) => {
  const folder = pathOf("migration", name);
  const args = argumentsOf(folder);
  const page = (): string => readFileSync(join(folder, "expected.md"), "utf8");

  test("is as expected, and nothing is written", () => {
    const files = worldOf(name);
    const before = files.texts();
    const { stdout, stderr, files: after } = run(["migrate", ...args], { files });
    expectFile(join(folder, "expected.md"), stdout);
    if (stderr !== "" || existsSync(join(folder, "stderr.txt"))) expectFile(join(folder, "stderr.txt"), stderr);
    expect(after).toEqual(before);
  });

  test("is sound Markdown", () => {
    expectSound(page());
  });

  test("has commands of tutum-stack that work, one after the other", () => {
    const [list] = blocksIn(page(), "json");
    const files = worldOf(name, list === undefined ? {} : { "/shop/tutum-stack.json": list });
    const commands = blocksIn(page(), "sh").flatMap((block) => block.trimEnd().split("\n"));
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands.filter((line) => line.startsWith("tutum-stack "))) {
      const words = command.replace(" # in CI", "").split(" ").slice(1);
      const { code, stderr } = run(words, { files });
      expect(code, `${command}\n${stderr}`).toBe(0);
    }
    for (const command of commands.filter((line) => line.startsWith("docker "))) {
      const [, file = ""] = /(?:--file|--compose-file) (\S+)/.exec(command) ?? [];
      expect(Object.keys(files.texts())).toContain(`/shop/${file}`);
    }
  });
});
