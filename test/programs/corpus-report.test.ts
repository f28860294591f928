import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tutum-stack-corpus-"));
  mkdirSync(join(folder, "below"));
  const files = {
    "fine.yml": "web:\n  image: nginx\n",
    "hint.yml": "web:\n  image: nginx\n  environment: [API_TOKEN=8f14e45fceea]\n",
    "lost.yaml": "web:\n  image: nginx\n  tags: [a]\ndb:\n  image: redis\n  tags: [a]\n",
    "below/stopped.yml": "web:\n  image: tutum.co/me/web\n",
    "refused.yml": "services:\n  web:\n    image: nginx\n",
    "notes.txt": "web:\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});

afterAll(() => rmSync(folder, { recursive: true }));

function reportOn(...args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  return spawnSync(process.execPath, ["scripts/corpus-report.mjs", ...args], { encoding: "utf8" });
}

test("the report on a folder counts its files by what becomes of them", () => {
  const { status, stdout } = reportOn(folder, "--list");
  expect(status).toBe(0);
  const counts = Object.fromEntries(
    [...stdout.matchAll(/^ +([\w' -]+?) {2,}(\d+)(?: .*)?$/gm)].map(([, what, count]) => [what, Number(count)]),
  );
  expect(counts).toMatchObject({
    compiled: 4,
    "without any warning": 1,
    "without any loss": 2,
    "cannot work as compiled": 1,
    refused: 1,
    "dead-registry": 1,
    "not-in-target": 1,
    "compose-file": 1,
  });
  expect(stdout).toContain("below/stopped.yml: dead-registry\n");
});

test("without a folder it says how it is used", () => {
  expect(reportOn().status).toBe(2);
});
