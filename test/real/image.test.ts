import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { readme } from "../support/readme.ts";
import { execute, suiteThatNeeds, works, type Outcome } from "./programs.ts";
import { needsEngine } from "./project.ts";

const needsImages = {
  isHere: needsEngine.isHere && works(["docker", "image", "inspect", "node:local"]),
  how: `${needsEngine.how} (which also makes node:local)`,
};
const { title, isLeftOut } = suiteThatNeeds("the image, as a tool in a pipeline", needsImages);

const image = `tutum-stack-test-image:${process.pid}`;
const good = "web:\n  image: nginx\njob:\n  image: busybox\n  autodestroy: ALWAYS\n";
const compiled = compile(good, { name: "shop", fileName: "stack.yml" }).files;

let folder = "";

/** Runs a command of the image, as whoever runs the tests, with text for its standard input. */
function inImage(args: readonly string[], input = "", options: readonly string[] = []): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn("docker", ["run", "-i", "--rm", "--network", "none", ...options, image, ...args]);
    const written = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].setEncoding("utf8").on("data", (text: string) => (written[stream] += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 127, ...written }));
    child.stdin.end(input);
  });
}

describe.skipIf(isLeftOut)(title, () => {
  beforeAll(async () => {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const { code, stderr } = await execute(
      ["node", "scripts/image.mjs", "--build-arg", "BASE=node:local", "--tag", image],
      { cwd: root },
    );
    expect(code, stderr).toBe(0);
  }, 180_000);

  afterAll(async () => {
    await execute(["docker", "rmi", image]);
  });

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "image-")));
    return () => rmSync(folder, { recursive: true });
  });

  test("the README's commands work one after the other: they write, compare and print", async () => {
    const [, block = ""] = /```sh\n(docker run [^]*?)```/.exec(readme) ?? [];
    const commands = block.trimEnd().split("\n");
    expect(commands).toHaveLength(3);
    const [write, check, print] = commands.map(
      (line) => () => execute(["sh", "-ec", line.replace("localhost/tutum-stack-sidecar:1", image)], { cwd: folder }),
    ) as [() => Promise<Outcome>, () => Promise<Outcome>, () => Promise<Outcome>];
    writeFileSync(join(folder, "stack.yml"), good);
    expect(await check()).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("docker-compose.yml is missing, autodestroy.json is missing"),
    });
    expect(await write()).toMatchObject({ code: 0, stdout: "" });
    expect(compiled.map(({ name }) => readFileSync(join(folder, name), "utf8"))).toEqual(
      compiled.map(({ text }) => text),
    );
    expect(statSync(join(folder, "docker-compose.yml")).uid).toBe(process.getuid!());
    expect(await check()).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("everything is up to date"),
    });
    expect(await print()).toEqual({ code: 0, stdout: compiled[0]!.text, stderr: "" });
    writeFileSync(join(folder, "docker-compose.yml"), `${compiled[0]!.text}# by hand\n`);
    expect(await check()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("not up to date: docker-compose.yml differs"),
    });
    expect(readFileSync(join(folder, "docker-compose.yml"), "utf8")).toMatch(/# by hand\n$/);
  });

  test("warnings go to standard error", async () => {
    const { code, stdout, stderr } = await inImage(
      ["compile", "-", "--name", "shop", "--print", "docker-compose.yml"],
      "web:\n  image: nginx\n  tags: [a]\n",
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^# [^]*\n {4}image: nginx\n/),
      stderr: expect.stringMatching(/^warning\[not-in-target\]/),
    });
  });

  test.each([
    {
      what: "a mistake",
      args: ["compile", "-", "--name", "shop", "--print", "docker-compose.yml"],
      input: "web:\n  imag: nginx\n",
      code: 1,
      says: /^error\[/,
    },
    {
      what: "nothing",
      args: ["validate", "missing.yml"],
      input: "",
      code: 2,
      says: /^tutum-stack: cannot read missing\.yml: no such file\n$/,
    },
    { what: "wrong use", args: ["compile", "--chekc"], input: "", code: 2, says: /^tutum-stack: unknown option/ },
  ])("$what gives exit code $code", async ({ args, input, code, says }) => {
    expect(await inImage(args, input)).toEqual({ code, stdout: "", stderr: expect.stringMatching(says) });
  });
});
