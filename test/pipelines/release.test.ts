import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { compile } from "../../src/compile.ts";
import { execute, suiteThatNeeds, type Outcome } from "../real/programs.ts";
import { pageOf, pages, snippetOf } from "../support/pages.ts";
import { readAction, runStepIn } from "./action.ts";
import { linkPackages, makeProject, release } from "./release.ts";
import { git, makeRepository, root, startRegistry, withoutSettings } from "./snapshot.ts";
import { installNpm, installPreCommit, type Tool } from "./tools.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "release-")));
const project = join(scratch, "project");
const user = join(scratch, "user");
const tools = join(scratch, "tools");
mkdirSync(tools);
const [npms, preCommits] = await Promise.all([
  Promise.all([10, 11].map((major) => installNpm(major, join(tools, `npm-${major}`)))),
  Promise.all(["4.3.0", "newest"].map((version) => installPreCommit(version, join(tools, `pre-commit-${version}`)))),
]);

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
const tag = `v${version}`;
const good = "web:\n  image: nginx\njob:\n  image: busybox\n  autodestroy: ALWAYS\n";
const bad = "web:\n  image: nginx\n  prots: []\n";
let registry: Awaited<ReturnType<typeof startRegistry>>;
let released: Outcome;

beforeAll(async () => {
  registry = await startRegistry();
  makeProject(project);
  released = await release(project);
});

afterAll(() => {
  registry.close();
  rmSync(scratch, { recursive: true, force: true });
});

beforeEach(() => {
  mkdirSync(user);
  registry.takeAsked();
});

afterEach(() => rmSync(user, { recursive: true, force: true }));

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(user, name)), { recursive: true });
    writeFileSync(join(user, name), text);
  }
}

/** The files that the good stack is compiled to. */
function compiled(fileName: string): Readonly<Record<string, string>> {
  return Object.fromEntries(compile(good, { name: "shop", fileName }).files.map(({ name, text }) => [name, text]));
}

/** A text of a page that takes the program from the scratch repository. */
function local(text: string): string {
  const url = "https://github.com/OWNER/tutum-stack";
  expect(text).toContain(url);
  return text.replaceAll(url, `file://${project}`);
}

/** The environment of npm and of what starts it: the local registry, an empty cache, and no user's settings. */
function environmentOf(npm: Tool, home: string): NodeJS.ProcessEnv {
  return {
    ...withoutSettings,
    PATH: `${npm.bin}:${process.env["PATH"]}`,
    npm_config_userconfig: "/dev/null",
    npm_config_registry: registry.url,
    npm_config_offline: "false",
    npm_config_audit: "false",
    npm_config_cache: join(home, "cache"),
    npm_config_prefix: join(home, "prefix"),
  };
}

describe("npm run release", () => {
  test("makes a commit that is on no branch, tags it, and says how to publish it", () => {
    expect(released).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(`\ngit push origin ${tag}\ngit push --force origin v1\n$`),
    });
    expect(git(project, "rev-parse", tag, `${tag}^`)).toBe(git(project, "rev-parse", "v1", "HEAD"));
    expect(git(project, "branch", "--contains", tag)).toBe("");
    expect(git(project, "status", "--porcelain")).toBe("");
    expect(["dist", "lib"].filter((name) => existsSync(join(project, name)))).toEqual([]);
  });

  test("puts into it what users need, and nothing else", () => {
    const paths = git(project, "ls-tree", "-r", "--name-only", tag).split("\n");
    expect(paths.filter((path) => !path.startsWith("lib/"))).toEqual([
      ".pre-commit-hooks.yaml",
      "CHANGELOG.md",
      "CONVERSION.md",
      "LICENSE",
      "README.md",
      "action.yml",
      "dist/LICENSES.txt",
      "dist/bin.js",
      "dist/image.js",
      "dist/live.js",
      "dist/main.js",
      "dist/package.json",
      "dist/rest.js",
      "dist/texts.js",
      ...pages.flatMap(({ path }) => (path.startsWith("docs/") ? [path] : [])).toSorted(),
      "package.json",
      "schema/api.schema.json",
      "schema/autodestroy.schema.json",
      "schema/migration.schema.json",
      "schema/report.schema.json",
      "schema/stack.schema.json",
      "schema/stacks.schema.json",
    ]);
    expect(paths).toContain("lib/index.d.ts");
    const { scripts, devDependencies, ...manifest } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect([scripts, devDependencies].map((value) => typeof value)).toEqual(["object", "object"]);
    expect(JSON.parse(git(project, "show", `${tag}:package.json`))).toEqual(manifest);
  });

  test("moves the tag of the major number only, never back and to no pre-release, and makes the same release once", async () => {
    const clone = join(user, "clone");
    git(user, "clone", "--quiet", project, clone);
    linkPackages(clone);
    rmSync(join(clone, "LICENSE"));
    expect(await release(clone)).toEqual({
      code: 1,
      stdout: "",
      stderr: "release: the work tree is not clean; commit, stash or remove the changes\n",
    });
    git(clone, "checkout", "--quiet", "LICENSE");
    const first = git(clone, "rev-parse", tag);
    expect(await release(clone)).toMatchObject({ code: 0, stdout: released.stdout });

    appendFileSync(join(clone, "README.md"), "\nOne line more.\n");
    git(clone, "commit", "--quiet", "--all", "--message", "Say more");
    const { code, stderr } = await release(clone);
    expect(stderr).toContain(`release: the tag ${tag} exists with other content; raise the version in package.json\n`);
    expect([code, git(clone, "rev-parse", tag, "v1")]).toEqual([1, `${first}\n${first}`]);

    const manifest = readFileSync(join(clone, "package.json"), "utf8");
    writeFileSync(join(clone, "package.json"), manifest.replace(`"version": "${version}"`, '"version": "1.99.0"'));
    git(clone, "commit", "--quiet", "--all", "--message", "Raise the version");
    expect((await release(clone)).code).toBe(0);
    expect(git(clone, "rev-parse", tag, "v1^")).toBe(`${first}\n${git(clone, "rev-parse", "HEAD")}`);
    const newest = git(clone, "rev-parse", "v1");
    expect(git(clone, "rev-parse", "v1.99.0")).toBe(newest);

    for (const other of ["1.98.9", "1.100.0-beta.1"]) {
      writeFileSync(join(clone, "package.json"), manifest.replace(`"version": "${version}"`, `"version": "${other}"`));
      git(clone, "commit", "--quiet", "--all", "--message", `Release ${other}`);
      const { code: result, stdout } = await release(clone);
      expect([result, git(clone, "rev-parse", "v1"), stdout.includes("--force")]).toEqual([0, newest, false]);
    }
  });
});

