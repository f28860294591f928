import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi, type TestContext } from "vitest";
import { composeLabels, labelOptions } from "../support/compose-labels.ts";
import { execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { buildSidecarImage, newFolder, twoSettleTimes, type StackFolder } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("whose containers the sidecar removes", needsEngine);

const image = `tutum-stack-test-${randomBytes(4).toString("hex")}:1`;
const asService = ["--settle", "2", "--sidecar-image", image];
const onHost = ["--settle", "2", "--sidecar", "none"];
const job = (autodestroy: string, command = "echo done"): string =>
  `job:\n  image: busybox:local\n  command: ${command}\n  autodestroy: ${autodestroy}\nweb:\n  image: busybox:local\n  command: sleep 600\n`;
const once = ["sidecar", "--config", "autodestroy.json", "--once", "--log", "json"];

type Finished = TestContext["onTestFinished"];

describe.skipIf(isLeftOut)(title, { concurrent: true, timeout: 300_000 }, () => {
  beforeAll(() => buildSidecarImage(image), 60_000);
  afterAll(async () => void (await execute(["docker", "rmi", image])));

  describe("as a service", () => {
    test("the one of its own container: neither the same name of the stack nor other projects matter", async ({
      onTestFinished,
    }) => {
      const [shop, twin] = [newFolder(onTestFinished), newFolder(onTestFinished)];
      const other = `${shop.project}-other`;
      await shop.compile(job("ALWAYS"), "--name", "shop", ...asService);
      await twin.compile(job("ALWAYS"), "--name", "shop", ...onHost);
      await twin.compose(["up", "-d"]);
      await twin.compose(["up", "-d"], other);
      const foreign = [
        ...(await twin.containers()),
        ...(await twin.containers(other)),
        ...(await strangers(shop, onTestFinished)),
      ];
      await shop.compose(["up", "-d"]);
      await vi.waitFor(async () => expect(await shop.log("autodestroy")).toContain('"removed"'), { timeout: 60_000 });
      await twoSettleTimes();
      const left = [...(await twin.containers()), ...(await twin.containers(other))].map(({ id }) => id);
      expect(left.toSorted()).toEqual(
        foreign
          .filter(isOfProject)
          .map(({ id }) => id)
          .toSorted(),
      );
      expect(await allAreThere(foreign.map(({ id }) => id))).toBe(true);
      expect((await shop.container("web")).isRunning).toBe(true);
      expect(await shop.log("autodestroy")).toContain(`Compose project ${shop.project}`);
    });

    test("`docker-compose -p` names it, not the config", async ({ onTestFinished }) => {
      const folder = newFolder(onTestFinished);
      const other = `${folder.project}-other`;
      await folder.compile(job("ALWAYS"), "--name", "shop", ...onHost);
      await folder.compose(["up", "-d"]);
      await folder.compile(job("ALWAYS"), "--name", "shop", ...asService);
      await folder.compose(["up", "-d"], other);
      await folder.expectRemoved("job", other);
      await twoSettleTimes();
      expect((await folder.containers()).map(({ service }) => service).toSorted()).toEqual(["job", "web"]);
    });

    test("autodestroy switched on and off with `up` in between leaves a job that runs alone", async ({
      onTestFinished,
    }) => {
      const folder = newFolder(onTestFinished);
      await folder.compile(job("OFF", "sleep 600"));
      await folder.compose(["up", "-d"]);
      const before = await folder.container("job");
      for (const policy of ["ALWAYS", "ON_FAILURE", "OFF", "ON_SUCCESS"]) {
        await folder.compile(job(policy, "sleep 600"), ...asService);
        await folder.compose(["up", "-d", "--remove-orphans"]);
        expect(await folder.container("job"), policy).toEqual(before);
      }
      await folder.docker("kill", before.id);
      await folder.expectSaid("autodestroy", "its policy keeps containers with this exit code");
      await folder.compile(job("ON_FAILURE", "sleep 600"), ...asService);
      // Only the sidecar: `up` would start the job again.
      await folder.compose(["up", "-d", "autodestroy"]);
      await folder.expectRemoved("job");
    });

    test("when the last autodestroy is gone, `up --remove-orphans` ends the sidecar, and compile says so", async ({
      onTestFinished,
    }) => {
      const folder = newFolder(onTestFinished);
      await folder.compile(job("ALWAYS", "sleep 600"), ...asService);
      await folder.compose(["up", "-d"]);
      const said = await folder.compile(job("OFF", "sleep 600"));
      expect(said).toContain("until you run `docker compose up -d --remove-orphans`");
      expect(existsSync(join(folder.path, "autodestroy.json"))).toBe(false);
      await folder.compose(["up", "-d"]);
      expect((await folder.container("autodestroy")).isRunning).toBe(true);
      await folder.compose(["up", "-d", "--remove-orphans"]);
      expect((await folder.containers()).map(({ service }) => service).toSorted()).toEqual(["job", "web"]);
    });

    test("it needs no file beside the compiled one, and says what is wrong with its variable", async ({
      onTestFinished,
    }) => {
      const folder = newFolder(onTestFinished);
      await folder.compile(job("ALWAYS"), ...asService);
      rmSync(join(folder.path, "autodestroy.json"));
      mkdirSync(join(folder.path, "autodestroy.json"));
      await folder.compose(["up", "-d"]);
      await folder.expectRemoved("job");
      const { code, stderr } = await folder.run("compile", ...asService);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("autodestroy.json") as string });
      for (const [variable, problem] of [
        [[], "no config: pass --config autodestroy.json, or put its text into the variable AUTODESTROY_CONFIG"],
        [["--env", "AUTODESTROY_CONFIG={"], "AUTODESTROY_CONFIG cannot be used: the config is not JSON"],
      ] as const) {
        const ended = await folder.docker("run", "--rm", "--network", "none", ...variable, image, "sidecar");
        expect(ended).toMatchObject({ code: 2, stderr: `tutum-stack: ${problem}\n` });
      }
    });

    test("nothing is removed until it has found itself", async ({ onTestFinished }) => {
      const folder = newFolder(onTestFinished);
      await folder.compile(job("ALWAYS"), ...onHost);
      await folder.compose(["up", "-d"]);
      const config = readFileSync(join(folder.path, "autodestroy.json"), "utf8");
      const socket = ["--volume", "/var/run/docker.sock:/var/run/docker.sock", "--env", `AUTODESTROY_CONFIG=${config}`];
      const byHand = await folder.docker(
        "run",
        "-d",
        "--network",
        "none",
        ...socket,
        image,
        "sidecar",
        "--log",
        "json",
      );
      expect(byHand.code, byHand.stderr).toBe(0);
      const id = byHand.stdout.trim();
      onTestFinished(async () => void (await folder.docker("rm", "-f", id)));
      const said = async () => (await folder.docker("logs", id)).stdout;
      await vi.waitFor(
        async () => expect(await said()).toContain("Compose did not start the sidecar's own container"),
        { timeout: 30_000 },
      );
      await twoSettleTimes();
      expect((await folder.container("job")).isRunning).toBe(false);
      expect((await folder.docker("exec", id, "tutum-stack", "sidecar", "--health")).code).toBe(1);
    });

    test("what Compose marks as its own is not enough: one-offs, and images that were made of a container, stay", async ({
      onTestFinished,
    }) => {
      const folder = newFolder(onTestFinished);
      const committed = `${folder.project}:committed`;
      await folder.compile(job("ALWAYS"), ...onHost);
      await folder.compose(["up", "-d"]);
      await folder.expectEnded("job");
      const { id } = await folder.container("job");
      expect((await folder.docker("commit", id, committed)).code).toBe(0);
      onTestFinished(async () => void (await execute(["docker", "rmi", "-f", committed])));
      await folder.compose(["run", "-T", "job"]);
      const copy = (await folder.docker("run", "-d", "--network", "none", committed)).stdout.trim();
      await folder.compile(job("ALWAYS"), ...asService);
      await folder.compose(["up", "-d", "--no-deps", "autodestroy"]);
      await vi.waitFor(
        async () => expect((await folder.containers()).map((container) => container.id)).not.toContain(id),
        { timeout: 60_000, interval: 250 },
      );
      await twoSettleTimes();
      const left = (await folder.containers()).filter(({ service }) => service === "job");
      expect(left.map((container) => container.id)).toContain(copy);
      expect(left).toHaveLength(2);
    });

    test("an image that Compose v2 built, with the labels of project and service, is no obstacle", async ({
      onTestFinished,
    }) => {
      const folder = newFolder(onTestFinished);
      const built = `${folder.project}:built`;
      const labels = Object.entries(composeLabels(folder.project, "job")).slice(0, 2);
      const source = (await folder.docker("create", "--network", "none", "busybox:local", "true")).stdout.trim();
      const changes = labels.flatMap(([name, value]) => ["--change", `LABEL ${name}=${value}`]);
      expect((await folder.docker("commit", ...changes, source, built)).code).toBe(0);
      await folder.docker("rm", source);
      onTestFinished(async () => void (await execute(["docker", "rmi", "-f", built])));
      await folder.compile(job("ALWAYS").replace("busybox:local", built), ...asService);
      await folder.compose(["up", "-d"]);
      await folder.expectRemoved("job");
    });

    test("metrics reach a folder that is a normal user's", async ({ onTestFinished }) => {
      const folder = newFolder(onTestFinished);
      const metrics = join(folder.path, "numbers");
      mkdirSync(metrics, { mode: 0o755 });
      expect((await execute(["chown", "1234:1234", metrics])).code).toBe(0);
      await folder.compile(job("ALWAYS"), ...asService, "--name", "shop", "--metrics", "./numbers");
      await folder.compose(["up", "-d"]);
      await folder.expectRemoved("job");
      const removed = `tutum_stack_removals_total{stack="${folder.project}",policy="ALWAYS",result="removed"} 1\n`;
      const text = () => readFileSync(join(metrics, "shop.prom"), "utf8");
      await vi.waitFor(() => expect(text()).toContain(removed), {
        timeout: 40_000,
      });
    });

    test("metrics that cannot be written keep no container from being removed", async ({ onTestFinished }) => {
      const folder = newFolder(onTestFinished);
      const metrics = join(folder.path, "numbers");
      mkdirSync(metrics);
      writeFileSync(join(metrics, "shop.prom"), "somebody else's\n");
      await folder.compile(job("ALWAYS"), ...asService, "--name", "shop", "--metrics", metrics);
      await folder.compose(["up", "-d"]);
      await folder.expectRemoved("job");
      expect(await folder.log("autodestroy")).toContain("a file exists there that no sidecar wrote");
      expect(readFileSync(join(metrics, "shop.prom"), "utf8")).toBe("somebody else's\n");
    });

    test("the log names what will be removed before the first removal", async ({ onTestFinished }) => {
      const folder = newFolder(onTestFinished);
      const names = Array.from({ length: 12 }, (_, index) => `job${index}`);
      const service = (name: string): string =>
        `${name}:\n  image: busybox:local\n  command: "true"\n  autodestroy: ALWAYS\n`;
      await folder.compile(names.map(service).join(""), ...onHost);
      await folder.compose(["up", "-d"]);
      for (const name of names) await folder.expectEnded(name);
      await folder.compile(names.map(service).join(""), ...asService);
      await folder.compose(["up", "-d", "autodestroy"]);
      for (const name of names) await folder.expectRemoved(name);
      const events = (await folder.log("autodestroy"))
        .split("\n")
        .flatMap((line) => /"event":"([^"]+)"/.exec(line)?.[1] ?? []);
      expect(events.filter((event) => event === "stopped")).toHaveLength(names.length);
      expect(events.lastIndexOf("stopped")).toBeLessThan(events.indexOf("removed"));
    });
  });

  describe("on the host", () => {
    test("the one that was started in the config's folder, and no other of the same names", async ({
      onTestFinished,
    }) => {
      const [production, staging] = [newFolder(onTestFinished), newFolder(onTestFinished)];
      const failing = 'sh -c "exit 1"';
      await production.compile(job("ON_SUCCESS", failing), "--name", "shop", ...onHost);
      await staging.compile(job("ALWAYS", failing), "--name", "shop", ...onHost);
      for (const folder of [production, staging]) await folder.compose(["up", "-d"]);
      for (const folder of [production, staging]) await folder.expectEnded("job");
      const { code, stdout } = await staging.run(...once);
      expect(code, stdout).toBe(0);
      expect(stdout).toContain(`Compose project ${staging.project}`);
      expect((await staging.containers()).map(({ service }) => service)).toEqual(["web"]);
      expect((await production.containers()).map(({ service }) => service).toSorted()).toEqual(["job", "web"]);
    });

    test("a folder that is a link is the folder that it leads to, on either side", async ({ onTestFinished }) => {
      const folder = newFolder(onTestFinished);
      const links = mkdtempSync(join(tmpdir(), "links-"));
      onTestFinished(() => rmSync(links, { recursive: true }));
      const link = join(links, "shop");
      symlinkSync(folder.path, link);
      await folder.compile(job("ALWAYS"), ...onHost);
      await folder.compose(["up", "-d"]);
      await folder.expectEnded("job");
      const config = ["sidecar", "--config", join(link, "autodestroy.json"), "--once"];
      expect(await folder.run(...config)).toMatchObject({ code: 0 });
      expect((await folder.containers()).map(({ service }) => service)).toEqual(["web"]);

      await folder.compose([
        "--project-directory",
        link,
        "-f",
        join(link, "docker-compose.yml"),
        "-p",
        folder.project,
        "up",
        "-d",
      ]);
      await folder.expectEnded("job");
      expect(await folder.run(...once)).toMatchObject({ code: 0 });
      expect((await folder.containers()).map(({ service }) => service)).toEqual(["web"]);
    });

    test("without one, and with several, nothing is removed, and the candidates are listed", async ({
      onTestFinished,
    }) => {
      const [folder, elsewhere] = [newFolder(onTestFinished), newFolder(onTestFinished)];
      const other = `${folder.project}-other`;
      for (const one of [folder, elsewhere]) await one.compile(job("ALWAYS"), ...onHost);
      await elsewhere.compose(["up", "-d"]);
      const none = await folder.run(...once);
      expect(none).toMatchObject({ code: 2 });
      expect(none.stderr).toContain(`no Compose project was started in ${folder.path}; name one with --project\n`);
      expect(none.stderr).toContain(`  ${elsewhere.project}, started in ${elsewhere.path}\n`);
      await folder.compose(["up", "-d"]);
      await folder.compose(["up", "-d"], other);
      const several = await folder.run(...once);
      expect(several).toMatchObject({ code: 2 });
      expect(several.stderr).toBe(
        `tutum-stack: several Compose projects were started in ${folder.path}; name one with --project\n` +
          `  ${folder.project}, started in ${folder.path}\n  ${other}, started in ${folder.path}\n`,
      );
      for (const project of [folder.project, other]) expect(await folder.containers(project)).toHaveLength(2);

      expect(await folder.run(...once, "--project", other)).toMatchObject({ code: 0 });
      expect((await folder.containers(other)).map(({ service }) => service)).toEqual(["web"]);
      expect(await folder.containers()).toHaveLength(2);
      expect(await elsewhere.containers()).toHaveLength(2);
    });

    test("a config that is gone, as after the last autodestroy, suspends the removals", async ({ onTestFinished }) => {
      const folder = newFolder(onTestFinished);
      await folder.compile(job("ALWAYS", 'sh -c "sleep 12"'), ...onHost);
      await folder.compose(["up", "-d"]);
      const sidecar = folder.start("sidecar", "--config", "autodestroy.json", "--log", "json");
      onTestFinished(() => void sidecar.child.kill("SIGKILL"));
      await vi.waitFor(() => expect(sidecar.said()).toContain('"connected"'), { timeout: 30_000 });
      await folder.compile(job("OFF", 'sh -c "sleep 12"'), ...onHost);
      await vi.waitFor(() => expect(sidecar.said()).toContain("the config is gone"), { timeout: 30_000 });
      expect(await folder.run("sidecar", "--config", "autodestroy.json", "--health")).toMatchObject({ code: 1 });
      await folder.expectEnded("job");
      await twoSettleTimes();
      expect((await folder.container("job")).isRunning).toBe(false);
    });

    test("containers of the project that were started from another folder are kept", async ({ onTestFinished }) => {
      const [folder, moved] = [newFolder(onTestFinished), newFolder(onTestFinished)];
      await folder.compile(job("ALWAYS"), ...onHost);
      await folder.compose(["up", "-d", "web"]);
      await moved.compile(job("ALWAYS"), ...onHost);
      await moved.compose(["up", "-d", "job"], folder.project);
      await folder.expectEnded("job");
      const { code, stdout } = await folder.run(...once);
      expect(code, stdout).toBe(0);
      expect(stdout).toContain("it was started from another folder than the stack's");
      expect(await folder.containers()).toHaveLength(2);
    });
  });
});

