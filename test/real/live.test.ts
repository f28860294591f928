import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HeldCompose, LiveFolder, lives, newLiveFolder } from "./live-folder.ts";
import { execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { buildSidecarImage } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("live services on a real engine", needsEngine);

const image = `tutum-stack-test-${randomBytes(4).toString("hex")}:1`;
const sidecar = ["--settle", "2", "--sidecar-image", image];

const stack = `# The shop.
web: # what customers see
  image: busybox:local
  command: ${lives}
  environment:
    COLOUR: red   # as the logo
other:
  image: busybox:local
  command: ${lives}
batch: {image: "busybox:local", command: "true"}
kept: {image: "busybox:local", command: "true", autodestroy: ON_FAILURE}
`;

describe.skipIf(isLeftOut)(title, () => {
  const shop = new LiveFolder();

  beforeAll(async () => {
    await buildSidecarImage(image);
    await shop.up(stack, ...sidecar);
    for (const service of ["batch", "kept"]) await shop.expectEnded(service);
  });
  afterAll(async () => {
    await shop.dispose();
    await execute(["docker", "rmi", image]);
  });

  test("5.4 `up` compiles, runs all services, and says what it did with each", async () => {
    const running = (await shop.containers()).map(({ service, status }) => `${service} ${status}`);
    expect(running.toSorted()).toEqual([
      "autodestroy running",
      "batch exited",
      "kept exited",
      "other running",
      "web running",
    ]);
    expect(shop.read("docker-compose.yml")).toContain('restart: "no"');
  });

  test("2.4 no container has a label of ours", async () => {
    const labels = (await shop.containers()).flatMap(({ Config }) => Object.keys(Config.Labels));
    expect(labels.filter((name) => name.includes("tutum"))).toEqual([]);
    expect(labels).toContain("com.docker.compose.service");
  });

  test("3 autorestart: at once, nothing restarted, and the file keeps its comments", async () => {
    const before = await shop.untouched("web", "other", "batch", "kept", "autodestroy");
    const { stderr } = await shop.succeed("service", "set", "--autorestart", "ALWAYS", "web");
    expect(stderr).toMatch(/changed autorestart of .* without a restart/);
    expect((await shop.container("web")).restart).toBe("always");
    expect(await shop.untouched("web", "other", "batch", "kept", "autodestroy")).toEqual(before);
    expect(shop.read()).toBe(stack.replace("red   # as the logo\n", "red   # as the logo\n  autorestart: ALWAYS\n"));
  });

  test("3 target_num_containers, 1 to 3 to 2: nothing else is recreated, also after a live change of autorestart", async () => {
    const others = await shop.untouched("other", "batch", "kept");
    const [first] = await shop.untouched("web");
    await shop.succeed("service", "scale", "web", "3");
    const three = await shop.untouched("web");
    expect(three).toHaveLength(3);
    expect(three[0]).toBe(first);
    for (const container of await shop.containers("web"))
      expect(container).toMatchObject({ status: "running", restart: "always" });
    await shop.succeed("service", "scale", "web", "2");
    expect(await shop.untouched("web")).toEqual(three.slice(0, 2));
    expect(await shop.untouched("other", "batch", "kept")).toEqual(others);
    expect(shop.read()).toContain("target_num_containers: 2");
  });

  test("3 target_num_containers: finished containers of the service do not run again", async () => {
    const [first] = await shop.untouched("batch");
    await shop.succeed("service", "scale", "batch", "2");
    const both = await shop.untouched("batch");
    expect(both).toHaveLength(2);
    expect(both).toContain(first);
    await expect
      .poll(async () => (await shop.containers("batch")).map(({ status }) => status), { timeout: 20_000 })
      .toEqual(["exited", "exited"]);
    expect((await shop.containers("batch"))[1]?.startedAt).not.toMatch(/^0001/);
  });

  test("3 anything else: that service alone is recreated", async () => {
    const others = await shop.untouched("other", "batch", "kept");
    const before = (await shop.containers("web")).map(({ Id }) => Id);
    const { stderr } = await shop.succeed("service", "set", "--env", "COLOUR=blue", "web");
    expect(stderr).toContain("changed: environment");
    const web = await shop.containers("web");
    expect(web).toHaveLength(2);
    for (const { Id, Config, status, restart } of web) {
      expect(before).not.toContain(Id);
      expect(Config.Env).toContain("COLOUR=blue");
      expect({ status, restart }).toEqual({ status: "running", restart: "always" });
    }
    expect(await shop.untouched("other", "batch", "kept")).toEqual(others);
  });

  test("1.4 and 3.4 what autodestroy will remove is named and asked for: without a terminal nothing is changed", async () => {
    const before = [await shop.untouched("web", "other", "batch", "autodestroy"), shop.read()];
    const files = shop.read("autodestroy.json") + shop.read("docker-compose.yml");
    const { code, stdout, stderr } = await shop.run(["service", "set", "--autodestroy", "ON_SUCCESS", "batch"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    for (const { name } of await shop.containers("batch"))
      expect(stderr).toMatch(new RegExp(`autodestroy will remove ${name}, which ended with 0 at `));
    expect(stderr).toContain("--yes");
    expect([await shop.untouched("web", "other", "batch", "autodestroy"), shop.read()]).toEqual(before);
    expect(shop.read("autodestroy.json") + shop.read("docker-compose.yml")).toBe(files);
  });

  test("3 autodestroy, switched on: only the sidecar is recreated, with its new config", async () => {
    const others = await shop.untouched("web", "other", "kept");
    const [old] = await shop.untouched("autodestroy");
    await shop.succeed("service", "set", "--autodestroy", "ON_SUCCESS", "--yes", "batch");
    await shop.expectRemoved("batch");
    expect(await shop.untouched("web", "other", "kept")).toEqual(others);
    expect(await shop.untouched("autodestroy")).not.toEqual([old]);
  });

  test("3 autodestroy, the last one switched off: the sidecar's container is removed", async () => {
    const others = await shop.untouched("web", "other", "kept");
    await shop.succeed("service", "set", "--autodestroy", "OFF", "batch");
    expect(await shop.containers("autodestroy")).toHaveLength(1);
    await shop.succeed("service", "set", "--autodestroy", "OFF", "kept");
    expect(await shop.containers("autodestroy")).toEqual([]);
    expect(shop.read("docker-compose.yml")).not.toContain("autodestroy");
    expect(await shop.untouched("web", "other", "kept")).toEqual(others);
  });

  test("2.3 without the state, everything still works, and nothing is recreated", async () => {
    const before = await shop.untouched("web", "other");
    rmSync(shop.state, { recursive: true });
    await shop.succeed("up");
    expect(await shop.untouched("web", "other")).toEqual(before);
    rmSync(shop.state, { recursive: true });
    await shop.succeed("service", "set", "--autorestart", "ON_FAILURE", "web");
    expect((await shop.containers("web")).map(({ restart }) => restart)).toEqual(["on-failure", "on-failure"]);
    expect(await shop.untouched("web", "other")).toEqual(before);
  });

  test.each(["before", "after"] as const)(
    "3 a change that a crash interrupted: killed %s the work of Compose, the next command finishes it",
    async (when) => {
      const folder = new LiveFolder();
      try {
        const compose = new HeldCompose(folder, when);
        folder.write(
          `web: {image: "busybox:local", command: ${JSON.stringify(lives)}}\n` +
            `job: {image: "busybox:local", command: "true", autodestroy: ON_FAILURE}\n`,
        );
        const killed = folder.start(["up", ...sidecar], { env: compose.env });
        await compose.expectBegun();
        killed.kill("SIGKILL");
        await killed.ended;
        // Compose goes on alone, so the change is in progress. The next command waits until Compose is done.
        expect((await folder.succeed("service", "ps")).stderr).not.toContain("was interrupted");
        const next = folder.start(["up"]);
        compose.letGo();
        expect(await next.ended).toMatchObject({ code: 0 });
        await folder.expectEnded("job");
        const done = await folder.untouched("job", "web", "autodestroy");
        expect(done).toHaveLength(3);
        expect((await folder.container("autodestroy")).status).toBe("running");
        await folder.succeed("up");
        expect((await folder.succeed("service", "ps")).stderr).toBe("");
        expect(await folder.untouched("job", "web", "autodestroy")).toEqual(done);
      } finally {
        await folder.dispose();
      }
    },
  );

  test("3.6 the command is killed while the sidecar is stopped: the next one starts it", async ({ onTestFinished }) => {
    const folder = newLiveFolder(onTestFinished);
    await folder.up(
      `web: {image: "busybox:local", command: ${JSON.stringify(lives)}}\n` +
        `job: {image: "busybox:local", command: "true", autodestroy: ALWAYS}\n`,
      ...sidecar,
    );
    await folder.expectRemoved("job");
    const compose = new HeldCompose(folder, "before");
    const killed = folder.start(["service", "redeploy", "web"], { env: compose.env });
    await compose.expectBegun();
    killed.kill("SIGKILL");
    await killed.ended;
    expect((await folder.container("autodestroy")).status).toBe("exited");
    compose.letGo();
    const { stderr } = await folder.succeed("up");
    expect((await folder.container("autodestroy")).status).toBe("running");
    expect(stderr).toContain("started the sidecar");
    expect(await folder.containers("job")).toEqual([]);
    expect((await folder.container("web")).status).toBe("running");
  });
});
