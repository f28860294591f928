import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pathOf } from "../support/fixtures.ts";
import { MemoryFiles, run, type Run } from "../support/memory-io.ts";
import { tokensOf } from "../support/markdown.ts";
import { blocksOf, pageOf, pages, type Page } from "../support/pages.ts";

const blocks = pages.flatMap(blocksOf).filter(({ language }) => language === "sh");

/** The test that runs each block of commands, page by page, in the order of the blocks. */
const runBy: Readonly<Record<string, readonly string[]>> = {
  "README.md": ["test/real/docs.test.ts", ".ci/run", "test/pipelines/release.test.ts"],
  "CONTRIBUTING.md": ["test/docs/commands.test.ts"],
  "test/README.md": ["test/docs/commands.test.ts", "test/docs/commands.test.ts"],
  "docs/autodestroy.md": Array<string>(7).fill("test/real/docs.test.ts"),
  "docs/editors.md": ["test/programs/shells.test.ts"],
  "docs/jobs.md": Array<string>(4).fill("test/real/docs.test.ts"),
  "docs/library.md": ["test/pipelines/release.test.ts"],
  "docs/live.md": Array<string>(2).fill("test/real/docs.test.ts"),
  "docs/many-stacks.md": ["test/docs/commands.test.ts"],
  "docs/migration.md": Array<string>(6).fill("test/real/migration-guide.test.ts"),
  "docs/page.md": ["test/real/docs.test.ts"],
  "docs/pipelines.md": ["test/real/image.test.ts"],
  "docs/podman.md": ["test/docs/commands.test.ts"],
  "docs/serve.md": ["test/real/docs.test.ts", "test/docs/requests.test.ts", "test/docs/serve-container.test.ts"],
  "docs/swarm.md": ["test/docs/commands.test.ts"],
};

