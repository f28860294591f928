import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HeldCompose, lives, newLiveFolder, type LiveFolder } from "./live-folder.ts";
import { composeCommand, execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";

const { title, isLeftOut } = suiteThatNeeds("where live services are, and what they take from the shell", needsEngine);

const running = `{image: "busybox:local", command: ${JSON.stringify(lives)}`;

describe.skipIf(isLeftOut)(title, { concurrent: true, timeout: 300_000 }, () => {
  /** Runs Compose in the folder as another project. */
  const compose = async (folder: LiveFolder, project: string): Promise<void> => {
    const { code, stderr } = await execute([...composeCommand, "-p", project, "up", "-d"], { cwd: folder.path });
    expect(code, stderr).toBe(0);
  };

  test("2.2 the project is the one that runs from the folder, however it is called and reached", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    const project = folder.newStack("own");
    folder.write(`web: ${running}}\n`);
    await folder.succeed("up", "--name", project);
    const before = await folder.untouchedOf(project, "web");
    await folder.succeed("up");
    await folder.succeed("up", "--name", "ignored");
    const link = join(folder.home, "link");
    symlinkSync(folder.path, link);
    for (const args of [
      ["up", join(link, "stack.yml")],
      ["service", "set", "--autorestart", "ALWAYS", "web"],
    ])
      expect(await folder.run(args, { cwd: link, env: { PWD: link } }), args.join(" ")).toMatchObject({ code: 0 });
    expect(await folder.untouchedOf(project, "web")).toEqual(before);
    expect((await folder.container("web", project)).restart).toBe("always");
    expect(await folder.containers()).toEqual([]);
    await folder.run(["down", join(link, "stack.yml")], { cwd: folder.home });
    expect(await folder.containers(undefined, project)).toEqual([]);
  });

  test("2.2 several projects run from the folder: refused with their names, and `--name` chooses", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    const other = folder.newStack("other");
    await folder.up(`web: ${running}}\n`);
    await compose(folder, other);
    const both = [await folder.untouched("web"), await folder.untouchedOf(other, "web")];
    for (const args of [["up"], ["service", "set", "--autorestart", "ALWAYS", "web"], ["down"]]) {
      const { code, stderr } = await folder.run(args);
      expect(code, args.join(" ")).not.toBe(0);
      expect(stderr).toContain(`several Compose projects run from`);
      expect(stderr).toContain(`${folder.project}, ${other}; choose one with --name`);
    }
    expect([await folder.untouched("web"), await folder.untouchedOf(other, "web")]).toEqual(both);
    await folder.succeed("down", "--name", other);
    expect(await folder.containers(undefined, other)).toEqual([]);
    expect(await folder.untouched("web")).toEqual(both[0]);
  });

  test("2.2 `docker-compose.override.yml` is given to Compose, and counts in plan and hash", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    folder.write("services: {web: {labels: {mine: one}}}\n", "docker-compose.override.yml");
    await folder.up(`web: ${running}}\n`);
    const first = await folder.container("web");
    expect(first.Config.Labels["mine"]).toBe("one");
    await folder.succeed("service", "scale", "web", "2");
    const both = await folder.containers("web");
    expect(both.map(({ Config }) => Config.Labels["mine"])).toEqual(["one", "one"]);
    expect(both[0]?.Id).toBe(first.Id);
    folder.write("services: {web: {labels: {mine: two}}}\n", "docker-compose.override.yml");
    expect((await folder.succeed("up", "--dry-run")).stdout).toMatch(/^web: recreate .*docker-compose\.override\.yml/m);
    await folder.succeed("up");
    expect((await folder.containers("web")).map(({ Config }) => Config.Labels["mine"])).toEqual(["two", "two"]);
  });

  test("3 Compose runs with PATH, HOME, DOCKER_* and the proxies only, and `$` of the text stays", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    const held = new HeldCompose(folder, "never");
    writeFileSync(join(folder.home, "wrong.yml"), "services: {wrong: {image: busybox:local}}\n");
    folder.write(`web: ${running}, environment: {TEXT: "$FOO \${FOO} $$FOO", BARE: , FOO: ""}}\n`);
    const env = {
      ...held.env,
      COMPOSE_FILE: join(folder.home, "wrong.yml"),
      COMPOSE_PROJECT_NAME: "wrong",
      COMPOSE_PROFILES: "wrong",
      FOO: "wrong",
      SECRET: "wrong",
      BARE: "of the shell",
      HTTPS_PROXY: "http://127.0.0.1:1",
      no_proxy: "localhost",
    };
    expect(await folder.run(["up"], { env })).toMatchObject({ code: 0 });
    expect((await folder.container("web")).Config.Env).toEqual(
      expect.arrayContaining(["TEXT=$FOO ${FOO} $$FOO", "BARE=of the shell", "FOO="]),
    );
    const own = [...held.variables.keys()].filter((name) => !/^(DOCKER_.*|_|PWD|OLDPWD|SHLVL)$/.test(name));
    expect(own.toSorted()).toEqual(["BARE", "HOME", "HTTPS_PROXY", "PATH", "no_proxy"]);
    expect([...held.variables.values()]).not.toContain("wrong");
  });

  test("3 bare names of the environment come from `.env` and from the user's shell, which wins", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    folder.write("FROM_FILE=file\nFROM_BOTH=file\n", ".env");
    folder.write(`web: ${running}, environment: [FROM_FILE, FROM_BOTH, FROM_SHELL]}\nother: ${running}}\n`);
    const env = { FROM_BOTH: "shell", FROM_SHELL: "shell" };
    expect(await folder.run(["up"], { env })).toMatchObject({ code: 0 });
    expect((await folder.container("web")).Config.Env).toEqual(
      expect.arrayContaining(["FROM_FILE=file", "FROM_BOTH=shell", "FROM_SHELL=shell"]),
    );
    const [web, other] = await folder.untouched("web", "other").then((lines) => lines.toReversed());
    expect(await folder.run(["up"], { env })).toMatchObject({ code: 0 });
    expect(await folder.untouched("web")).toEqual([web]);
    folder.write("FROM_FILE=changed\n", ".env");
    expect(await folder.run(["up"], { env })).toMatchObject({ code: 0 });
    expect((await folder.container("web")).Config.Env).toContain("FROM_FILE=changed");
    expect(await folder.untouched("other")).toEqual([other]);
  });

  test("2.3 state is lost: Compose's own hash says what may be out of date, which is no reason to recreate it", async ({
    onTestFinished,
  }) => {
    const folder = newLiveFolder(onTestFinished);
    await folder.up(`web: ${running}}\nother: ${running}}\nedited: ${running}}\n`);
    // The hash covers the policy, which a live change gives to no label.
    await folder.succeed("service", "set", "--autorestart", "ALWAYS", "web");
    const before = await folder.untouched("web", "other");
    const [edited] = await folder.untouched("edited");
    rmSync(folder.state, { recursive: true });
    folder.write(folder.read().replace(/^edited: \{/m, "edited: {environment: [A=b], "));
    for (let time = 1; time <= 2; time++) {
      const { stderr } = await folder.succeed("up");
      expect(stderr).toMatch(/^web: unchanged; it may be out of date/m);
      expect(stderr).not.toContain("other");
      expect(await folder.untouched("web", "other")).toEqual(before);
    }
    // Where the hash is the same, what runs is known, and an edit by hand is applied.
    expect(await folder.untouched("edited")).not.toEqual([edited]);
    expect((await folder.container("edited")).Config.Env).toContain("A=b");
    await folder.succeed("service", "redeploy", "web");
    expect((await folder.succeed("up")).stderr).toBe("");
    expect(await folder.untouched("other")).toEqual(before.filter((line) => line.startsWith("other")));
  });

  test("2.3 state is kept for each engine and project, where only the user can read it", async ({ onTestFinished }) => {
    const folder = newLiveFolder(onTestFinished);
    await folder.up(`web: ${running}}\n`);
    const { stdout } = await execute(["find", folder.state, "-printf", "%y %m %P\n"]);
    const lines = stdout.trim().split("\n").slice(1);
    expect(lines.some((line) => line.endsWith(`/${folder.project}/applied.json`))).toBe(true);
    for (const line of lines) expect(line).toMatch(/^(d 700|f 600) tutum-stack/);
  });

  test("2.1 a stack of the stacks folder that is a link out of it is refused", async ({ onTestFinished }) => {
    const folder = newLiveFolder(onTestFinished);
    const name = folder.newStack("linked");
    const outside = join(folder.home, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "stack.yml"), `web: ${running}}\n`);
    symlinkSync(outside, join(folder.stacks, name));
    const { code, stderr } = await folder.run(["stack", "start", name]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("leads out of");
    expect(await folder.containers(undefined, name)).toEqual([]);
  });
});