/** Expects that no package was installed but those that the program needs, so that nothing can have been built. */
function expectNoBuild(): void {
  expect(registry.takeAsked()).toEqual([]);
}

for (const npm of npms) {
  const { title, isLeftOut } = suiteThatNeeds(npm.name, npm);
  describe.skipIf(isLeftOut)(title, () => {
    const shell = (command: string, env = environmentOf(npm, join(user, "home"))) =>
      execute(["sh", "-ec", command], { cwd: user, env });

    test("is the npm that runs", async () => {
      expect((await shell("npm --version")).stdout).toMatch(RegExp(`^${npm.name.slice(4)}\\.`));
    });

    test("the README's npm install -g installs the program", async () => {
      const [command = ""] = /^npm install -g .*$/m.exec(pageOf("README.md")) ?? [];
      const { code, stderr } = await shell(local(command));
      expect(code, stderr).toBe(0);
      expectNoBuild();
      put({ "stack.yml": good });
      const program = join(user, "home/prefix/bin/tutum-stack");
      expect((await shell(`${program} --version`)).stdout).toBe(`${version}\n`);
      expect(await shell(`${program} compile --name shop`)).toMatchObject({ code: 0 });
      for (const [name, text] of Object.entries(compiled("stack.yml")))
        expect(readFileSync(join(user, name), "utf8")).toBe(text);
    });

    test("the README's npx runs the program", async () => {
      const [command = ""] = /^npx .*$/m.exec(pageOf("README.md")) ?? [];
      put({ "stack.yml": bad });
      expect(await shell(local(command))).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/^error\[unknown-field\][^]* --> stack\.yml:3:3\n/),
      });
      expectNoBuild();
    });

    test("the npm install of docs/editors.md and docs/library.md gives a project the library and the schema", async () => {
      const [, command = ""] = /`(npm install git[^`]*)`/.exec(pageOf("docs/editors.md")) ?? [];
      expect(pageOf("docs/library.md")).toContain(`\n${command}\n`);
      const { code, stderr } = await shell(local(command));
      expect(code, stderr).toBe(0);
      expectNoBuild();
      expect(existsSync(join(user, "node_modules/tutum-stack/schema/stack.schema.json"))).toBe(true);
      put({
        "use.mjs": `import { compile } from "tutum-stack";
          console.log(compile("web:\\n  image: nginx\\n", { name: "shop" }).files.length);`,
      });
      expect(await shell("node use.mjs")).toMatchObject({ code: 0, stdout: "1\n" });
    });
  });
}

for (const preCommit of preCommits)
  for (const npm of npms) {
    const missing = [preCommit, npm].filter(({ isHere }) => !isHere).map(({ how }) => how);
    const needs = { isHere: missing.length === 0, how: missing.join(", and ") };
    const { title, isLeftOut } = suiteThatNeeds(`${preCommit.name} with ${npm.name}`, needs);
    describe.skipIf(isLeftOut)(title, () => {
      const home = join(scratch, title);
      const hooks = /check stack files\.+(\w+)\n[^]*check that compiled files are up to date\.+(\w+)\n/;

      /** Runs the hooks of docs/pipelines.md, told of a stack file, over all files of a new repository. */
      async function check(files: Readonly<Record<string, string>>, stackFile = "stack.yml"): Promise<Outcome> {
        const snippet = snippetOf("yaml", ".pre-commit-config.yaml");
        expect(snippet).toContain(`rev: ${tag}\n`);
        rmSync(user, { recursive: true });
        const config = local(snippet).replace("shop, stack.yml]", `shop, ${stackFile}]`);
        makeRepository(user, () => put({ ...files, ".pre-commit-config.yaml": config }));
        const env = {
          ...environmentOf(npm, home),
          PRE_COMMIT_HOME: join(home, "pre-commit"),
          PRE_COMMIT_COLOR: "never",
        };
        return execute([join(preCommit.bin, "pre-commit"), "run", "--all-files"], { cwd: user, env });
      }

      test("installs the hooks of docs/pipelines.md, which pass", async () => {
        const files = { "stack.yml": good, "deploy/old stack/tutum.yaml": good, ...compiled("stack.yml") };
        const { code, stdout, stderr } = await check(files);
        expect(hooks.exec(stdout)?.slice(1), stdout + stderr).toEqual(["Passed", "Passed"]);
        expect(code).toBe(0);
        expectNoBuild();
        expect(git(user, "status", "--porcelain")).toBe("");
      });

      test("compares a stack file below where the hook is told of it", async () => {
        const files = Object.entries({ "tutum.yml": good, ...compiled("tutum.yml") });
        const below = files.map(([name, text]) => [`apps/front/${name}`, text] as const);
        const { code, stdout } = await check(Object.fromEntries(below), "apps/front/tutum.yml");
        expect({ code, hooks: hooks.exec(stdout)?.slice(1) }).toEqual({ code: 0, hooks: ["Passed", "Passed"] });
      });

      test("tells a mistake from what is out of date, in the hooks that are installed", async () => {
        const { code, stdout } = await check({
          "stack.yml": good,
          "docker-compose.yml": "services: {}\n",
          "deploy/docker-cloud.yml": bad,
        });
        expect(hooks.exec(stdout)?.slice(1)).toEqual(["Failed", "Failed"]);
        expect(stdout).toMatch(/error\[unknown-field\][^]* --> deploy\/docker-cloud\.yml:3:3\n/);
        expect(stdout).toContain("not up to date: docker-compose.yml");
        expect(code).toBe(1);
        expect(registry.takeAsked()).toEqual([]);
      });

      test("has nothing to do without a stack file", async () => {
        const { code, stdout } = await check({ "readme.md": "a stack\n" });
        expect(stdout.match(/\(no files to check\)Skipped/g)).toHaveLength(2);
        expect(code).toBe(0);
      });
    });
  }

test("docs/pipelines.md: the job for GitLab runs the program, reports and compares", async () => {
  const { stack: job } = parse(snippetOf("yaml", ".gitlab-ci.yml")) as {
    readonly stack: {
      readonly script: readonly string[];
      readonly artifacts: { readonly when: string; readonly reports: { readonly junit: string } };
    };
  };
  const script = local(job.script.join("\n")).replaceAll("/tmp/tutum-stack", join(user, "program"));
  const runJob = (): Promise<Outcome> => {
    rmSync(join(user, "program"), { recursive: true, force: true });
    return execute(["bash", "-eo", "pipefail", "-c", script], { cwd: user, env: withoutSettings });
  };
  put({ "tutum.yml": good, ...compiled("tutum.yml") });
  const passed = await runJob();
  expect(passed.code, passed.stderr).toBe(0);
  put({ "docker-compose.yml": "services: {}\n" });
  expect(await runJob()).toMatchObject({ code: 1, stderr: expect.stringContaining("docker-compose.yml") });

  put({ "tutum.yml": bad });
  const { code, stderr } = await runJob();
  expect(code, stderr).toBe(1);
  expect(job.artifacts.when).toBe("always");
  expect(readFileSync(join(user, job.artifacts.reports.junit), "utf8")).toMatch(
    /^<\?xml [^]*<testsuites [^]*tutum\.yml[^]*unknown-field/,
  );
});

test("the action of the release builds nothing, and checks", async () => {
  const checkout = join(scratch, "checkout of v1");
  git(
    scratch,
    "-c",
    "advice.detachedHead=false",
    "clone",
    "--quiet",
    "--depth",
    "1",
    "--branch",
    "v1",
    `file://${project}`,
    checkout,
  );
  put({ "stack.yml": bad });
  const [build, check] = readAction(checkout).runs.steps;
  expect(await runStepIn(user, build, { actionPath: checkout })).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await runStepIn(user, check, { actionPath: checkout })).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^::error file=stack\.yml,line=3,/),
  });
});
