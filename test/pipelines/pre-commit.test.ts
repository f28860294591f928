import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { stackFileNames } from "../../src/cli/input.ts";
import { compile } from "../../src/compile.ts";
import { filesOf } from "../../src/targets/emit.ts";
import { targets } from "../../src/targets/index.ts";
import { execute, suiteThatNeeds, works, type Outcome } from "../real/programs.ts";
import { snippetOf } from "../support/readme.ts";
import { copyProject, git, makeRepository, root, startRegistry, withoutSettings } from "./snapshot.ts";

const hooks = parse(readFileSync(join(root, ".pre-commit-hooks.yaml"), "utf8")) as readonly {
  readonly id: string;
  readonly files: string;
}[];
const needsPreCommit = {
  isHere: works(["pre-commit", "--version"]) && works(["git", "--version"]),
  how: "pre-commit; on Debian: apt-get install pre-commit",
};
const { title, isLeftOut } = suiteThatNeeds("with pre-commit", needsPreCommit);
const good = "web:\n  image: nginx\njob:\n  image: busybox\n  autodestroy: ALWAYS\n";

function compiled(fileName: string): Record<string, string> {
  return Object.fromEntries(compile(good, { name: "shop", fileName }).files.map(({ name, text }) => [name, text]));
}

test.each(["", "deploy/", "a b/c/"])("the hook that checks is given stack files in %j, and no others", (folder) => {
  const files = new RegExp(hooks.find(({ id }) => id === "tutum-stack")!.files);
  const others = ["docker-compose.yml", "mystack.yml", "stack.yml.bak", "stack.json", "stack.yml/readme.md"];
  expect([...stackFileNames, ...others].filter((name) => files.test(`${folder}${name}`))).toEqual(stackFileNames);
});

test.each(["", "deploy/"])("the hook that compares is given what compile writes into %j", (folder) => {
  const files = new RegExp(hooks.find(({ id }) => id === "tutum-stack-check")!.files);
  const written = Object.values(targets).flatMap(filesOf);
  expect([...stackFileNames, ...written, "package.json"].filter((name) => files.test(`${folder}${name}`))).toEqual([
    ...stackFileNames,
    ...written,
  ]);
});

describe.skipIf(isLeftOut)(title, () => {
  let scratch = "";
  let config = "";
  let environment: NodeJS.ProcessEnv = {};
  let registry: Awaited<ReturnType<typeof startRegistry>>;

  beforeAll(async () => {
    scratch = realpathSync(mkdtempSync(join(tmpdir(), "pre-commit-")));
    makeRepository(join(scratch, "project"), copyProject);
    const snippet = snippetOf("yaml", ".pre-commit-config.yaml");
    config = snippet.replace(/repo: \S+/, `repo: ${join(scratch, "project")}`);
    expect(config).not.toBe(snippet);
    registry = await startRegistry();
    const npm = {
      npm_config_registry: registry.url,
      npm_config_offline: "false",
      npm_config_prefer_offline: "true",
      npm_config_audit: "false",
    };
    environment = { ...withoutSettings, ...npm, PRE_COMMIT_HOME: join(scratch, "home"), PRE_COMMIT_COLOR: "never" };
  });

  afterAll(() => {
    registry.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  afterEach(() => rmSync(join(scratch, "user"), { recursive: true, force: true }));

  /** What pre-commit says of all files of a repository that uses the hooks as the README says, or with other files for it. */
  function preCommit(files: Readonly<Record<string, string>>, stackFile = "stack.yml"): Promise<Outcome> {
    const folder = join(scratch, "user");
    makeRepository(folder, () => {
      for (const [name, text] of Object.entries({
        ...files,
        ".pre-commit-config.yaml": config.replace("shop, stack.yml]", `shop, ${stackFile}]`),
      })) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
    });
    return execute(["pre-commit", "run", "--all-files"], { cwd: folder, env: environment });
  }

  test("the hooks are installed from a clone, and pass", { timeout: 180_000 }, async () => {
    const { code, stdout, stderr } = await preCommit({
      "stack.yml": good,
      ...compiled("stack.yml"),
      "deploy/old stack/tutum.yaml": good,
    });
    expect(stdout + stderr).toMatch(/check stack files\.+Passed\ncheck that compiled files are up to date\.+Passed\n$/);
    expect({ code, missed: registry.missed }).toEqual({ code: 0, missed: [] });
    expect(git(join(scratch, "user"), "status", "--porcelain")).toBe("");
  });

  test("a stack file below is compared where the hook is told of it", { timeout: 180_000 }, async () => {
    const below = Object.entries({ "tutum.yml": good, ...compiled("tutum.yml") }).map(([name, text]) => [
      `apps/front/${name}`,
      text,
    ]);
    const { code, stdout } = await preCommit(
      Object.fromEntries(below) as Record<string, string>,
      "apps/front/tutum.yml",
    );
    expect(stdout).toMatch(/check that compiled files are up to date\.+Passed\n$/);
    expect(code).toBe(0);
  });

  test("a mistake and what is out of date fail, and are told apart", { timeout: 180_000 }, async () => {
    const files = {
      "stack.yml": good,
      "docker-compose.yml": "services: {}\n",
      "deploy/docker-cloud.yml": "web:\n  image: nginx\n  prots: []\n",
    };
    const { code, stdout } = await preCommit(files);
    expect(stdout).toMatch(
      /check stack files\.+Failed\n[^]*error\[unknown-field\][^]* --> deploy\/docker-cloud\.yml:3:3\n/,
    );
    expect(stdout).toMatch(
      /check that compiled files are up to date\.+Failed\n[^]*not up to date: docker-compose\.yml/,
    );
    expect(code).toBe(1);
  });

  test("without a stack file there is nothing to do", { timeout: 180_000 }, async () => {
    const { code, stdout } = await preCommit({ "readme.md": "a stack\n" });
    expect(stdout.match(/\(no files to check\)Skipped/g)).toHaveLength(2);
    expect(code).toBe(0);
  });
});
