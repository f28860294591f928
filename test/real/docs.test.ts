import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi, type TestContext } from "vitest";
import { blocksOf, pageOf } from "../support/pages.ts";
import { program } from "../support/program.ts";
import { lives, newLiveFolder, type LiveFolder } from "./live-folder.ts";
import { bareEnvironment, composeCommand, execute, suiteThatNeeds, works, type Outcome } from "./programs.ts";
import { needsEngine } from "./project.ts";

const needsCurl = {
  isHere: needsEngine.isHere && works(["curl", "--version"]),
  how: `${needsEngine.how}; and curl`,
};
const { title, isLeftOut } = suiteThatNeeds("the commands of the pages", needsCurl);
const image = `tutum-stack-test-docs-${randomBytes(4).toString("hex")}:1`;

/** The blocks of commands of a page, in their order. */
function commandsOf(path: string): readonly string[] {
  return blocksOf({ path, text: pageOf(path) }).flatMap(({ language, text }) => (language === "sh" ? [text] : []));
}

/** A folder in which somebody types what the pages say. */
class Reader {
  readonly folder: LiveFolder;
  readonly #env: NodeJS.ProcessEnv;

  /** Every command is that of the pages; only the images that are not here and the port have other names. */
  constructor(finished: TestContext["onTestFinished"], port = 7070) {
    this.folder = newLiveFolder(finished);
    const bin = join(this.folder.path, ".bin");
    mkdirSync(bin);
    this.#put(
      join(bin, "tutum-stack"),
      `case $1 in
        sidecar-image) set -- "$@" --base node:local --tag ${image} ;;
        compile | up) set -- "$@" --sidecar-image ${image} --settle 2 ;;
        serve) set -- "$@" --port ${port} ;;
      esac
      exec ${program.join(" ")} "$@"`,
    );
    if (composeCommand[0] !== "docker")
      this.#put(
        join(bin, "docker"),
        `[ "$1" = compose ] || exec ${pathOf("docker")} "$@"\nshift\nexec ${composeCommand.join(" ")} "$@"`,
      );
    this.#put(join(bin, "npm"), "exit 0");
    this.#env = {
      ...bareEnvironment,
      HOME: this.folder.path,
      XDG_STATE_HOME: join(this.folder.path, ".local/state"),
      PATH: `${bin}:${process.env["PATH"]}`,
    };
  }

  /** Types commands; expects them to succeed. */
  async type(commands: string): Promise<Outcome> {
    const outcome = await execute(["bash", "-ec", commands], { cwd: this.folder.path, env: this.#env });
    expect(outcome.code, `${commands}\n${outcome.stdout}${outcome.stderr}`).toBe(0);
    return outcome;
  }

  /** Types a command that goes on until Ctrl-C, and presses that when something is done. */
  async typeUntil(command: string, isDone: () => Promise<void>): Promise<void> {
    const child = spawn("bash", ["-ec", command], {
      cwd: this.folder.path,
      env: this.#env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
    const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
    try {
      await vi.waitFor(isDone, { timeout: 60_000, interval: 250 });
    } catch (error) {
      throw new Error(`${command}\n${said}`, { cause: error });
    } finally {
      if (child.exitCode === null) process.kill(-child.pid!, "SIGINT");
      await ended;
    }
  }

  #put(path: string, script: string): void {
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
}

function pathOf(command: string): string {
  return process.env["PATH"]!.split(":")
    .map((folder) => join(folder, command))
    .find((path) => existsSync(path))!;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const web = `web:\n  image: busybox:local\n  command: ${lives}\n`;
const jobOf = (name: string, policy = "ON_SUCCESS"): string =>
  `${name}:\n  image: busybox:local\n  command: echo ${name} is done\n  autodestroy: ${policy}\n`;

describe.skipIf(isLeftOut)(title, { timeout: 300_000 }, () => {
  beforeAll(async () => {
    const build = ["sidecar-image", "--base", "node:local", "--tag", image];
    const { code, stderr } = await execute([...program, ...build]);
    expect(code, stderr).toBe(0);
  }, 120_000);

  afterAll(async () => void (await execute(["docker", "rmi", image])));

  test("README.md: from an empty clone to a running example", async ({ onTestFinished }) => {
    const reader = new Reader(onTestFinished);
    const [command = ""] = commandsOf("README.md");
    expect(command).toMatch(/^npm ci && /);
    const port = await findFreePort();
    const root = new URL("../../", import.meta.url).pathname;
    cpSync(join(root, "examples/hello"), join(reader.folder.path, "hello"), { recursive: true });
    mkdirSync(join(reader.folder.path, "examples"));
    symlinkSync(join(root, "dist"), join(reader.folder.path, "dist"));
    const example = reader.folder.read("hello/stack.yml");
    // The name of the folder is the name of the project, which others may have, too.
    const folder = `examples/${reader.folder.project}`;
    mkdirSync(join(reader.folder.path, folder));
    writeFileSync(
      join(reader.folder.path, folder, "stack.yml"),
      example.replace("busybox:stable", "busybox:local").replace('"8080:80"', `"${port}:80"`),
    );
    await reader.typeUntil(command.replaceAll("examples/hello", folder), async () => {
      expect(await (await fetch(`http://localhost:${port}`)).text()).toContain("<h1>Hello</h1>");
    });
  });

  test("docs/autodestroy.md: all commands, one after the other", async ({ onTestFinished }) => {
    const reader = new Reader(onTestFinished);
    const [start, onHost, untilJob, withoutSidecar, change, orphans, metrics] = commandsOf("docs/autodestroy.md") as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    reader.folder.write(web + jobOf("migrate"));
    await reader.type(start);
    await reader.folder.expectRemoved("migrate");
    expect((await reader.folder.container("web")).status).toBe("running");
    await reader.type(onHost);
    await reader.type(untilJob);
    expect((await reader.folder.container("web")).status).toBe("exited");

    reader.folder.write(web + jobOf("migrate", "OFF"));
    await reader.type(change);
    await reader.folder.expectEnded("migrate");
    expect((await reader.folder.containers()).map(({ service }) => service)).toContain("autodestroy");
    await reader.type(orphans);
    expect((await reader.folder.containers()).map(({ service }) => service)).not.toContain("autodestroy");

    reader.folder.write(jobOf("migrate", "ALWAYS"));
    await reader.type("docker compose down --remove-orphans");
    await reader.type(withoutSidecar);
    expect(await reader.folder.containers()).toEqual([]);
    await reader.type(metrics);
    expect(reader.folder.read("docker-compose.yml")).toContain("./metrics:/metrics");
  });

  test("docs/jobs.md: all commands, with the stack file of the page", async ({ onTestFinished }) => {
    const reader = new Reader(onTestFinished);
    const page = "docs/jobs.md";
    const stack = blocksOf({ path: page, text: pageOf(page) }).find(({ language }) => language === "yaml")!.text;
    const [shown = "", wait = "", nightly = "", pipeline = ""] = commandsOf(page);
    reader.folder.write(
      stack
        .replace("image: nginx", `image: busybox:local\n  command: ${lives}`)
        .replace("image: busybox\n", "image: busybox:local\n"),
    );
    await reader.type(wait);
    const { stdout } = await reader.type(shown);
    expect(stdout).toMatch(/^migrate .* 0 +/m);
    expect(stdout).toMatch(/migrating\n$/);

    await reader.folder.expectRemoved("migrate");
    reader.folder.write(`${web}${jobOf("backup")}${jobOf("test")}`);
    expect(nightly).toContain("cd /srv/shop ");
    const { stdout: backup } = await reader.type(nightly.replace("/srv/shop", reader.folder.path));
    expect(backup).toContain("backup | backup is done\n");
    expect((await reader.type(pipeline)).stdout).toContain("test is done\n");
  });

  test("docs/live.md: all commands, one after the other", async ({ onTestFinished }) => {
    const reader = new Reader(onTestFinished);
    const [first = "", second = ""] = commandsOf("docs/live.md");
    reader.folder.write(web);
    const { stdout } = await reader.type(first);
    expect(stdout).toMatch(/^web .* Running /m);
    expect(reader.folder.read("stack.yml")).toContain("autorestart: ALWAYS");
    expect(await reader.folder.containers()).toEqual([]);
    await reader.type(`tutum-stack up\n${second}`);
    expect(reader.folder.read("stack.yml")).toMatch(/autorestart: ON_FAILURE\n {2}autodestroy: ALWAYS\n/);
  });

  test("docs/serve.md and docs/page.md: the server starts, and curl finds it", async ({ onTestFinished }) => {
    const port = await findFreePort();
    const reader = new Reader(onTestFinished, port);
    const [start = "", curl = ""] = commandsOf("docs/serve.md");
    expect(commandsOf("docs/page.md")).toEqual([start]);
    mkdirSync(join(reader.folder.path, "stacks/shop"), { recursive: true });
    writeFileSync(join(reader.folder.path, "stacks/shop/stack.yml"), web);
    const lines = curl.split("\n");
    const definitions = lines.filter((line) => /^(?:token=|api\(\)|url=)/.test(line)).join("\n");
    await reader.typeUntil(start, async () => {
      const ask = `${definitions.replace("7070", String(port))}\napi $url/service/?name=web`;
      expect(JSON.parse((await reader.type(ask)).stdout)).toMatchObject({ objects: [{ name: "web" }] });
    });
  });
});
