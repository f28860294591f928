import { Argument, Command, Option } from "commander";
import { describe, expect, test } from "vitest";
import { splitLine, quoteForBash } from "../../src/cli/completion/words.ts";
import { suggest, type Vocabulary } from "../../src/cli/completion/suggest.ts";
import { MemoryFiles, run, runOn } from "../support/memory-io.ts";

const vocabulary: Vocabulary = {
  diagnostics: ["bad-port"],
  warnings: [],
  fields: ["ports"],
  settings: ["VIRTUAL_HOST"],
  artefacts: ["docker-compose.yml"],
  servicesOf: (file) => [`of ${file}`],
  live: (stacks) => ({
    services: [{ value: "web", description: `a service in ${stacks}` }],
    stacks: [{ value: "shop", description: "a stack" }],
  }),
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
  const commandsBelow = (...group: readonly string[]): readonly string[] =>
    [...run([...group, "--help"]).stdout.matchAll(/^ {2}([\w-]+)[ |](?!.*print the help of)/gm)]
      .map(([, name]) => name!)
      .filter((name) => !name.startsWith("-"));
  const commands = commandsBelow();
  const groups = [["service"], ["service", "env"], ["stack"], ["container"]];
  const groupNames = groups.map((group) => group.join(" "));
  const nested = groups.flatMap((group) => commandsBelow(...group).map((name) => [...group, name].join(" ")));
  const leaves = [...commands, ...nested].filter((command) => !groupNames.includes(command));

  test("offers the commands of its help", async () => {
    expect(namesIn(await ask(""))).toEqual([...commands, "help"]);
    for (const group of groups) expect(namesIn(await ask(...group, ""))).toEqual([...commandsBelow(...group), "help"]);
  });

  test("knows the other name of a command", async () => {
    expect(namesIn(await ask("ap"))).toEqual(["apps"]);
    expect(namesIn(await ask("apps", "se"))).toEqual(["set"]);
    expect(namesIn(await ask("help", "serv"))).toEqual(["service", "serve"]);
    expect(namesIn(await ask("service", "help", "sc"))).toEqual(["scale"]);
  });

  test.each(leaves)("offers every option of %s", async (command) => {
    const words = command.split(" ");
    const known = [...run([...words, "--help"]).stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(
      ([, name]) => name!,
    );
    expect(known).toContain("--help");
    expect(namesIn(await ask(...words, "--")).filter((name) => name.startsWith("--"))).toEqual(known);
  });

  test.each(["compile", "validate"])("offers warnings, and no errors, to --allow of %s", async (command) => {
    expect(namesIn(await ask(command, "--allow", "named-"))).toEqual(["named-volume"]);
    expect(namesIn(await ask(command, "--allow=dead-registry,named-"))).toEqual(["--allow=dead-registry,named-volume"]);
    expect(namesIn(await ask(command, "--allow", "bad-port"))).toEqual([]);
  });

  // Nobody knows the images of the world, the containers of an engine, or a number.
  const isOfKnown = (command: string): boolean => !/^sidecar|\b(list|ps|up|run|create|scale)$|^container/.test(command);

  test.each(["up", "service scale", ...leaves.filter(isOfKnown)])(
    "offers something for each argument of %s",
    async (command) => {
      const words = command.split(" ");
      const [, usage = ""] = /^Usage: (.*)/.exec(run([...words, "--help"]).stdout) ?? [];
      const count = [...usage.replace("[options]", "").matchAll(/[[<](?!number)/g)].length;
      expect(count).toBeGreaterThan(0);
      for (let index = 0; index < count; index++) {
        const lines = await ask(...words, ...Array<string>(index).fill("stack.yml"), "");
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

  describe("live services", () => {
    const stack = (...names: readonly string[]): string => names.map((name) => `${name}: { image: nginx }\n`).join("");
    const files = () =>
      new MemoryFiles({
        "/shop/stack.yml": stack("web", "db"),
        "/data/tutum-stack/stacks/blog/tutum.yml": stack("web", "cache"),
        "/data/tutum-stack/stacks/two/tutum.yml": stack("one"),
        "/data/tutum-stack/stacks/two/stack.yml": stack("other"),
        "/data/tutum-stack/stacks/broken/tutum.yml": "web: [\n",
        "/data/tutum-stack/stacks/__proto__/tutum.yml": stack("hidden"),
        "/elsewhere/mail/tutum.yml": stack("smtp"),
      });
    const live = async (...words: readonly string[]) =>
      namesIn(
        (await runOn(["__complete", "zsh", ...words], { files: files(), env: { XDG_DATA_HOME: "/data" } })).stdout
          .split("\n")
          .slice(0, -1),
      );

    test.each([
      { words: ["service", "set", ""], offers: ["web.shop", "db", "web.blog", "cache"] },
      { words: ["apps", "stop", "--yes", "web"], offers: ["web.shop", "web.blog"] },
      { words: ["service", "stop", "db", "--", ""], offers: ["web.shop", "web.blog", "cache"] },
      { words: ["service", "env", "list", "c"], offers: ["cache"] },
      { words: ["logs", "d"], offers: ["db"] },
      { words: ["service", "run", "--volumes-from", "d"], offers: ["db"] },
      { words: ["service", "run", "--stack", ""], offers: ["shop", "blog", "broken"] },
      { words: ["service", "ps", "--stack=b"], offers: ["--stack=blog", "--stack=broken"] },
      { words: ["stack", "terminate", "s"], offers: ["shop"] },
      { words: ["stack", "start", "blog", ""], offers: ["shop", "broken"] },
      { words: ["stack", "start", "--stacks", "/elsewhere", ""], offers: ["shop", "mail"] },
      { words: ["service", "start", "--stacks=/elsewhere", "s"], offers: ["smtp"] },
      { words: ["service", "set", "--autorestart", ""], offers: ["OFF", "ON_FAILURE", "ALWAYS"] },
      { words: ["service", "set", "--autorestart=ON"], offers: ["--autorestart=ON_FAILURE"] },
      { words: ["service", "set", "-e", "A=b", "--en"], offers: ["--entrypoint", "--env", "--envfile"] },
      { words: ["container", "stop", ""], offers: [] },
      { words: ["service", "nothing", ""], offers: [] },
    ])("behind $words", async ({ words, offers }) => {
      expect(await live(...words)).toEqual(offers);
    });

    test("files for options and arguments that are files", async () => {
      expect(await ask("stack", "up", "--file", "")).toEqual(["file"]);
      expect(await ask("service", "run", "--envfile", "")).toEqual(["file"]);
      expect(await ask("up", "")).toEqual(["yaml"]);
      expect(await ask("service", "ps", "--stacks", "")).toEqual(["folder"]);
    });
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
