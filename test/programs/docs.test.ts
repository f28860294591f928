import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  composeCommands,
  execute,
  needsCompose,
  needsStackConfig,
  suiteThatNeeds,
  temporaryFolder,
} from "../real/programs.ts";
import { pathOf } from "../support/fixtures.ts";
import { program } from "../support/program.ts";
import { snippetOf } from "../support/pages.ts";

const { title, isLeftOut } = suiteThatNeeds("the stack file of the README", needsCompose);

describe.skipIf(isLeftOut)(title, () => {
  let folder = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));
    writeFileSync(join(folder, "tutum.yml"), snippetOf("yaml", "tutum.yml", "README.md"));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(composeCommands.map((command) => [command.join(" "), command] as const))(
    "is refused by %s, which takes what compile makes of it",
    async (_, command) => {
      const config = (file: string) => execute([...command, "-f", file, "config", "-q"], { cwd: folder });
      expect((await config("tutum.yml")).code).not.toBe(0);
      const compiled = await execute([...program, "compile"], { cwd: folder });
      expect(compiled.code, compiled.stderr).toBe(0);
      expect(await config("docker-compose.yml")).toMatchObject({ code: 0 });
    },
  );
});

const ownConfig = {
  isHere: needsCompose.isHere && needsStackConfig.isHere,
  how: `${needsCompose.how}; ${needsStackConfig.how}`,
};
const own = suiteThatNeeds("a config of your own, as docs/balancer.md shows it", ownConfig);

describe.skipIf(own.isLeftOut)(own.title, () => {
  /** A folder with the example, compiled, a config of your own, and a second file of the page. */
  async function folderWith(secondFile: string, target: string): Promise<string> {
    const text = snippetOf("yaml", secondFile, "docs/balancer.md");
    const folder = temporaryFolder([
      { name: secondFile, text },
      { name: "own.cfg", text: "" },
    ]);
    cpSync(pathOf("..", "examples/balancer/stack.yml"), join(folder, "stack.yml"));
    const { code, stderr } = await execute([...program, "compile", "--target", target], { cwd: folder });
    expect(code, stderr).toBe(0);
    return folder;
  }

  test.each(composeCommands.map((command) => [command.join(" "), command] as const))(
    "%s mounts it instead of the generated one",
    async (_, command) => {
      const folder = await folderWith("docker-compose.override.yml", "compose");
      const { code, stdout, stderr } = await execute([...command, "config"], { cwd: folder });
      expect(code, stderr).toBe(0);
      expect(stdout).toContain(`${folder}/own.cfg`);
      expect(stdout).not.toContain(`${folder}/haproxy.cfg`);
    },
  );

  test("docker stack takes it instead of the generated one", async () => {
    const folder = await folderWith("docker-stack.override.yml", "swarm");
    const { code, stdout, stderr } = await execute(
      ["docker", "stack", "config", "-c", "docker-stack.yml", "-c", "docker-stack.override.yml"],
      { cwd: folder },
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/\nconfigs:\n {2}haproxy:\n {4}name: shop_own_1\n {4}file: \S*\/own\.cfg\n/);
    expect(stdout).not.toContain("haproxy.swarm.cfg");
  });
});
