import { expect, test } from "vitest";
import { catalogue } from "../../src/diagnostics/catalogue/index.ts";
import {
  actionAfterDaemonRestart,
  actionAfterExit,
  actionAfterStop,
  autodestroyValues,
  autorestartValues,
  isCompatible,
} from "../../src/lifecycle/policy.ts";
import { limits } from "../../src/yaml/read.ts";
import { pageOf } from "../support/pages.ts";
import { run } from "../support/memory-io.ts";

const settings = pageOf("docs/autodestroy.md");
const commands = pageOf("docs/commands.md");

test("docs/autodestroy.md: the lifecycle table is the lifecycle table", () => {
  const rows = autorestartValues.flatMap((autorestart) =>
    autodestroyValues
      .filter((autodestroy) => isCompatible({ autorestart, autodestroy }))
      .map((autodestroy) => {
        const policy = { autorestart, autodestroy };
        const exits = [actionAfterExit(policy, "success"), actionAfterExit(policy, "failure")];
        const otherwise = [actionAfterStop, actionAfterDaemonRestart].map((after) =>
          [...new Set([after(policy, "success"), after(policy, "failure")])].join(" / "),
        );
        return `| ${[autorestart, autodestroy, ...exits, ...otherwise].join(" | ")} |\n`;
      }),
  );
  expect(settings).toContain(`${rows.join("")}| ALWAYS | any other | refused | refused | refused | refused |\n`);
});

test("docs/autodestroy.md: the other ways to write the two settings are taken, each by its own", () => {
  const [, ...lists] = /`autorestart` also accepts ([^]*?); `autodestroy` also accepts ([^]*?); /.exec(settings) ?? [];
  const [autorestart, autodestroy] = lists.map((list) =>
    [...list.matchAll(/`([^`]+)`/g)].map(([, value]) => value!.replace("N", "3")),
  );
  for (const [field, own = [], other = []] of [
    ["autorestart", autorestart, autodestroy] as const,
    ["autodestroy", autodestroy, autorestart] as const,
  ]) {
    expect(own.length).toBe(4);
    const codeOf = (value: string) =>
      run(["validate", "-"], { stdin: `web:\n  image: nginx\n  ${field}: ${value}\n` }).code;
    expect([...own, ...own.map((value) => value.toUpperCase())].map(codeOf)).toEqual(Array(8).fill(0));
    expect(other.filter((value) => !own.includes(value)).map(codeOf)).toEqual([1]);
  }
});

test("docs/commands.md: the commands are the commands", () => {
  const named = [...commands.matchAll(/^\| `tutum-stack ([\w-]+)/gm)].map(([, command]) => command);
  const known = [...run(["--help"]).stdout.matchAll(/^ {2}([\w-]+)(?:\|[\w-]+)? /gm)]
    .map(([, command]) => command)
    .filter((command) => command !== "help" && !command?.startsWith("-"));
  expect(named).toEqual(known);
});

test("docs/commands.md: the message is the message", () => {
  const [shown = ""] = /error\[incompatible-policies\][^`]*(?:`[^`\n]+`[^`]*)*?(?=```)/.exec(commands) ?? [];
  const { stdout } = run(["validate", "-", "--stdin-filename", "stack.yml"], {
    stdin: catalogue["incompatible-policies"].wrong!,
  });
  expect(stdout.startsWith(shown)).toBe(true);
  expect(shown).toContain("help: leave");
});

test("docs/limits.md: the limits are the limits", () => {
  expect(pageOf("docs/limits.md")).toContain(
    `beyond ${limits.characters / 1024 ** 2} MiB, ${limits.tokens / 1_000_000} million YAML tokens, ${limits.depth} levels of nesting, or ${limits.aliasedValues.toLocaleString("en")} values`,
  );
});
