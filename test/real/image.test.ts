import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { compile } from "../../src/compile.ts";
import { pageOf } from "../support/pages.ts";
import { executable, needsExecutable } from "../support/program.ts";
import { execute, suiteThatNeeds, temporaryFolder, works, type Outcome } from "./programs.ts";
import { needsEngine } from "./project.ts";

const needsImages = {
  isHere: needsEngine.isHere && works(["docker", "image", "inspect", "node:local"]),
  how: `${needsEngine.how} (which also makes node:local)`,
};
const { title, isLeftOut } = suiteThatNeeds("the image, as a tool in a pipeline", needsImages);

const image = `tutum-stack-test-image:${process.pid}`;
const root = fileURLToPath(new URL("../..", import.meta.url));
const good = "web:\n  image: nginx\njob:\n  image: busybox\n  autodestroy: ALWAYS\n";
const compiled = compile(good, { name: "shop", fileName: "stack.yml" }).files;

let folder = "";

/** Builds an image with a program, where nothing of the clone is at hand. */
async function build(command: readonly string[], name: string): Promise<void> {
  expect(await execute([...command, "sidecar-image", "--base", "node:local", "--tag", name])).toEqual({
    code: 0,
    stdout: `built ${name}\n`,
    stderr: "",
  });
}

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
    await build(["node", join(root, "dist/bin.js")], image);
  }, 180_000);

  afterAll(async () => {
    await execute(["docker", "rmi", image]);
  });

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "image-")));
    return () => rmSync(folder, { recursive: true });
  });

  test("docs/pipelines.md: the commands work one after the other: they write, compare and print", async () => {
    const [, block = ""] = /```sh\n(docker run [^]*?)```/.exec(pageOf("docs/pipelines.md")) ?? [];
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

/** The program as npm installs it from the registry or a file, without what it is built from. */
async function installedPackage(): Promise<readonly string[]> {
  const installed = temporaryFolder([]);
  const pack = ["npm", "pack", "--json", "--ignore-scripts", "--pack-destination", installed];
  const packed = await execute(pack, { cwd: root });
  expect(packed.code, packed.stderr).toBe(0);
  const [{ filename }] = JSON.parse(packed.stdout) as [{ readonly filename: string }];
  expect(await execute(["tar", "-xzf", join(installed, filename), "-C", installed])).toMatchObject({ code: 0 });
  return ["node", join(installed, "package/dist/bin.js")];
}

const places = [
  { place: "an installed package", command: installedPackage, needs: needsImages },
  { place: "a clone", command: async () => ["node", join(root, "dist/bin.js")], needs: needsImages },
  {
    place: "the executable",
    command: async () => [executable],
    needs: needsImages.isHere ? needsExecutable : needsImages,
  },
].map(({ needs, ...place }) => ({ ...place, ...suiteThatNeeds(`the image that ${place.place} builds`, needs) }));

describe.each(places)("$title", ({ place, command, isLeftOut }) => {
  const name = `tutum-stack-test-image-${place.replaceAll(" ", "-")}:${process.pid}`;

  afterAll(async () => {
    if (!isLeftOut) await execute(["docker", "rmi", name]);
  });

  test.skipIf(isLeftOut)("runs this version, and the sidecar", async () => {
    await build(await command(), name);
    const run = (...args: readonly string[]) =>
      execute(["docker", "run", "--rm", "--network", "none", "--read-only", name, ...args]);
    expect(await run("--version")).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: "" });
    expect(await run("sidecar", "--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("--health") });
    const health = ["docker", "run", "--rm", "--network", "none", "--entrypoint", "tutum-stack", name];
    expect(await execute([...health, "sidecar", "--config", "/etc/a.json", "--health"])).toMatchObject({
      code: 1,
      stderr: "",
    });
  });
});

describe.skipIf(isLeftOut)("sidecar-image on a real engine", () => {
  test.each([
    ["a base image that is nowhere", ["--base", "tutum-stack.invalid/base:1"], /has no base image .*--base\n$/],
    [
      "a name that no image can have",
      ["--base", "node:local", "--tag", "UPPER:1"],
      /^tutum-stack: --tag must be the name of an image, not "UPPER:1"\n$/,
    ],
  ])("says what is wrong with %s", async (_, args, says) => {
    expect(await execute(["node", join(root, "dist/bin.js"), "sidecar-image", ...args])).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(says),
    });
  });
});
