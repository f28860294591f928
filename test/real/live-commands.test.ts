import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LiveFolder, lives, newLiveFolder } from "./live-folder.ts";
import { execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { buildSidecarImage } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("the commands of live services on a real engine", needsEngine);

const image = `tutum-stack-test-${randomBytes(4).toString("hex")}:1`;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/;
const running = `{image: "busybox:local", command: ${JSON.stringify(lives)}`;

describe.skipIf(isLeftOut)(`${title}: service and container`, () => {
  const folder = new LiveFolder();
  const stack = folder.newStack("a");
  const file = join(folder.stacks, stack, "stack.yml");
  const named = ["--stack", stack];
  const volumes = ["autodestroy-runs", "records", "web-cache"].map((name) => `${stack}_${name}`);
  const service = (...args: readonly string[]) => folder.succeed("service", ...args);
  const container = (...args: readonly string[]) => folder.succeed("container", ...args);
  const inspected = async (...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> =>
    JSON.parse((await folder.succeed(...args)).stdout) as Record<string, unknown>;

  beforeAll(() => buildSidecarImage(image));
  afterAll(async () => {
    await folder.dispose();
    await execute(["docker", "rmi", image]);
  });

  test("5.2 `service run` adds to the stack file, and runs the service with all that it was told", async () => {
    writeFileSync(join(folder.path, "variables"), "# comment\nFROM_FILE=yes\n");
    const options = {
      name: ["web"],
      stack: [stack],
      autorestart: ["ON_FAILURE"],
      env: ["A=b c"],
      envfile: ["variables"],
      volume: ["/cache", "records:/records"],
      expose: ["81"],
      publish: ["82"],
      tag: ["x"],
      memory: ["64"],
      cpushares: ["256"],
      "target-num-containers": ["1"],
      "deployment-strategy": ["EMPTIEST_NODE"],
      entrypoint: ["sh -c"],
      "run-command": [`'trap "exit 0" TERM; while :; do echo alive; sleep 1 & wait $!; done'`],
    };
    const words = Object.entries(options).flatMap(([option, values]) =>
      values.flatMap((value) => [`--${option}`, value]),
    );
    const { stdout } = await service("run", ...words, "--sequential", "busybox:local");
    expect(stdout).toMatch(uuid);
    const web = await folder.container("web", stack);
    expect(web).toMatchObject({ status: "running", restart: "on-failure" });
    expect(web.Config.Env).toEqual(expect.arrayContaining(["A=b c", "FROM_FILE=yes"]));
    expect(web.HostConfig).toMatchObject({ Memory: 64 * 1024 ** 2, CpuShares: 256 });
    expect(web.Config["Entrypoint"]).toEqual(["sh", "-c"]);
    expect(Object.keys(web.NetworkSettings.Ports).toSorted()).toEqual(["81/tcp", "82/tcp"]);
    expect(readFileSync(file, "utf8")).toContain("deployment_strategy: EMPTIEST_NODE");
  });

  test("5.2 `service run` with a link and autodestroy: the second service reaches the first one, and is cleaned up", async () => {
    await compileWithOwnSidecar();
    const again = await folder.run(["service", "run", ...named, "--name", "web", "busybox:local"]);
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect(again.stderr).toContain(`stack ${stack} already has a service web`);
    const before = await folder.untouchedOf(stack, "web");
    const options = ["--autorestart", "ON_FAILURE", "--autodestroy", "ON_SUCCESS", "--link-service", "web"];
    await service("run", ...named, ...options, "--name", "job", "--run-command", "ping -c 1 web", "busybox:local");
    await folder.expectRemoved("job", stack);
    expect(await folder.untouchedOf(stack, "web")).toEqual(before);
    expect((await service("ps", ...named)).stdout).toMatch(/^job .*\u2713 Cleaned up/m);
  });

  test("5.2 `service create` runs nothing, and `service start` runs it", async () => {
    await service("create", ...named, "--name", "later", "--run-command", "sh -c 'echo said; exit 5'", "busybox:local");
    expect(await folder.containers("later", stack)).toEqual([]);
    expect((await service("ps", ...named)).stdout).toMatch(/^later .*\u25fc Not running +0 /m);
    await service("start", "later");
    await folder.expectEnded("later", stack);
    expect((await service("ps", ...named)).stdout).toMatch(/^later .*\u2717 Failed \(5\) +1 /m);
  });

  test("5.1 `service logs` and `service runs`", async () => {
    const { stdout } = await service("logs", "later");
    expect(stdout).toBe("later-1 | said\n");
    expect((await service("logs", "--tail", "1", "web")).stdout).toBe("web-1 | alive\n");
    const { stdout: runs } = await service("runs", "later");
    expect(runs).toMatch(/^CONTAINER +EXIT CODE +STARTED +ENDED +AFTERWARDS\n.*later.1 +5 +20\d\d-/);
    expect(JSON.parse((await service("runs", "--output", "json", "later")).stdout)).toMatchObject([{ exit_code: 5 }]);
  });

  test("5.1 `service ps` and `service inspect`", async () => {
    const { stdout } = await service("ps", ...named);
    expect(stdout).toMatch(/^NAME +UUID +STATUS +#CONTAINERS +IMAGE +DEPLOYED +PUBLIC DNS +STACK\n/);
    expect(stdout).toMatch(/^web +[0-9a-f]{8} +\u25b6 Running +1 +busybox:local .* localhost/m);
    const web = await inspected("service", "inspect", "web");
    const { Id } = await folder.container("web", stack);
    expect(web).toMatchObject({ name: "web", state: "Running", autorestart: "ON_FAILURE", autodestroy: "OFF", stack });
    expect(web["containers"]).toMatchObject([{ docker_id: Id }]);
    const { stdout: ids } = await service("ps", "-q", ...named);
    expect(ids.split("\n")).toContain(web["uuid"]);
    // By the UUID, by its beginning, and by name and stack.
    for (const word of [String(web["uuid"]), String(web["uuid"]).slice(0, 8), `web.${stack}`])
      expect(await inspected("service", "inspect", word)).toMatchObject({ uuid: web["uuid"] });
    expect(JSON.parse((await service("ps", "--output", "json", "--status", "Running", ...named)).stdout)).toHaveLength(
      1,
    );
  });

  test("4.4 `service stop` under ALWAYS takes the policy away, and `start` gives it back", async () => {
    await folder.succeed("apps", "set", "--autorestart", "ALWAYS", "web");
    const { Id } = await folder.container("web", stack);
    await service("stop", "web");
    expect(await folder.container("web", stack)).toMatchObject({ Id, status: "exited", restart: "no" });
    const { stdout } = await service("ps", ...named);
    expect(stdout).toMatch(/^web .*\u25fc Stopped/m);
    expect(stdout).not.toContain("hanged by hand");
    // A change of autorestart leaves it until it is started.
    await service("set", "--autorestart", "ON_FAILURE", "web");
    await service("set", "--autorestart", "ALWAYS", "web");
    expect(await folder.container("web", stack)).toMatchObject({ Id, status: "exited" });
    await service("start", "--sync", "web");
    expect(await folder.container("web", stack)).toMatchObject({ Id, status: "running", restart: "always" });
  });

  test("4.4 `service stop` of a service with autodestroy says that its containers will be removed", async () => {
    await service(
      "run",
      ...named,
      "--autodestroy",
      "ALWAYS",
      "--name",
      "cleaned",
      "--run-command",
      lives,
      "busybox:local",
    );
    const { name, Id } = await folder.container("cleaned", stack);
    const { code, stderr } = await folder.run(["service", "stop", "cleaned"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`autodestroy will remove ${name} with all data inside, once it is stopped`);
    expect(await folder.container("cleaned", stack)).toMatchObject({ Id, status: "running" });
    await service("stop", "--yes", "cleaned");
    await folder.expectRemoved("cleaned", stack);
  });

  test("5.1 `service redeploy`: a volume that `compile` gave a name stays, also with --not-reuse-volumes", async () => {
    const volumeOf = async () =>
      (await folder.container("web", stack)).Mounts.find((one) => one.Destination === "/cache")?.Name;
    const [first, others] = [await volumeOf(), await folder.untouchedOf(stack, "later", "autodestroy")];
    const { Id } = await folder.container("web", stack);
    expect((await service("redeploy", "web")).stdout).toMatch(uuid);
    expect((await folder.container("web", stack)).Id).not.toBe(Id);
    expect(first).toBe(`${stack}_web-cache`);
    expect(await volumeOf()).toBe(first);
    await service("redeploy", "--not-reuse-volumes", "web");
    expect(await volumeOf()).toBe(first);
    expect(await folder.untouchedOf(stack, "later")).toEqual(others.filter((line) => line.startsWith("later")));
  });

  test("5.1 `container ps`, `inspect` and `logs`", async () => {
    const { stdout } = await container("ps", "--service", "web", "--no-trunc");
    expect(stdout).toMatch(/^NAME +UUID +STATUS +IMAGE +RUN COMMAND +EXIT CODE +DEPLOYED +PORTS +NODE +STACK\n/);
    expect(stdout).toMatch(/^web-1 +[0-9a-f-]{36} +\u25b6 Running +busybox:local .*82\/tcp/m);
    const { Id } = await folder.container("web", stack);
    const web = await inspected("container", "inspect", "web-1");
    expect(web).toMatchObject({ docker_id: Id, service: "web", restart_policy: "always" });
    expect(await inspected("container", "inspect", Id.slice(0, 12))).toMatchObject({ uuid: web["uuid"] });
    expect((await container("logs", "--tail", "1", "web-1")).stdout).toBe("web-1 | alive\n");
    expect((await container("ps", "-q", "--status", "Stopped")).stdout).not.toContain(String(web["uuid"]));
  });

  test("5.1 `container stop`, `start`, `redeploy` and `terminate`", async () => {
    const { Id } = await folder.container("web", stack);
    expect((await container("stop", "web-1")).stdout).toMatch(uuid);
    expect(await folder.container("web", stack)).toMatchObject({ Id, status: "exited", restart: "no" });
    await container("start", "web-1");
    expect(await folder.container("web", stack)).toMatchObject({ Id, status: "running", restart: "always" });
    await container("redeploy", "web-1");
    expect((await folder.container("web", stack)).Id).not.toBe(Id);
    await container("terminate", "web-1");
    expect(await folder.containers("web", stack)).toEqual([]);
    expect(await folder.namedVolumes(stack)).toEqual(volumes);
    await service("start", "web");
  });

  test("1.4 `service terminate` removes a service from the file, with its containers; named volumes stay", async () => {
    const others = await folder.untouchedOf(stack, "later");
    const linked = await folder.run(["service", "terminate", "web"]);
    expect(linked.code).toBe(1);
    expect(linked.stderr).toContain("error[unknown-service]: service `job` links to `web`");
    await service("terminate", "job", "cleaned");
    expect((await service("terminate", "web")).stdout).toMatch(uuid);
    expect(await folder.containers("web", stack)).toEqual([]);
    expect(readFileSync(file, "utf8")).not.toMatch(/^web:/m);
    expect(await folder.namedVolumes(stack)).toEqual(volumes);
    expect(await folder.untouchedOf(stack, "later")).toEqual(others);
  });

  test("1.4 with its last service, a stack of the stacks folder goes, and can be made again", async () => {
    await service("terminate", "later");
    expect(await folder.containers(undefined, stack)).toEqual([]);
    expect((await folder.succeed("stack", "list")).stdout).not.toContain(stack);
    await service("run", ...named, "--name", "next", "--run-command", lives, "busybox:local");
    expect((await folder.container("next", stack)).status).toBe("running");
  });

  /** Tells the stack about the image of the tests, as `compile` can be told. */
  async function compileWithOwnSidecar(): Promise<void> {
    const text = readFileSync(file, "utf8");
    const place = join(folder.stacks, stack);
    writeFileSync(file, `${text}job: {image: "busybox:local", command: "true", autodestroy: ALWAYS}\n`);
    const args = ["compile", "stack.yml", "--name", stack, "--settle", "2", "--sidecar-image", image];
    expect(await folder.run(args, { cwd: place })).toMatchObject({ code: 0 });
    writeFileSync(file, text);
  }
});

describe.skipIf(isLeftOut)(`${title}: stack, up and down`, { concurrent: true, timeout: 300_000 }, () => {
  test("5.1 `stack create`, `export`, `start`, `list`, `inspect`, `update`, `stop`, `redeploy`, `terminate`", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    const name = folder.newStack("b");
    const stack = (...args: readonly string[]) => folder.succeed("stack", ...args);
    const text = `# Of the user.\nweb: ${running}}\nother: ${running}}\n`;
    folder.write(text, "mine.yml");
    expect((await stack("create", "--name", name, "--file", "mine.yml")).stdout).toMatch(uuid);
    expect(await folder.containers(undefined, name)).toEqual([]);
    expect((await stack("export", name)).stdout).toBe(text);
    expect((await folder.run(["stack", "create", "--name", name, "--file", "mine.yml"])).code).not.toBe(0);

    await stack("start", name);
    expect((await folder.containers(undefined, name)).map(({ status }) => status)).toEqual(["running", "running"]);
    expect((await stack("list")).stdout).toMatch(/^NAME +UUID +STATUS +DEPLOYED +DESTROYED\n/);
    expect((await stack("list")).stdout).toMatch(new RegExp(`^${name} +[0-9a-f]{8} +\u25b6 Running`, "m"));
    expect(JSON.parse((await stack("inspect", name)).stdout)).toMatchObject({ name, project: name, state: "Running" });

    const [web, other] = [await folder.container("web", name), await folder.container("other", name)];
    folder.write(`web: ${running}, environment: [A=b]}\nthird: ${running}}\n`, "next.yml");
    await stack("update", "--file", "next.yml", name);
    expect((await stack("export", name)).stdout).toMatch(/^# Of the user\.\n[^]*other:[^]*third:/);
    expect(await folder.containers(undefined, name)).toEqual([other, web]);
    await stack("redeploy", name);
    expect((await folder.container("web", name)).Config.Env).toContain("A=b");
    expect((await folder.container("other", name)).Id).not.toBe(other.Id);
    expect((await folder.container("third", name)).status).toBe("running");

    await stack("stop", name);
    const stopped = await folder.containers(undefined, name);
    expect(stopped.map(({ status }) => status)).toEqual(["exited", "exited", "exited"]);
    expect((await stack("list")).stdout).toMatch(new RegExp(`^${name} .*\u25fc Stopped`, "m"));
    await stack("start", name);
    expect((await folder.containers(undefined, name)).map(({ Id, status }) => [Id, status])).toEqual(
      stopped.map(({ Id }) => [Id, "running"]),
    );

    const { stderr } = await stack("terminate", name);
    expect(await folder.containers(undefined, name)).toEqual([]);
    expect((await stack("list")).stdout).not.toContain(name);
    expect(existsSync(join(folder.stacks, name))).toBe(false);
    const [kept = ""] = readdirSync(folder.stacks);
    expect(stderr).toContain(kept);
    expect(readFileSync(join(folder.stacks, kept, "stack.yml"), "utf8")).toContain("# Of the user.");
  });

  test("5.1 `stack up` adds and starts, and a stack that was only created can be terminated", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    const [one, two] = [folder.newStack("c"), folder.newStack("d")];
    folder.write(`web: ${running}}\n`);
    await folder.succeed("stack", "up", "--name", one);
    expect((await folder.container("web", one)).status).toBe("running");
    await folder.succeed("stack", "create", "--name", two);
    await folder.succeed("stack", "terminate", two);
    expect((await folder.succeed("stack", "list", "--output", "json")).stdout).not.toContain(two);
  });

  test("1.4 `down` removes containers and unnamed volumes; named ones stay, are listed, and go with `--volumes`", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    await folder.up(
      `web: ${running}, volumes: ["records:/records", /cache], target_num_containers: 2}\ngone: ${running}, autorestart: ALWAYS}\n`,
    );
    const [web] = await folder.containers("web");
    const unnamed = web?.Mounts.find(({ Destination }) => Destination === "/cache")?.Name ?? "";
    const before = await folder.containers();
    expect((await folder.succeed("down", "--dry-run")).stdout).toContain(`remove ${before[0]?.name}\n`);
    expect(await folder.containers()).toEqual(before);

    // A service that is in no file any more is still one of the stack.
    folder.write(folder.read().replace(/^gone: .*\n/m, ""));
    await folder.succeed("compile");
    const { stderr } = await folder.succeed("down");
    expect(stderr).toContain(`kept the named volumes ${folder.project}_records; \`--volumes\` removes them`);
    expect(await folder.containers()).toEqual([]);
    expect((await execute(["docker", "volume", "inspect", unnamed])).code).not.toBe(0);
    expect(await folder.namedVolumes()).toEqual([`${folder.project}_records`]);
    expect(await folder.networks()).toEqual([]);
    expect(folder.read()).toContain("web:");

    await folder.succeed("up");
    await folder.succeed("down", "--volumes");
    expect(await folder.namedVolumes()).toEqual([]);
  });

  test("5.3 `--dry-run` does nothing", async ({ onTestFinished }) => {
    const folder = newLiveFolder(onTestFinished);
    const name = folder.newStack("e");
    await folder.up(`web: ${running}}\nother: ${running}}\n`);
    const before = await folder.untouched("web", "other");
    for (const args of [
      ["service", "stop", "web"],
      ["service", "redeploy", "web"],
      ["service", "terminate", "web"],
      ["stack", "stop", folder.project],
      ["stack", "terminate", folder.project],
      ["stack", "create", "--name", name],
      ["stack", "up", "--name", name],
      ["service", "run", "--stack", name, "busybox:local"],
      ["container", "stop", "web-1"],
      ["container", "terminate", "web-1"],
      ["down"],
    ]) {
      const { stdout } = await folder.succeed(...args, "--dry-run");
      expect(stdout, args.join(" ")).not.toBe("");
      expect(await folder.untouched("web", "other"), args.join(" ")).toEqual(before);
      expect((await folder.container("web")).status).toBe("running");
      expect(readdirSync(folder.stacks)).toEqual([]);
    }
    expect(folder.read()).toContain("web:");
  });

  test("5.3 `--output json` tells what was done, and what failed", async ({ onTestFinished }) => {
    const folder = newLiveFolder(onTestFinished);
    folder.write(`web: ${running}}\nbad: {image: "127.0.0.1:1/missing:1"}\n`);
    const { code, stdout } = await folder.run(["up", "--output", "json"]);
    expect(code).toBe(1);
    const { results } = JSON.parse(stdout) as { readonly results: readonly { service: string; problem?: string }[] };
    expect(results.map(({ service, problem }) => [service, problem === undefined])).toEqual([
      ["web", true],
      ["bad", false],
    ]);
  });

  test("4.2 a job that ended well is not a failure", async ({ onTestFinished }) => {
    const folder = newLiveFolder(onTestFinished);
    await folder.up(
      `job: {image: "busybox:local", command: "true"}\nbad: {image: "busybox:local", command: "false"}\n`,
    );
    for (const service of ["job", "bad"]) await folder.expectEnded(service);
    const { stdout } = await folder.succeed("service", "ps", "--output", "json");
    expect(JSON.parse(stdout)).toMatchObject([
      { name: "job", status: "Finished", is_well: true },
      { name: "bad", status: "Failed (1)", is_well: false },
    ]);
  });

  test("2.1 a stack of another folder than the stacks folder is not touched by its name alone", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    mkdirSync(join(folder.home, "others"));
    folder.write(`web: ${running}}\n`);
    const name = folder.newStack("f");
    await folder.succeed("stack", "create", "--name", name, "--stacks", join(folder.home, "others"));
    expect(existsSync(join(folder.home, "others", name, "stack.yml"))).toBe(true);
    expect(readdirSync(folder.stacks)).toEqual([]);
    expect((await folder.run(["stack", "start", name])).code).not.toBe(0);
    expect(await folder.containers(undefined, name)).toEqual([]);
  });
});