/** The lines of a block, with those that end in `\` joined, without comments. */
function linesOf(text: string): readonly string[] {
  return text
    .replaceAll("\\\n", "")
    .split("\n")
    .map((line) => line.replace(/ +# .*$/, "").trim())
    .filter((line) => line !== "");
}

/** The commands of the program in a line: the words behind its name. */
function commandsIn(line: string): readonly (readonly string[])[] {
  const program = /(?:^|[(])(?:tutum-stack|node dist\/bin\.js)|localhost\/tutum-stack-sidecar:1/;
  return line
    .split(/ (?:&&|\|\||;|\|) /)
    .flatMap((part) => new RegExp(`(?:${program.source}) ([^<>)]+)`).exec(part)?.[1] ?? [])
    .map((words) => words.trim().split(/ +/));
}

function inlineCodeOf({ text }: Page): readonly string[] {
  return tokensOf(text).flatMap((token) => (token.type === "codespan" ? [String(token["text"])] : []));
}

/** The help of the command that words begin with: of a verb, if there is one. */
function helpOf(words: readonly string[]): string | undefined {
  const names = words.slice(0, 3).filter((word) => /^[a-z][a-z-]*$/.test(word));
  for (let length = names.length; length > 0; length--) {
    const { stdout } = run([...names.slice(0, length), "--help"]);
    const [, usage = ""] = /^Usage: tutum-stack (.*)$/m.exec(stdout) ?? [];
    const known = usage.split(" ").filter((word) => /^[a-z]/.test(word));
    if (
      known.length === length &&
      known
        .at(-1)!
        .split("|")
        .includes(names[length - 1]!)
    )
      return stdout;
  }
  return undefined;
}

/** What is wrong with a command: a name or an option that does not exist. */
function problemOf(words: readonly string[]): string | undefined {
  const isGeneral = words[0] === "help" || words[0]!.startsWith("-");
  const help = isGeneral ? run(["--help"]).stdout : helpOf(words);
  if (help === undefined) return `there is no command ${words.join(" ")}`;
  const options = words.flatMap((word) => /^--[a-z-]+/.exec(word) ?? []);
  const missing = options.filter((option) => !new RegExp(`${option}\\b(?!-)`).test(help));
  return missing.length === 0 ? undefined : `${words.join(" ")} has no ${missing.join(" and no ")}`;
}

test("every block of commands is run by a test, which knows the page", () => {
  const counted = Object.fromEntries(Object.entries(runBy).map(([page, tests]) => [page, tests.length]));
  const found: Record<string, number> = {};
  for (const { page } of blocks) found[page] = (found[page] ?? 0) + 1;
  expect(found).toEqual(counted);
  for (const [page, tests] of Object.entries(runBy))
    for (const file of tests) {
      expect(existsSync(pathOf("..", file)), file).toBe(true);
      const text = readFileSync(pathOf("..", file), "utf8");
      expect({ file, knows: file === ".ci/run" || text.includes(page) }).toEqual({ file, knows: true });
    }
});

describe.each(pages.filter(({ path }) => path !== "CHANGELOG.md"))("$path", (page) => {
  test("its commands of tutum-stack exist, with their options", () => {
    const shown = blocks.filter((block) => block.page === page.path).flatMap(({ text }) => linesOf(text));
    const inline = inlineCodeOf(page).filter((code) => code.startsWith("tutum-stack "));
    expect([...shown, ...inline].flatMap(commandsIn).flatMap((words) => problemOf(words) ?? [])).toEqual([]);
  });

  test("its npm scripts exist", () => {
    const { scripts } = JSON.parse(readFileSync(pathOf("..", "package.json"), "utf8")) as { readonly scripts: object };
    const code = [...blocks.filter((block) => block.page === page.path).map(({ text }) => text), ...inlineCodeOf(page)];
    const named = code.flatMap((text) => [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!));
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test("its scripts of this repository exist", () => {
    const code = [...blocks.filter((block) => block.page === page.path).map(({ text }) => text), ...inlineCodeOf(page)];
    const named = code.flatMap((text) => text.match(/(?:scripts|\.ci)\/[\w./-]+/g) ?? []);
    expect(named.filter((path) => !existsSync(pathOf("..", path)))).toEqual([]);
  });
});

test("what is wrong with a command is found", () => {
  expect(problemOf(["complie", "a.yml"])).toBe("there is no command complie a.yml");
  expect(problemOf(["compile", "--chekc"])).toBe("compile --chekc has no --chekc");
  expect(problemOf(["service", "set", "--autorestart", "ALWAYS", "web"])).toBeUndefined();
  expect(problemOf(["service", "set", "--rerun", "web"])).toBe("service set --rerun web has no --rerun");
  expect(commandsIn("npm ci && node dist/bin.js compile --target swarm x.yml")).toEqual([
    ["compile", "--target", "swarm", "x.yml"],
  ]);
  expect(commandsIn("echo 'eval \"$(tutum-stack completion bash)\"' >> ~/.bashrc")).toEqual([["completion", "bash"]]);
});

describe("in memory", () => {
  const web = "web:\n  image: nginx\n";

  function runAll(lines: readonly string[], files: Readonly<Record<string, string>>): readonly Run[] {
    const memory = new MemoryFiles(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`/shop/${name}`, text])),
    );
    return lines.flatMap(commandsIn).map((words) => run(words, { files: memory }));
  }

  const linesOfPage = (path: string): readonly string[] =>
    blocks.filter(({ page }) => page === path).flatMap(({ text }) => linesOf(text));

  test("docs/many-stacks.md: all commands, one after the other", () => {
    const list = blocksOf({ path: "", text: pageOf("docs/many-stacks.md") }).find(
      ({ language }) => language === "json",
    )!.text;
    const runs = runAll(linesOfPage("docs/many-stacks.md"), {
      "tutum-stack.json": list,
      "shop/stack.yml": web,
      "blog/tutum.yml": web,
    });
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(runs[1]!.stderr).toContain("everything is up to date");
  });

  test("docs/swarm.md and docs/podman.md: what is compiled", () => {
    const hello = readFileSync(pathOf("..", "examples/hello/stack.yml"), "utf8");
    const [swarm] = runAll(linesOfPage("docs/swarm.md"), { "examples/hello/stack.yml": hello });
    expect(Object.keys(swarm!.files)).toContain("/shop/examples/hello/docker-stack.yml");
    const podman = linesOfPage("docs/podman.md").filter((line) => line.startsWith("tutum-stack compile"));
    const [compiled] = runAll(podman, { "stack.yml": "job:\n  image: busybox\n  autodestroy: ALWAYS\n" });
    expect(compiled!.files["/shop/docker-compose.yml"]).toContain("/run/podman/podman.sock:/var/run/docker.sock");
  });

  test("every block of YAML is a stack file without mistakes, or a file that its first line names", () => {
    const yaml = pages
      .filter(({ path }) => path !== "docs/diagnostics.md")
      .flatMap(blocksOf)
      .filter(
        ({ language, text }) =>
          language === "yaml" &&
          !/^# (?:\.[\w-]+\/?\S*|docker-\w+\.override\.yml|yaml-language-server:.*)\n/.test(text),
      );
    expect(yaml.length).toBeGreaterThan(2);
    for (const { page, text } of yaml)
      expect({ page, text, code: run(["validate", "-"], { stdin: text }).code }).toEqual({ page, text, code: 0 });
  });
});
