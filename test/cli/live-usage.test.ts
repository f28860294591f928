import { describe, expect, test } from "vitest";
import { run } from "../support/memory-io.ts";

const groups = ["service", "service env", "stack", "container"];

function commandsOf(group: string): readonly string[] {
  const { stdout } = run([...group.split(" "), "--help"]);
  return [...stdout.matchAll(/^ {2}([a-z]+) .*$/gm)].map(([, name]) => `${group} ${name!}`);
}

const commands = ["up", "down", "run", "logs", ...groups.flatMap(commandsOf)].filter(
  (command) => !groups.includes(command) && !command.endsWith("help"),
);

describe("help", () => {
  test("there is all that the old clients had", () => {
    expect(commands).toMatchInlineSnapshot(`
      [
        "up",
        "down",
        "run",
        "logs",
        "service run",
        "service create",
        "service set",
        "service scale",
        "service start",
        "service stop",
        "service redeploy",
        "service terminate",
        "service ps",
        "service inspect",
        "service runs",
        "service logs",
        "service env list",
        "service env add",
        "service env update",
        "service env set",
        "service env remove",
        "stack create",
        "stack up",
        "stack update",
        "stack list",
        "stack inspect",
        "stack start",
        "stack stop",
        "stack redeploy",
        "stack terminate",
        "stack export",
        "container ps",
        "container inspect",
        "container logs",
        "container start",
        "container stop",
        "container terminate",
        "container redeploy",
      ]
    `);
  });

  test.each([...groups, ...commands])("of %s fits 80 columns and is the same behind `help`", (command) => {
    const { code, stdout, stderr } = run([...command.split(" "), "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    if (!command.includes(" ")) expect(run(["help", command]).stdout).toBe(stdout);
  });

  test("of service env add", () => {
    expect(run(["service", "env", "add", "--help"]).stdout).toMatchInlineSnapshot(`
      "Usage: tutum-stack service env add [options] <service...>

      add variables that services do not have yet

      Options:
        -e, --env <KEY=VALUE>  a variable; can be repeated
        --envfile <file>       a file with KEY=VALUE lines; can be repeated
        --redeploy             always recreate the containers, even if they do not run
        --stacks <dir>         the stacks folder, with one folder per stack (default:
                               $TUTUM_STACKS, else ~/.local/share/tutum-stack/stacks)
        --output <format>      the format of the result (choices: "text", "json",
                               default: "text")
        --dry-run              print what would be done, but do nothing
        -y, --yes              do not ask, even if data is destroyed
        -q, --quiet            print identifiers only
        --sync                 no effect, for old scripts: every command waits until
                               it is done
        -h, --help             print this help
      "
    `);
  });

  test("of stack terminate", () => {
    expect(run(["stack", "terminate", "--help"]).stdout).toMatchInlineSnapshot(`
      "Usage: tutum-stack stack terminate [options] <stack...>

      remove stacks with their containers

      Options:
        --volumes          remove named volumes, too
        --stacks <dir>     the stacks folder, with one folder per stack (default:
                           $TUTUM_STACKS, else ~/.local/share/tutum-stack/stacks)
        --output <format>  the format of the result (choices: "text", "json", default:
                           "text")
        --dry-run          print what would be done, but do nothing
        -y, --yes          do not ask, even if data is destroyed
        -q, --quiet        print identifiers only
        --sync             no effect, for old scripts: every command waits until it is
                           done
        -h, --help         print this help
      "
    `);
  });

  test("the oldest name of service", () => {
    expect(run(["apps", "--help"]).stdout).toBe(run(["service", "--help"]).stdout);
  });
});

describe("an unknown command", () => {
  test.each([
    { words: "ps", meant: "tutum-stack service ps" },
    { words: "stop web", meant: "tutum-stack service stop" },
    { words: "rm web", meant: "tutum-stack service terminate" },
    { words: "service rm web", meant: "tutum-stack service terminate" },
    { words: "service ls", meant: "tutum-stack service ps" },
    { words: "stack ps", meant: "tutum-stack stack list" },
    { words: "stack run", meant: "tutum-stack stack up" },
    { words: "container rm x", meant: "tutum-stack container terminate" },
  ])("$words: did you mean `$meant`?", ({ words, meant }) => {
    const [first = "", second = ""] = words.split(" ");
    const unknown = ["service", "stack", "container"].includes(first) ? second : first;
    const { code, stdout, stderr } = run(words.split(" "));
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: `tutum-stack: unknown command ${unknown}; did you mean \`${meant}\`?\n`,
    });
  });

  test.each([
    { words: ["service", "scal"], says: "tutum-stack: unknown command 'scal' (did you mean scale?)\n" },
    { words: ["container", "run"], says: "tutum-stack: unknown command 'run'" },
    { words: ["service", "constructor"], says: "tutum-stack: unknown command 'constructor'\n" },
    { words: ["service", "check"], says: "tutum-stack: unknown command 'check'\n" },
    { words: ["service", "env", "ls"], says: "tutum-stack: unknown command 'ls'" },
  ])("$words", ({ words, says }) => {
    expect(run(words)).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
  });
});
