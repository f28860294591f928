import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tar } from "../../src/docker/tar.ts";
import { temporaryFolder } from "../real/programs.ts";

function runTar(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("tar", args, { encoding: "utf8", env: { ...process.env, TZ: "UTC" } });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

test.each([0, 1, 511, 512, 513, 1_000_000])(
  "the system's tar reads back a file of %i characters, and one behind it",
  (size) => {
    const folder = temporaryFolder([]);
    const archive = join(folder, "archive.tar");
    const files = [
      { name: "first", mode: 0o755, text: "x".repeat(size) },
      { name: "folder/second.txt", mode: 0o644, text: "äöü €\n" },
    ];
    writeFileSync(archive, tar(files));
    const lines = runTar("--list", "--verbose", "--numeric-owner", "--file", archive).split("\n");
    expect(lines.map((line) => line.replace(/ +/g, " "))).toEqual([
      `-rwxr-xr-x 0/0 ${size} 1970-01-01 00:00 first`,
      "-rw-r--r-- 0/0 11 1970-01-01 00:00 folder/second.txt",
      "",
    ]);
    runTar("--extract", "--file", archive, "--directory", folder);
    expect(files.map(({ name }) => readFileSync(join(folder, name), "utf8"))).toEqual(files.map(({ text }) => text));
  },
);