interface Foreign {
  readonly id: string;
  readonly project?: string;
}

function isOfProject({ project }: Foreign): boolean {
  return project !== undefined;
}

/**
 * Containers that look like the job of a project, and are none: of other projects, of none, and of a Swarm stack of its
 * name.
 */
async function strangers(of: StackFolder, finished: Finished): Promise<readonly Foreign[]> {
  const { project } = of;
  const looks: readonly Readonly<Record<string, string>>[] = [
    {},
    composeLabels(`${project}2`, "job"),
    composeLabels(project.toUpperCase(), "job"),
    { "com.docker.compose.service": "job" },
    { "com.docker.compose.project": project },
    { "com.docker.compose.project": project, "com.docker.compose.service": "job" },
    { "com.docker.stack.namespace": project, "com.docker.swarm.service.name": `${project}_job` },
    { "io.tutum-stack.stack": project, "io.tutum-stack.service": "job" },
  ];
  const made: Foreign[] = [];
  for (const labels of looks) {
    const { stdout } = await of.docker(
      "run",
      "-d",
      "--network",
      "none",
      ...labelOptions(labels),
      "busybox:local",
      "true",
    );
    made.push({ id: stdout.trim() });
  }
  finished(async () => void (await of.docker("rm", "-f", ...made.map(({ id }) => id))));
  return made;
}

async function allAreThere(ids: readonly string[]): Promise<boolean> {
  return (await execute(["docker", "inspect", ...ids])).code === 0;
}
