import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { execute, suiteThatNeeds } from "../real/programs.ts";
import { executable, needsExecutable } from "../support/program.ts";

const { title, isLeftOut } = suiteThatNeeds("the archive of the executable", needsExecutable);

describe.skipIf(isLeftOut)(title, () => {
  test("is half as large, and holds the executable and the licenses", async () => {
    const folder = mkdtempSync(join(tmpdir(), "archive-test-"));
    try {
      expect(
        await execute([process.execPath, "scripts/archive-binary.mjs", folder], { cwd: process.cwd() }),
      ).toMatchObject({ code: 0 });
      const [archive = ""] = readdirSync(folder);
      expect(statSync(join(folder, archive)).size).toBeLessThan(statSync(executable).size / 2);
      expect(await execute(["tar", "-xzf", join(folder, archive), "-C", folder])).toMatchObject({ code: 0 });
      const unpacked = join(folder, archive.replace(".tar.gz", ""));
      expect(readdirSync(unpacked).toSorted()).toEqual(["LICENSE", "LICENSES.txt", "tutum-stack"]);
      const { code, stdout } = await execute([join(unpacked, "tutum-stack"), "--version"]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
