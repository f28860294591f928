import { Argument, Command, Option } from "commander";
import { describe, expect, test } from "vitest";
import { splitLine, quoteForBash } from "../../src/cli/completion/words.ts";
import { suggest, type Vocabulary } from "../../src/cli/completion/suggest.ts";
import { MemoryFiles, run, runOn } from "../support/memory-io.ts";

const vocabulary: Vocabulary = {
  diagnostics: ["bad-port"],
  warnings: [],
  fields: ["ports"],
  artefacts: ["docker-compose.yml"],
  servicesOf: (file) => [`of ${file}`],
};

function offered(program: Command, ...words: readonly string[]): readonly string[] {
  return suggest(program, words, vocabulary).words.map(({ value }) => value);
}

describe("whatever a program says about itself is offered", () => {
  const program = new Command("shop");
  program
    .command("sell")
    .option("-c, --colour <name>", "what colour (red by default)")
    .addOption(new Option("--size <kind>").choices(["s", "m"]))
    .addOption(new Option("--secret").hideHelp())
    .option("--gift", "wrap it")
    .addArgument(new Argument("<what>").choices(["shirt", "shoe"]))
    .argument("[others...]");
  program.command("hidden", { hidden: true });

  test("commands, without hidden ones", () => {
    expect(offered(program, "")).toEqual(["sell", "help"]);
    expect(offered(program, "help", "")).toEqual(["sell", "help"]);
    expect(offered(program, "-")).toEqual(["--help", "-h"]);
  });

  test("options with short descriptions, once each", () => {
    expect(suggest(program, ["sell", "--c"], vocabulary).words).toEqual([
      { value: "--colour", description: "what colour" },
    ]);
    expect(offered(program, "sell", "-")).toEqual(["--colour", "-c", "--size", "--gift", "--help", "-h"]);
    expect(offered(program, "sell", "--gift", "-cred", "--size=s", "-")).toEqual(["--help", "-h"]);
  });

  test.each([
    { words: ["--size", ""], offers: ["s", "m"] },
    { words: ["--size="], offers: ["--size=s", "--size=m"] },
    { words: ["--size=m"], offers: ["--size=m"] },
    { words: ["--colour", ""], offers: [] },
    { words: ["--gift="], offers: [] },
    { words: ["--unknown="], offers: [] },
    { words: ["sh"], offers: ["shirt", "shoe"] },
    { words: ["--size", "s", ""], offers: ["shirt", "shoe"] },
    { words: ["-c", "red", "--gift", ""], offers: ["shirt", "shoe"] },
    { words: ["-cred", ""], offers: ["shirt", "shoe"] },
    { words: ["--colour=red", ""], offers: ["shirt", "shoe"] },
    { words: ["--", "s"], offers: ["shirt", "shoe"] },
    { words: ["--", "-"], offers: [] },
    { words: ["shoe", ""], offers: [] },
  ])("behind $words", ({ words, offers }) => {
    expect(offered(program, "sell", ...words)).toEqual(offers);
  });
});

describe("the program", () => {
  const world = () => ({ files: new MemoryFiles({ "/shop/stack.yml": "web:\n  image: nginx\n" }) });
  const ask = async (...words: readonly string[]) =>
    (await runOn(["__complete", "zsh", ...words], world())).stdout.split("\n").slice(0, -1);
  const namesIn = (lines: readonly string[]): readonly string[] => lines.slice(1).map((line) => line.split("\t")[0]!);
  const commands = [...run(["--help"]).stdout.matchAll(/^ {2}([\w-]+) (?!.*print the help of)/gm)]
    .map(([, name]) => name!)
    .filter((name) => !name.startsWith("-"));

  test("offers the commands of its help", async () => {
    expect(namesIn(await ask(""))).toEqual([...commands, "help"]);
  });

  test.each(commands)("offers every option of %s", async (command) => {
    const known = [...run([command, "--help"]).stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, name]) => name!);
    expect(known).toContain("--help");
    expect(namesIn(await ask(command, "--")).filter((name) => name.startsWith("--"))).toEqual(known);
  });

  test.each(["compile", "validate"])("offers warnings, and no errors, to --allow of %s", async (command) => {
    expect(namesIn(await ask(command, "--allow", "named-"))).toEqual(["named-volume"]);
    expect(namesIn(await ask(command, "--allow=dead-registry,named-"))).toEqual(["--allow=dead-registry,named-volume"]);
    expect(namesIn(await ask(command, "--allow", "bad-port"))).toEqual([]);
  });

  test.each(commands.filter((command) => !command.startsWith("sidecar")))(
    "offers something for each argument of %s",
    async (command) => {
      const [, usage = ""] = /^Usage: (.*)/.exec(run([command, "--help"]).stdout) ?? [];
      const count = [...usage.replace("[options]", "").matchAll(/[[<]/g)].length;
      expect(count).toBeGreaterThan(0);
      for (let index = 0; index < count; index++) {
        const lines = await ask(command, ...Array<string>(index).fill("stack.yml"), "");
        expect({ index, isOffered: lines[0] !== "none" || lines.length > 1 }).toEqual({ index, isOffered: true });
      }
    },
  );

  test.each([
    [],
    ["powershell"],
    ["bash"],
    ["bash", ""],
    ["bash", "tutum-stack lifecycle 'stack.yml", "stack.yml"],
    ["zsh", "lifecycle", "\0", ""],
    ["fish", "__proto__", ""],
  ])("says nothing but words: %o", async (...words) => {
    expect(await runOn(["__complete", ...words], world())).toMatchObject({ code: 0, stderr: "" });
  });

  test("reads no service from what is too long", async () => {
    const stack = `web:\n  image: nginx\n${"# long\n".repeat(200_000)}`;
    const files = new MemoryFiles({ "/shop/long.yml": stack });
    expect((await runOn(["__complete", "zsh", "lifecycle", "long.yml", ""], { files })).stdout).toBe("none\n");
    expect(
      (
        await runOn(["__complete", "zsh", "lifecycle", "long.yml", ""], {
          files: new MemoryFiles({ "/shop/long.yml": stack.slice(0, 1000) }),
        })
      ).stdout,
    ).toBe("none\nweb\t\n");
  });
});

test.each([
  { line: "a  b\tc", words: ["a", "b", "c"] },
  { line: "a ", words: ["a", ""] },
  { line: "'a b'\"c d\"e\\ f g", words: ["a bc de f", "g"] },
  { line: "'it\\'", words: ["it\\"] },
  { line: '"a\\"b" ""', words: ['a"b', ""] },
  { line: "a\\", words: ["a"] },
  { line: "$(touch x) `y`", words: ["$(touch", "x)", "`y`"] },
])("the words of $line", ({ line, words }) => {
  expect(splitLine(line)).toEqual({ words, isQuoted: false });
});

test.each(["'a b", '"a b'])("an open quote: %s", (line) => {
  expect(splitLine(line)).toEqual({ words: ["a b"], isQuoted: true });
});

test("what is quoted for bash is read back as it was", () => {
  for (const word of ["a b", "$(x)", "it's", '"', "\\", "~", "größe", "a=b:c,d/e@f%g+h-i_j.k"])
    expect(splitLine(quoteForBash(word)).words).toEqual([word]);
});
