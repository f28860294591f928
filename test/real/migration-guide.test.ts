import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { guideSteps } from "../support/guide.ts";
import { bareEnvironment, composeCommand, execute, suiteThatNeeds, temporaryFolder } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { program } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("docs/migration.md on a real engine", needsEngine);

/** The shop of the guide under a name of this test, on a free port, and with images that are here. */
function withStandIns(text: string, name: string): string {
  return text
    .replaceAll(/"shop"| shop /g, (found) => found.replace("shop", name))
    .replaceAll(/registry\.example\.com\/me\/shop|mysql:8/g, "busybox:local\n  command: sleep 600")
    .replace('"8080:80"', '"80"');
}

/** A folder with the commands that the guide calls: Compose is the one that is here. */
function commandsIn(folder: string): string {
  const commands = join(folder, "commands");
  mkdirSync(commands);
  const scripts = {
    "tutum-stack": `exec '${process.execPath}' '${program}' "$@"`,
    docker: `[ "$1" = compose ] || exit 1\nshift\nPATH="$WITHOUT_COMMANDS"\n${composeCommand.join(" ")} "$@"`,
  };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(commands, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(commands, name), 0o755);
  }
  return commands;
}

describe.skipIf(isLeftOut)(title, { timeout: 300_000 }, () => {
  test("each command works, and the containers are made", async () => {
    const name = `tutum-stack-test-${randomBytes(4).toString("hex")}`;
    const folder = temporaryFolder([]);
    const shop = join(folder, name);
    mkdirSync(shop);
    const { PATH = "" } = bareEnvironment;
    const env = { ...bareEnvironment, PATH: `${commandsIn(folder)}:${PATH}`, WITHOUT_COMMANDS: PATH };
    const shell = (lines: readonly string[]) => execute(["sh", "-e", "-c", lines.join("\n")], { cwd: shop, env });
    const list = ["docker", "ps", "-aq", "--filter", `label=com.docker.compose.project=${name}`];
    try {
      for (const step of guideSteps()) {
        if (step.kind === "file") writeFileSync(join(shop, step.name), withStandIns(step.text, name));
        else {
          // No folder is below the one of the guide.
          const lines = step.lines.map((line) => withStandIns(line, name).replace(" */", " ."));
          const { code, stderr } = await shell(lines);
          expect(code, `${lines.join("\n")}\n${stderr}`).toBe(0);
        }
      }
      expect((await execute(list)).stdout.trim().split("\n")).toHaveLength(2);
    } finally {
      await shell([`docker compose --project-name ${name} down --volumes`]);
    }
    expect((await execute(list)).stdout).toBe("");
  });
});
