import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HeldCompose, lives, newLiveFolder, pathWithoutCompose, type LiveFolder } from "./live-folder.ts";
import { execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { buildSidecarImage } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("live services where something fails", needsEngine);

const image = `tutum-stack-test-${randomBytes(4).toString("hex")}:1`;
const sidecar = ["--settle", "2", "--sidecar-image", image];
const running = `{image: "busybox:local", command: ${JSON.stringify(lives)}`;
const stack = `web: ${running}}\njob: {image: "busybox:local", command: "true", autodestroy: ON_FAILURE}\n`;
/** An image that no registry has: nothing listens there. */
const missing = "127.0.0.1:1/missing:1";

describe.skipIf(isLeftOut)(title, { concurrent: true, timeout: 300_000 }, () => {
  beforeAll(() => buildSidecarImage(image));
  afterAll(async () => void (await execute(["docker", "rmi", image])));

  const files = (folder: LiveFolder): readonly string[] =>
    ["stack.yml", "docker-compose.yml", "autodestroy.json"].filter((name) => existsSync(join(folder.path, name)));

  test("1.3 without Compose, a command says so, and does nothing by halves", async ({ onTestFinished }) => {
    const folder = newLiveFolder(onTestFinished);
    const env = pathWithoutCompose(folder);
    const said = "Docker Compose is not installed";
    folder.write(stack);
    const first = await folder.run(["up", ...sidecar], { env });
    expect(first.code).not.toBe(0);
    expect(first.stderr).toContain(said);
    expect(files(folder)).toEqual(["stack.yml"]);
    expect(await folder.containers()).toEqual([]);

    await folder.succeed("up", ...sidecar);
    await folder.expectEnded("job");
    const before = [await folder.untouched("web", "job", "autodestroy"), folder.read()];
    for (const args of [
      ["service", "redeploy", "web"],
      ["service", "set", "--env", "A=b", "web"],
      ["service", "scale", "web", "2"],
      ["down"],
    ]) {
      const { code, stderr } = await folder.run(args, { env });
      expect(code, args.join(" ")).not.toBe(0);
      expect(stderr).toContain(said);
      expect([await folder.untouched("web", "job", "autodestroy"), folder.read()]).toEqual(before);
      expect((await folder.container("autodestroy")).status).toBe("running");
    }
    expect((await folder.succeed("service", "ps")).stderr).toBe("");
  });

  test("1.3 what is live needs the engine only", async ({ onTestFinished }) => {
    const folder = newLiveFolder(onTestFinished);
    await folder.up(`web: ${running}}\n`);
    const env = pathWithoutCompose(folder);
    for (const args of [
      ["service", "set", "--autorestart", "ALWAYS", "--memory", "64", "web"],
      ["service", "stop", "web"],
      ["service", "start", "web"],
      ["service", "ps"],
    ])
      expect(await folder.run(args, { env }), args.join(" ")).toMatchObject({ code: 0 });
    expect(await folder.container("web")).toMatchObject({ status: "running", restart: "always" });
  });

  test("3.7 Compose fails for one service: the others are done, and the message names the service", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    folder.write(
      `${stack}bad: {image: "${missing}", command: "true"}\nworse: {image: "busybox:local", command: [/no/such/program]}\n`,
    );
    const first = await folder.run(["up", ...sidecar]);
    expect(first.code).toBe(1);
    expect(first.stderr).toMatch(/^tutum-stack: service bad: /m);
    expect(first.stderr).toMatch(/^tutum-stack: service worse: .*\/no\/such\/program/m);
    expect(first.stderr).not.toMatch(/^tutum-stack: service (web|job|autodestroy)/m);
    await folder.expectEnded("job");
    expect((await folder.container("web")).status).toBe("running");
    expect((await folder.container("autodestroy")).status).toBe("running");

    // What is mended is done, and what was done before is not done again.
    const before = await folder.untouched("web", "job", "autodestroy");
    folder.write(folder.read().replace(missing, "busybox:local").replace("[/no/such/program]", JSON.stringify(lives)));
    await folder.succeed("up");
    expect((await folder.container("worse")).status).toBe("running");
    expect(await folder.containers("bad")).toHaveLength(1);
    expect(await folder.untouched("web", "job")).toEqual(before.filter((line) => !line.startsWith("autodestroy")));
  });

  test("3.7 the sidecar fails: the services are done, and the message says so", async ({ onTestFinished }) => {
    const folder = newLiveFolder(onTestFinished);
    folder.write(stack);
    const { code, stderr } = await folder.run(["up", "--settle", "2", "--sidecar-image", missing]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tutum-stack: service autodestroy: /m);
    expect((await folder.container("web")).status).toBe("running");
    await folder.expectEnded("job");
    const before = await folder.untouched("web", "job");
    await folder.succeed("up", "--sidecar-image", image);
    expect((await folder.container("autodestroy")).status).toBe("running");
    expect(await folder.untouched("web", "job")).toEqual(before);
  });

  test("1.2 a second change waits for the first one, and after 10 s says who holds the lock", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    await folder.up(`web: ${running}}\n`);
    const compose = new HeldCompose(folder, "before");
    const first = folder.start(["service", "redeploy", "web"], { env: compose.env });
    await compose.expectBegun();
    const refused = await folder.run(["service", "set", "--env", "REFUSED=yes", "web"]);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(`\`service redeploy web\` (process ${first.pid})`);
    const second = folder.start(["service", "set", "--env", "WAITED=yes", "web"]);
    // It would have failed or changed the file by then, did it not wait.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(folder.read()).not.toContain("=yes");
    expect(folder.read()).not.toContain("WAITED");
    compose.letGo();
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(await second.ended).toMatchObject({ code: 0 });
    expect((await folder.container("web")).Config.Env).toContain("WAITED=yes");
    expect(folder.read()).not.toContain("REFUSED");
  });

  test("3 SIGINT while Compose works: Compose is not ended half way, and the next `up` finishes", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    folder.write(stack);
    const compose = new HeldCompose(folder, "before");
    const command = folder.start(["up", ...sidecar], { env: compose.env });
    await compose.expectBegun();
    command.kill("SIGINT");
    compose.letGo();
    const { code, stderr } = await command.ended;
    expect(code).not.toBe(0);
    expect(stderr).toContain("interrupted; `tutum-stack up` finishes the change");
    const before = await folder.untouched("web");
    expect(before).toHaveLength(1);
    await folder.succeed("up");
    await folder.expectEnded("job");
    const [job] = await folder.untouched("job");
    expect(await folder.untouched("web")).toEqual(before);
    expect((await folder.container("autodestroy")).status).toBe("running");
    await folder.succeed("up");
    expect(await folder.untouched("job")).toEqual([job]);
    expect((await folder.succeed("service", "ps")).stderr).toBe("");
  });

  test("3.6 killed while the sidecar is stopped: a `stop` of something else does not forget it", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    await folder.up(`${stack}other: ${running}}\n`, ...sidecar);
    const compose = new HeldCompose(folder, "before");
    const killed = folder.start(["service", "redeploy", "web"], { env: compose.env });
    await compose.expectBegun();
    killed.kill("SIGKILL");
    await killed.ended;
    compose.letGo();
    await folder.succeed("service", "stop", "other");
    const { stderr } = await folder.succeed("service", "ps");
    const isFound = stderr.includes("`service redeploy web` was interrupted");
    const isWorking = (await folder.container("autodestroy")).status === "running";
    expect({ isFound, isWorking }).not.toEqual({ isFound: false, isWorking: false });
    await folder.succeed("up");
    expect((await folder.container("autodestroy")).status).toBe("running");
    expect((await folder.succeed("service", "ps")).stderr).toBe("");
  });
});
