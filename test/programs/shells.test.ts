import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sectionOf } from "../support/pages.ts";
import { bareEnvironment, suiteThatNeeds, works } from "../real/programs.ts";

/** Names that do something in a shell that takes them for more than text; each `touch` would leave a file. */
const oddNames = [
  "$(touch owned)",
  "`touch owned`",
  "(touch owned)",
  "<(touch owned)",
  "=(touch owned)",
  ";touch owned",
  "&touch owned",
  "|touch owned",
  ">owned",
  "${PATH}",
  "$PATH",
  "a b",
  "a:b",
  "a=b",
  "a*",
  "~",
  "!!",
  "#a",
  "{a,b}",
  "[a]",
  "it's",
  'say"so"',
  "back\\slash",
  "$'\\x61'",
  "größe",
];

let folder = "";

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "completion-")));
  mkdirSync(join(folder, "bin"));
  symlinkSync(fileURLToPath(new URL("../../dist/bin.js", import.meta.url)), join(folder, "bin/tutum-stack"));
  mkdirSync(join(folder, "shop/deploy"), { recursive: true });
  mkdirSync(join(folder, "shop/other"));
  const put = (name: string, text: string): void => writeFileSync(join(folder, "shop", name), text);
  put("stack.yml", "web:\n  image: nginx\nwebby:\n  image: nginx\ndb:\n  image: redis\n");
  put("readme.md", "");
  put("docker-compose.yml", "");
  put("deploy/tutum.yaml", "");
  put("other/values.yml", "");
  put("other/notes.txt", "");
  put("my stack.yml", "one:\n  image: nginx\ntwo:\n  image: nginx\n");
  put("odd.yml", oddNames.map((name) => `${JSON.stringify(name)}:\n  image: nginx\n`).join(""));
  put(
    "escapes.yml",
    '"\\e[31mred": {image: a}\n"new\\nline": {image: a}\n"tab\\tbed": {image: a}\n"\\u202eabc": {image: a}\nfine: {image: a}\n',
  );
  put("broken.yml", "web: [\n");
  execFileSync("mkfifo", [join(folder, "shop/pipe.yml")]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function inShell(command: string, args: readonly string[]): string {
  const env = {
    ...bareEnvironment,
    HOME: folder,
    PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
    LC_ALL: "C.UTF-8",
    TERM: "dumb",
    SECRET: "x",
  };
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: join(folder, "shop"),
    env,
    encoding: "utf8",
    timeout: 50_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

function scriptOf(shell: string): string {
  const path = join(folder, `script.${shell}`);
  writeFileSync(path, execFileSync(join(folder, "bin/tutum-stack"), ["completion", shell], { encoding: "utf8" }));
  return path;
}

/** What each shell offers behind a line, as the words that a command would get. */
const shells: Readonly<Record<string, (line: string) => readonly string[]>> = {
  // Bash hands over the word behind the last `=` or `:`, and inserts what it is given as it is: hence `eval`.
  bash: (line) => {
    const typed = /(?:\\.|[^\s=:\\])*$/.exec(
      line.replace(/"[^"]*$/, (open) => open.slice(1).replaceAll(" ", "\\ ")),
    )![0];
    const program =
      'source "$1" && COMP_LINE=$2 COMP_POINT=${#2} && _tutum_stack tutum-stack "$3" tutum-stack && for word in "${COMPREPLY[@]}"; do if [ "$4" = eval ]; then eval "set -- $word"; printf "%s\\n" "$#$1"; set -- 0 0 0 eval; else echo "1$word"; fi; done';
    const how = /(?:lifecycle|format)/.test(line) ? "eval" : "";
    const offered = inShell("bash", ["--norc", "-c", program, "bash", scriptOf("bash"), line, typed, how])
      .split("\n")
      .slice(0, -1);
    expect(offered.filter((word) => !word.startsWith("1"))).toEqual([]);
    return offered.map((word) => word.slice(1));
  },
  zsh: (line) => {
    const capture = fileURLToPath(new URL("capture.zsh", import.meta.url));
    const shown = inShell("zsh", ["-f", capture, scriptOf("zsh"), line]);
    return [...shown.matchAll(/<offered (.*)>\r?$/gm)].map(([, word]) => word!);
  },
  fish: (line) => {
    const shown = inShell("fish", [
      "--no-config",
      "-c",
      "source $argv[1]; complete -C $argv[2]",
      scriptOf("fish"),
      line,
    ]);
    return shown
      .split("\n")
      .slice(0, -1)
      .map((row) => row.split("\t")[0]!);
  },
};

/** Where an option's value stands behind `=`, zsh and fish offer the option with it. */
const bare = (word: string): string => word.replace(/^--[a-z-]+=/, "").replace(/\/$/, "");

const cases: readonly { readonly line: string; readonly offers: readonly string[] }[] = [
  { line: "tutum-stack comp", offers: ["compile", "completion"] },
  { line: "tutum-stack compile --fo", offers: ["--force", "--format"] },
  { line: "tutum-stack compile --force --fo", offers: ["--format"] },
  { line: "tutum-stack compile --format=j", offers: ["json", "junit"] },
  { line: "tutum-stack compile --format j", offers: ["json", "junit"] },
  { line: "tutum-stack compile --target ", offers: ["compose", "swarm"] },
  { line: "tutum-stack compile --sidecar ", offers: ["none", "service"] },
  { line: "tutum-stack compile --print docker", offers: ["docker-compose.yml", "docker-stack.yml"] },
  { line: "tutum-stack compile -o ", offers: ["deploy", "other"] },
  { line: "tutum-stack compile --output=d", offers: ["deploy"] },
  { line: "tutum-stack sidecar --log ", offers: ["json", "pretty"] },
  { line: "tutum-stack sidecar --config r", offers: ["readme.md"] },
  { line: "tutum-stack schema ", offers: ["autodestroy", "migration", "report", "stack", "stacks"] },
  { line: "tutum-stack explain autor", offers: ["autoredeploy", "autorestart"] },
  { line: "tutum-stack explain not-in-", offers: ["not-in-target"] },
  { line: "tutum-stack completion ", offers: ["bash", "fish", "zsh"] },
  { line: "tutum-stack help val", offers: ["validate"] },
  { line: "tutum-stack compile s", offers: ["stack.yml"] },
  { line: "tutum-stack compile doc", offers: ["docker-compose.yml"] },
  { line: "tutum-stack compile r", offers: ["readme.md"] },
  { line: "tutum-stack validate stack.yml other/", offers: ["values.yml"] },
  { line: "tutum-stack lifecycle stack.yml w", offers: ["web", "webby"] },
  { line: "tutum-stack lifecycle stack.yml web web", offers: ["webby"] },
  { line: "tutum-stack lifecycle --stdin-filename x stack.yml d", offers: ["db"] },
  { line: "tutum-stack lifecycle my\\ stack.yml ", offers: ["one", "two"] },
  { line: "tutum-stack lifecycle 'my stack.yml' t", offers: ["two"] },
  { line: "tutum-stack lifecycle escapes.yml ", offers: ["fine"] },
  { line: "tutum-stack lifecycle odd.yml ", offers: oddNames },
  { line: "tutum-stack lifecycle - ", offers: [] },
  { line: "tutum-stack lifecycle broken.yml ", offers: [] },
  { line: "tutum-stack lifecycle pipe.yml ", offers: [] },
  { line: "tutum-stack lifecycle missing.yml ", offers: [] },
  { line: "tutum-stack nothing ", offers: [] },
  { line: "tutum-stack service sc", offers: ["scale"] },
  { line: "tutum-stack apps env up", offers: ["update"] },
  { line: "tutum-stack service set --autorestart ", offers: ["ALWAYS", "OFF", "ON_FAILURE"] },
  { line: "tutum-stack service set --autorestart=ON", offers: ["ON_FAILURE"] },
  { line: "tutum-stack service stop w", offers: ["web", "webby"] },
  { line: "tutum-stack logs web w", offers: ["webby"] },
  { line: "tutum-stack stack terminate s", offers: ["shop"] },
  { line: "tutum-stack service run --envfile r", offers: ["readme.md"] },
  { line: "tutum-stack compile --name ", offers: [] },
];

const needsAll = {
  isHere: Object.keys(shells).every((shell) => works([shell, "--version"])),
  how: "bash, zsh and fish; on Debian: apt-get install zsh fish",
};
const pageSuite = suiteThatNeeds("as docs/editors.md says", needsAll);

test.skipIf(pageSuite.isLeftOut)(`${pageSuite.title}, each shell completes when it starts`, () => {
  const [, commands = ""] = /```sh\n([^]*?)```/.exec(sectionOf("docs/editors.md", "## In a shell")) ?? [];
  const home = join(folder, "home");
  mkdirSync(join(home, ".config/fish/completions"), { recursive: true });
  writeFileSync(join(home, ".zshrc"), "autoload -Uz compinit\ncompinit -u -D\n");
  const env = { ...bareEnvironment, HOME: home, PATH: `${join(folder, "bin")}:${process.env["PATH"]}`, TERM: "dumb" };
  const started = (command: string, ...args: readonly string[]): string =>
    execFileSync(command, args, { env, cwd: home, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  started("bash", "-ec", commands);
  expect(started("bash", "-ic", "complete -p tutum-stack")).toBe("complete -F _tutum_stack tutum-stack\n");
  expect(started("zsh", "-ic", "print $_comps[tutum-stack]")).toBe("_tutum-stack\n");
  expect(started("fish", "-c", "complete -C 'tutum-stack vali'")).toBe("validate\tcheck stack files\n");
});

describe.each(Object.entries(shells))("%s", (shell, offeredBy) => {
  const { title, isLeftOut } = suiteThatNeeds("offers", {
    isHere: works([shell, "--version"]),
    how: `${shell}; on Debian: apt-get install ${shell}`,
  });

  describe.skipIf(isLeftOut)(title, () => {
    test.each(cases)("behind `$line` $offers", ({ line, offers }) => {
      const names = offeredBy(line)
        .map(bare)
        .map((word) => word.replace(/^other\//, ""));
      expect([...new Set(names)].toSorted()).toEqual([...offers].toSorted());
      expect(existsSync(join(folder, "shop/owned"))).toBe(false);
    });

    test("stack files and folders first", () => {
      expect(offeredBy("tutum-stack compile ").map(bare).toSorted()).toEqual([
        "deploy",
        "my stack.yml",
        "other",
        "stack.yml",
      ]);
    });

    test("nothing that was typed is run", () => {
      for (const typed of ["$(touch owned)", "`touch owned`", '"$(touch owned)"', "'$(touch owned)'"])
        offeredBy(`tutum-stack lifecycle ${typed} w`);
      expect(existsSync(join(folder, "shop/owned"))).toBe(false);
    });
  });
});
