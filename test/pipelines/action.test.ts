import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { stackFileNames } from "../../src/files/stack-file.ts";
import type { Outcome } from "../real/programs.ts";
import { snippetOf } from "../support/pages.ts";
import { readAction, runStepIn, type Step } from "./action.ts";
import { copyProject, root } from "./snapshot.ts";

const action = readAction(root);
const [build, check] = action.runs.steps;
const good = "web:\n  image: nginx\n";
const bad = "web:\n  image: nginx\n  prots: []\n";
const warned = "web:\n  image: nginx\n  tags: [a]\n";

let folder = "";

beforeEach(() => {
  folder = join(realpathSync(mkdtempSync(join(tmpdir(), "action-"))), "shop");
  mkdirSync(folder);
});

afterEach(() => rmSync(dirname(folder), { recursive: true }));

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function runStep(step: Step, inputs: Readonly<Record<string, string>> = {}, actionPath = root): Promise<Outcome> {
  expect(Object.keys(inputs).filter((name) => !Object.hasOwn(action.inputs, name))).toEqual([]);
  return runStepIn(folder, step, { inputs, actionPath });
}

describe("action.yml", () => {
  test("is a composite action with everything that GitHub asks for", () => {
    expect(Object.keys(action)).toEqual(["name", "description", "branding", "inputs", "runs"]);
    expect(action.runs.using).toBe("composite");
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect({ ...input, description: typeof input.description, default: typeof input.default }).toEqual({
        description: "string",
        default: "string",
      });
    }
    for (const step of action.runs.steps) {
      expect(Object.keys(step).filter((key) => !["name", "shell", "env", "run"].includes(key))).toEqual([]);
      expect(step.shell).toBe("bash");
    }
  });

  test("puts no expression into a script", () => {
    expect(action.runs.steps.map(({ run }) => run).filter((run) => run.includes("${{"))).toEqual([]);
  });

  test("hands every input over, each in one variable", () => {
    const values = action.runs.steps.flatMap(({ env = {} }) => Object.values(env));
    expect(values.toSorted()).toEqual(
      Object.keys(action.inputs)
        .map((name) => `\${{ inputs.${name} }}`)
        .toSorted(),
    );
  });
});

test("docs/pipelines.md: the workflow uses inputs that there are, and checks what was compiled under the name in it", async () => {
  const { jobs } = parse(snippetOf("yaml", ".github/workflows/stack.yml")) as {
    readonly jobs: Readonly<
      Record<
        string,
        { readonly steps: readonly { readonly uses: string; readonly with?: Readonly<Record<string, unknown>> }[] }
      >
    >;
  };
  const own = Object.values(jobs).flatMap(({ steps }) =>
    steps.filter(({ uses }) => uses.startsWith("OWNER/tutum-stack@v")),
  );
  expect(own).toHaveLength(1);
  const inputs = Object.fromEntries(Object.entries(own[0]!.with ?? {}).map(([name, value]) => [name, String(value)]));
  put({ "checkout/stack.yml": "job:\n  image: busybox\n  autodestroy: ALWAYS\n" });
  execFileSync(process.execPath, [join(root, "dist/bin.js"), "compile", "checkout/stack.yml", "--name", "shop"], {
    cwd: folder,
    stdio: "ignore",
  });
  expect(await runStep(check, { ...inputs, "working-directory": "checkout" })).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("up to date"),
  });
});

test("a checkout of main is built, once, and then checks", { timeout: 180_000 }, async () => {
  const checkout = join(dirname(folder), "checkout of main");
  mkdirSync(checkout);
  copyProject(checkout);
  const first = await runStep(build, {}, checkout);
  expect(first.code, first.stderr).toBe(0);
  put({ "stack.yml": bad });
  expect(await runStep(check, {}, checkout)).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^::error file=stack\.yml,line=3,/),
  });
  expect(await runStep(build, {}, checkout)).toEqual({ code: 0, stdout: "", stderr: "" });
});

