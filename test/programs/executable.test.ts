import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { targets } from "../../src/targets/index.ts";
import { suiteThatNeeds } from "../real/programs.ts";
import {
  argumentsOf,
  caseNames,
  earlierFilesOf,
  expectFile,
  expectFolder,
  pathOf,
  stackFileOf,
  stackListOf,
} from "../support/fixtures.ts";
import { chooseExecutable, executable, needsExecutable } from "../support/program.ts";

const { title, isLeftOut } = suiteThatNeeds("the executable", needsExecutable);

describe.skipIf(isLeftOut)(title, async () => {
  chooseExecutable();
  await import("./files.test.ts");
  await import("./streams.test.ts");
  await import("./environment.test.ts");

  let folder = "";

  beforeEach(() => {
    folder = join(realpathSync(mkdtempSync(join(tmpdir(), "executable-"))), "shop");
    mkdirSync(folder);
  });

  afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

  function put(name: string, text: string | Buffer): void {
    writeFileSync(join(folder, name), text);
  }

  /** Runs it where there is no other program, Node least of all. */
  function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { status, stdout, stderr } = spawnSync(executable, args, {
      cwd: folder,
      env: { PATH: folder, ...env },
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    return { code: status, stdout, stderr };
  }

  describe.each(Object.keys(targets))("compiles for %s, to the last byte as the source does:", (target) => {
    test.each(caseNames("compile"))("%s", async (name) => {
      const source = pathOf("compile", name);
      put("stack.yml", await stackFileOf(source));
      const { code, stderr } = run(["compile", "--target", target, ...argumentsOf(source)]);
      expect(code, stderr).toBe(0);
      rmSync(join(folder, "stack.yml"));
      const outputs = Object.fromEntries(
        readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]),
      );
      const diagnostics = stderr.replace(/(`tutum-stack explain .*\n)?tutum-stack: .*\n$/, "");
      expectFolder(join(source, "expected", target), {
        ...outputs,
        ...(diagnostics ? { "diagnostics.txt": diagnostics } : {}),
      });
    });
  });

  test.each(caseNames("diagnostics"))("says %s as the source does", async (name) => {
    const source = pathOf("diagnostics", name);
    const files = { ...earlierFilesOf(source), ...stackListOf(source), "/shop/stack.yml": await stackFileOf(source) };
    for (const [path, text] of Object.entries(files)) put(path.replace("/shop/", ""), text);
    expectFile(join(source, "expected.txt"), run(["compile", ...argumentsOf(source)]).stderr);
  });

  test("is of the version of the package", () => {
    expect(run(["--version"])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: "" });
  });

  test("takes nothing from the folder but the stack file", () => {
    put("stack.yml", "web:\n");
    const plain = run(["validate"]);
    put(".env", "FORCE_COLOR=1\n");
    put("bunfig.toml", 'preload = ["./preload.js"]\n');
    put("preload.js", 'console.log("loaded");\n');
    for (const name of ["package.json", "tsconfig.json"]) put(name, "{");
    expect(run(["validate"])).toEqual(plain);
    expect(plain).toMatchObject({ code: 1, stderr: "", stdout: expect.stringMatching(/^error\[empty-service\]/) });
  });

  test.each(["-e", "--eval", "--inspect", "--preload", "--smol"])("takes no option of its runtime: %s", (option) => {
    expect(run([option, "0"])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(`unknown option '${option}'`),
    });
  });
});
