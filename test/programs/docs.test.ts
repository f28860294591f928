import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { composeCommands, execute, needsCompose, suiteThatNeeds } from "../real/programs.ts";
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
