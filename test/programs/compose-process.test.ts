import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findCompose } from "../../src/platform/compose.ts";

test("the process of Compose is told before anything else happens, so that a lock can name it", async ({
  onTestFinished,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "tutum-stack-compose-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "docker"), "#!/bin/sh\necho ran\n");
  chmodSync(join(folder, "docker"), 0o755);
  const call = { project: "shop", folder, files: [], args: ["up"], variables: {} };
  const told: number[] = [];
  const run = findCompose({ PATH: folder }).run(call, {
    log: join(folder, "compose.log"),
    onStart: (child) => told.push(child),
  });
  expect(told).toEqual([expect.any(Number)]);
  expect(await run).toEqual({ exitCode: 0, output: "ran\n" });
  expect(told).toHaveLength(1);
});
