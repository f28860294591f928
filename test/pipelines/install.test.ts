import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { execute } from "../real/programs.ts";
import { readme } from "../support/readme.ts";
import { copyProject, makeRepository, startRegistry, withoutSettings } from "./snapshot.ts";

test("the README's command installs the package from a clone, with what it builds", { timeout: 180_000 }, async () => {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "install-")));
  const registry = await startRegistry();
  try {
    makeRepository(join(scratch, "project"), copyProject);
    const [, command = ""] = /`(npm install git[^`]*)`/.exec(readme) ?? [];
    const folder = join(scratch, "user");
    mkdirSync(folder);
    const env = {
      ...withoutSettings,
      npm_config_registry: registry.url,
      npm_config_offline: "false",
      npm_config_prefer_offline: "true",
      npm_config_audit: "false",
    };
    const installed = await execute(
      ["sh", "-ec", command.replace("https://github.com/OWNER/tutum-stack", `file://${join(scratch, "project")}`)],
      {
        cwd: folder,
        env,
      },
    );
    expect(installed.code, installed.stderr).toBe(0);
    expect(existsSync(join(folder, "node_modules/tutum-stack/schema/stack.schema.json"))).toBe(true);
    const script =
      'import { compile } from "tutum-stack"; console.log(compile("web:\\n  image: nginx\\n", { name: "shop" }).files.length)';
    expect(await execute(["node", "--input-type=module", "--eval", script], { cwd: folder })).toMatchObject({
      code: 0,
      stdout: "1\n",
    });
    expect(await execute([join(folder, "node_modules/.bin/tutum-stack"), "--version"], { cwd: folder })).toMatchObject({
      code: 0,
    });
    expect(registry.missed).toEqual([]);
  } finally {
    registry.close();
    rmSync(scratch, { recursive: true, force: true });
  }
});