describe("the step that checks", () => {
  test.each(stackFileNames)("finds %s", async (name) => {
    put({ [name]: bad });
    expect(await runStep(check)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`::error file=${name},line=3,`),
    });
    put({ [name]: good });
    expect(await runStep(check)).toEqual({ code: 0, stdout: `tutum-stack: ${name} is valid\n`, stderr: "" });
  });

  test("says what the program says when there is none or more than one", async () => {
    expect(await runStep(check)).toMatchObject({ code: 2, stderr: expect.stringContaining("no stack file here") });
    put({ "stack.yml": good, "tutum.yml": good });
    expect(await runStep(check)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("more than one stack file here"),
    });
    expect(await runStep(check, { check: "true" })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("more than one stack file here"),
    });
  });

  test("checks the stacks of tutum-stack.json when no file is given", async () => {
    const stacks = [{ file: "one/stack.yml" }, { file: "two/stack.yml", name: "shop", output: "out" }];
    put({ "one/stack.yml": good, "two/stack.yml": good, "tutum-stack.json": JSON.stringify({ stacks }) });
    expect(await runStep(check)).toMatchObject({ code: 0, stdout: "tutum-stack: all 2 files are valid\n" });
    expect(await runStep(check, { check: "true" })).toMatchObject({ code: 1 });
    execFileSync(process.execPath, [join(root, "dist/bin.js"), "compile"], { cwd: folder, stdio: "ignore" });
    expect(await runStep(check, { check: "true" })).toMatchObject({
      code: 0,
      stderr: "tutum-stack: everything is up to date\n",
    });
  });

  test("names files from the top of the repository, wherever they are", async () => {
    put({ "deploy/live system/stack.yml": bad });
    const annotation = {
      code: 1,
      stdout: expect.stringMatching(/^::error file=deploy\/live system\/stack\.yml,line=3,/),
    };
    expect(await runStep(check, { "working-directory": "deploy/live system" })).toMatchObject(annotation);
    expect(await runStep(check, { files: "live system/stack.yml\n", "working-directory": "deploy" })).toMatchObject(
      annotation,
    );
    expect(await runStep(check, { files: join(folder, "deploy/live system/stack.yml") })).toMatchObject(annotation);
  });

  test("checks every file", async () => {
    put({ "a b.yml": good, "c.yml": bad, "d.yml": bad });
    const { code, stdout } = await runStep(check, { files: "a b.yml\nc.yml\n\nd.yml\n" });
    expect({ code, files: [...stdout.matchAll(/^::error file=([^,]*)/gm)].map(([, file]) => file) }).toEqual({
      code: 1,
      files: ["c.yml", "d.yml"],
    });
  });

  test("counts warnings as it is told", async () => {
    put({ "stack.yml": warned });
    expect((await runStep(check)).code).toBe(0);
    expect(await runStep(check, { check: "true", strict: "true" })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("--strict treats warnings as errors"),
    });
    expect(await runStep(check, { check: "true", "max-warnings": "0" })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("--max-warnings allows 0"),
    });
  });

  test("says when compiled files are out of date, of each stack", async () => {
    put({ "one/stack.yml": good, "two/stack.yml": good });
    const inputs = { files: "one/stack.yml\ntwo/stack.yml", check: "true", args: "--name\nthe shop" };
    expect(await runStep(check, inputs)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/(docker-compose\.yml is missing[^]*){2}/),
    });
    for (const name of ["one", "two"])
      execFileSync(
        process.execPath,
        [join(root, "dist/bin.js"), "compile", `${name}/stack.yml`, "--name", "the shop"],
        { cwd: folder, stdio: "ignore" },
      );
    expect(await runStep(check, inputs)).toMatchObject({ code: 0 });
    writeFileSync(join(folder, "one/docker-compose.yml"), "services: {}\n");
    expect(await runStep(check, inputs)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/docker-compose\.yml differs[^]*up to date/),
    });
  });

  test.each([{ check: "yes" }, { strict: "1" }, { check: "" }])("refuses %o", async (inputs) => {
    put({ "stack.yml": good });
    expect(await runStep(check, inputs)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("must be true or false"),
    });
  });

  const hostile = [
    "$(touch owned)",
    "`touch owned`",
    "; touch owned",
    '"; touch owned; "',
    "'; touch owned; '",
    "a\ntouch owned",
    "&& touch owned",
    "*",
    "~",
    "\\",
    "${{ inputs.check }}",
  ];

  test.each(hostile)("runs nothing of an input: %j", async (text) => {
    put({ "stack.yml": good });
    for (const input of Object.keys(action.inputs)) {
      const { code } = await runStep(check, { [input]: text });
      expect({ input, code, owned: existsSync(join(folder, "owned")) }).toEqual({ input, code: 2, owned: false });
    }
  });

  test.each([
    ...hostile.filter((text) => !text.includes("\n")),
    "-",
    "--",
    "--help",
    "-x.yml",
    "a;b.yml",
    "  spaces.yml",
  ])("checks a file of the name %j", async (name) => {
    put({ [name]: bad });
    for (const inputs of [{ files: name }, { files: name, check: "true" }]) {
      const { code, stdout, stderr } = await runStep(check, inputs);
      expect({ code, says: `${stdout}${stderr}` }).toEqual({ code: 1, says: expect.stringContaining("::error file=") });
    }
    expect(existsSync(join(folder, "owned"))).toBe(false);
  });

  test("an option that looks like a file and a folder that looks like an option", async () => {
    put({ "--version/stack.yml": good });
    expect(await runStep(check, { "working-directory": "--version" })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("is valid"),
    });
    symlinkSync(join(folder, "--version"), join(folder, "-P"));
    expect(await runStep(check, { "working-directory": "-P", files: "stack.yml" })).toMatchObject({ code: 0 });
  });
});
