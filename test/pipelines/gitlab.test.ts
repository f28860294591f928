import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { execute } from "../real/programs.ts";
import { snippetOf } from "../support/readme.ts";
import { copyProject, makeRepository, withoutSettings } from "./snapshot.ts";

interface Job {
  readonly image: string;
  readonly script: readonly string[];
  readonly artifacts: { readonly when: string; readonly reports: { readonly junit: string } };
}

let scratch = "";

beforeEach(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), "gitlab-")));
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

test("the README's job for GitLab builds the program from a clone, and reports", { timeout: 180_000 }, async () => {
  const { stack: job } = parse(snippetOf("yaml", ".gitlab-ci.yml")) as { readonly stack: Job };
  makeRepository(join(scratch, "project"), copyProject);
  const script = job.script
    .join("\n")
    .replace("https://github.com/OWNER/tutum-stack", join(scratch, "project"))
    .replaceAll("/tmp/tutum-stack", join(scratch, "program"));
  const folder = join(scratch, "user");
  mkdirSync(folder);
  writeFileSync(join(folder, "tutum.yml"), "web:\n  image: nginx\n  prots: []\n");
  const { code, stderr } = await execute(["bash", "-eo", "pipefail", "-c", script], {
    cwd: folder,
    env: withoutSettings,
  });
  expect(code, stderr).toBe(1);
  expect(job.artifacts.when).toBe("always");
  expect(readFileSync(join(folder, job.artifacts.reports.junit), "utf8")).toMatch(
    /^<\?xml [^]*<testsuites [^]*tutum\.yml[^]*unknown-field/,
  );
});
