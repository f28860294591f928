import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LiveFolder, lives } from "./live-folder.ts";
import { composeCommand, execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { buildSidecarImage } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("a change of live services, by its kind", needsEngine);

const image = `tutum-stack-test-${randomBytes(4).toString("hex")}:1`;
const running = `{image: "busybox:local", command: ${JSON.stringify(lives)}`;

const stack = `
web: ${running}, volumes: ["records:/records", /cache]}
job: ${running}, autodestroy: ON_SUCCESS}
other: ${running}}
ended: {image: "busybox:local", command: sh -c "exit 3"}
looping: {image: "busybox:local", command: sh -c "exit 4", autorestart: ON_FAILURE}
tagged: ${running}, links: [other]}
`;
const services = ["web", "job", "other", "ended", "tagged", "autodestroy"];

describe.skipIf(isLeftOut)(title, () => {
  const shop = new LiveFolder();

  beforeAll(async () => {
    await buildSidecarImage(image);
    await shop.up(stack, "--settle", "2", "--sidecar-image", image);
    await shop.expectEnded("ended");
  });
  afterAll(async () => {
    await shop.dispose();
    await execute(["docker", "rmi", image]);
  });

  /** All that a command could change: the files and the containers, but for the one that is restarted all the time. */
  const everything = async (): Promise<unknown> => [
    ["stack.yml", "docker-compose.yml", "autodestroy.json"].map((name) => shop.read(name)),
    await shop.untouched(...services),
    (await shop.containers()).map(({ name, restart }) => `${name} ${restart}`),
  ];

  test.each(["ALWAYS", "ON_FAILURE"])(
    "3 autorestart: with %s, too, a stopped container stays stopped, and the answer says so and offers start",
    async (autorestart) => {
      const before = await shop.untouched(...services);
      const { stderr } = await shop.succeed("service", "set", "--autorestart", autorestart, "ended");
      expect(stderr).toContain("its stopped containers stay stopped; `service start ended` starts them");
      expect(await shop.untouched(...services)).toEqual(before);
      expect((await shop.container("ended")).status).toBe("exited");
    },
  );

  test("4.4 `start` gives a stopped container the policy of the file", async () => {
    await shop.succeed("service", "start", "ended");
    await expect.poll(async () => (await shop.container("ended")).RestartCount, { timeout: 20_000 }).toBeGreaterThan(0);
    expect((await shop.container("ended")).restart).toBe("on-failure");
    await shop.succeed("service", "set", "--autorestart", "OFF", "ended");
    await shop.expectEnded("ended");
    expect((await shop.container("ended")).restart).toBe("no");
  });

  test("3 autorestart: a container in its back-off may run once more, and the answer says so", async () => {
    // The seventh pause takes more than 6 s.
    await expect
      .poll(
        async () => {
          const { RestartCount, status } = await shop.container("looping");
          return RestartCount >= 7 && status === "restarting";
        },
        { timeout: 60_000, interval: 50 },
      )
      .toBe(true);
    const { Id } = await shop.container("looping");
    expect((await shop.succeed("service", "ps")).stdout).toMatch(/^looping .* Restarting \(\d+th time\)/m);
    const { stderr } = await shop.succeed("service", "set", "--autorestart", "OFF", "looping");
    expect(stderr).toContain("may run once more");
    expect(await shop.expectEnded("looping")).toMatchObject({ Id, restart: "no" });
  });

  test("3.1 a pair that cannot be combined is refused in the catalogue's words, and nothing is changed", async () => {
    await shop.succeed("service", "set", "--autorestart", "ALWAYS", "web");
    const before = await everything();
    for (const [service, ...options] of [
      ["web", "--autodestroy", "ON_SUCCESS"],
      ["job", "--autorestart", "ALWAYS"],
    ] as const) {
      const { code, stdout, stderr } = await shop.run(["service", "set", ...options, service]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("error[incompatible-policies]");
      expect(await everything()).toEqual(before);
    }
  });

  test("3.6 both settings in one `set`: the sidecar knows nothing of it before it is `always`", async () => {
    const before = await shop.untouched("web", "job", "other");
    await shop.succeed("service", "set", "--autorestart", "ALWAYS", "--autodestroy", "OFF", "job");
    expect((await shop.container("job")).restart).toBe("always");
    expect(await shop.containers("autodestroy")).toEqual([]);
    await shop.succeed("service", "set", "--autorestart", "OFF", "--autodestroy", "ON_SUCCESS", "job");
    expect((await shop.container("job")).restart).toBe("no");
    const { Config, status } = await shop.container("autodestroy");
    expect(status).toBe("running");
    expect(configIn(Config.Env)).toMatchObject({
      services: { job: { autorestart: "OFF", autodestroy: "ON_SUCCESS" } },
    });
    expect(await shop.untouched("web", "job", "other")).toEqual(before);
  });

  test("3 autodestroy: what the sidecar was told when the stack was started still holds", async () => {
    const { Config } = await shop.container("autodestroy");
    expect(Config["Image"]).toBe(image);
    expect(configIn(Config.Env)).toMatchObject({ settleSeconds: 2 });
  });

  test("3 memory, cpu_shares, cpuset: at once", async () => {
    const before = await shop.untouched(...services);
    await shop.succeed("service", "set", "--memory", "64", "--cpushares", "512", "other");
    expect((await shop.container("other")).HostConfig).toMatchObject({ Memory: 64 * 1024 ** 2, CpuShares: 512 });
    shop.write(shop.read().replace("other: {", 'other: {cpuset: "0", '));
    await shop.succeed("service", "set", "--memory", "128", "other");
    expect((await shop.container("other")).HostConfig).toMatchObject({
      Memory: 128 * 1024 ** 2,
      MemorySwap: 256 * 1024 ** 2,
      CpusetCpus: "0",
    });
    expect(await shop.untouched(...services)).toEqual(before);
  });

  test("3 tags, roles, autoredeploy, deployment_strategy: the file only", async () => {
    const before = await shop.untouched(...services);
    for (const [option, value, text] of [
      ["--tag", "production", "production"],
      ["--role", "global", "global"],
      ["--autoredeploy", "true", "autoredeploy: true"],
      ["--deployment-strategy", "HIGH_AVAILABILITY", 'deployment_strategy: "HIGH_AVAILABILITY"'],
      ["--sequential", "true", "sequential_deployment: true"],
    ] as const) {
      await shop.succeed("service", "set", option, value, "tagged");
      expect(shop.read()).toContain(text);
    }
    expect(await shop.untouched(...services)).toEqual(before);
  });

  test("3 a plain `up` of Compose afterwards recreates a service once, and the command says so", async () => {
    const { stderr } = await shop.succeed("service", "set", "--autorestart", "ON_FAILURE", "other");
    expect(stderr).toContain("`docker compose up` would recreate it");
    const [before] = await shop.untouched("other");
    const compose = () =>
      execute([...composeCommand, "-p", shop.project, "up", "-d", "--no-deps", "other"], { cwd: shop.path });
    await compose();
    const [after] = await shop.untouched("other");
    expect(after).not.toBe(before);
    await compose();
    expect(await shop.untouched("other")).toEqual([after]);
    await shop.succeed("up", "--yes");
    expect(await shop.untouched("other")).toEqual([after]);
  });

  test("3.4 a policy that somebody changed by hand is found and shown, and `up` sets it back", async () => {
    const { Id } = await shop.container("tagged");
    await execute(["docker", "update", "--restart", "unless-stopped", Id]);
    const found = "was changed to `unless-stopped` by hand";
    expect((await shop.succeed("up", "--dry-run")).stdout).toContain(found);
    expect((await shop.container("tagged")).restart).toBe("unless-stopped");
    expect((await shop.succeed("service", "ps")).stdout).toMatch(/^restart policy changed by hand: .*tagged/m);
    const before = await shop.untouched("tagged");
    expect((await shop.succeed("up")).stderr).toContain(found);
    expect((await shop.container("tagged")).restart).toBe("no");
    expect(await shop.untouched("tagged")).toEqual(before);
    expect((await shop.succeed("service", "ps")).stdout).not.toContain("hanged by hand");
  });

  test("3 memory: a limit that is taken away needs a new container, of that service alone", async () => {
    const before = await shop.untouched("web", "job", "tagged");
    const { Id } = await shop.container("other");
    shop.write(shop.read().replace(/, mem_limit: "?128m"?/, ""));
    await shop.succeed("up");
    const other = await shop.container("other");
    expect(other.Id).not.toBe(Id);
    expect(other.HostConfig).toMatchObject({ Memory: 0, CpuShares: 512 });
    expect(await shop.untouched("web", "job", "tagged")).toEqual(before);
  });

  test("3.4 a volume that gets another name: says what becomes of its data, and needs a yes", async () => {
    shop.write(shop.read().replace('"records:/records"', "/records"));
    const before = await everything();
    const said = `web gets the volume ${shop.project}_web-records at /records; its data stays in the volume ${shop.project}_records`;
    const declined = await shop.run(["up"]);
    expect(declined.code).toBe(1);
    expect(declined.stderr).toContain(said);
    expect(await everything()).toEqual(before);
    const others = await shop.untouched("job", "other", "tagged");
    const [old] = await shop.untouched("web");
    await shop.succeed("up", "--yes");
    expect(await shop.untouched("web")).not.toEqual([old]);
    expect(await shop.untouched("job", "other", "tagged")).toEqual(others);
    const names = ["autodestroy-runs", "records", "web-cache", "web-records"];
    expect(await shop.namedVolumes()).toEqual(names.map((name) => `${shop.project}_${name}`));
  });

  test("1.1 an edit by hand is the same as a command: it is kept by other commands, shown, and applied by `up`", async () => {
    const before = await shop.untouched("web", "job", "other", "tagged");
    shop.write(shop.read().replace("other: {", "# By hand.\nother: {environment: {COLOUR: green}, "));
    await shop.succeed("service", "set", "--autorestart", "OFF", "web");
    expect(shop.read()).toContain("# By hand.\nother: {environment: {COLOUR: green}, ");
    expect(await shop.untouched("web", "job", "other", "tagged")).toEqual(before);
    expect((await shop.succeed("service", "ps")).stdout).toMatch(/^other .*\(\*\)/m);
    const { stderr } = await shop.succeed("service", "redeploy", "tagged");
    expect(stderr).toContain(
      "other: unchanged; it is out of date (changed: environment); `service redeploy other` recreates it",
    );
    const [tagged] = await shop.untouched("tagged");
    expect(before).not.toContain(tagged);
    expect(await shop.untouched("web", "job", "other")).toEqual(before.filter((line) => !line.startsWith("tagged")));
    await shop.succeed("up");
    expect((await shop.container("other")).Config.Env).toContain("COLOUR=green");
    expect((await shop.succeed("service", "ps")).stdout).not.toContain("(*)");
    expect(await shop.untouched("tagged")).toEqual([tagged]);
    expect(await shop.untouched("web", "job")).toEqual(before.filter((line) => /^(web|job) /.test(line)));
  });

  test("1.4 a service that was taken out of the file: named, asked for, and nothing changed without a yes", async () => {
    shop.write(
      shop
        .read()
        .replace(/^ended: .*\n/m, "")
        .replace(/^looping: .*\n/m, ""),
    );
    const before = await everything();
    const names = await Promise.all(["ended", "looping"].map(async (service) => (await shop.container(service)).name));
    const { code, stderr } = await shop.run(["up"]);
    expect(code).toBe(1);
    for (const name of names) expect(stderr).toContain(`${name} of `);
    expect(await everything()).toEqual(before);
    const others = await shop.untouched("web", "job", "other", "tagged");
    await shop.succeed("up", "--yes");
    expect((await shop.containers()).map(({ service }) => service).toSorted()).toEqual([
      "autodestroy",
      "job",
      "other",
      "tagged",
      "web",
    ]);
    expect(await shop.untouched("web", "job", "other", "tagged")).toEqual(others);
  });

  test("1.4 fewer containers than run are asked for, unless the words of the command say so", async () => {
    await shop.succeed("service", "scale", "tagged", "2");
    const before = await everything();
    const { code, stderr } = await shop.run(["service", "set", "--target-num-containers", "1", "tagged"]);
    expect(code).toBe(1);
    expect(stderr).toContain("1 of the 2 containers of tagged will be removed");
    expect(await everything()).toEqual(before);
    await shop.succeed("service", "set", "--target-num-containers", "1", "--yes", "tagged");
    expect(await shop.untouched("tagged")).toHaveLength(1);
  });

  test("3.3 a stack file with errors: nothing is written, and nothing is changed", async () => {
    const text = shop.read();
    shop.write(text.replace("tagged: {", "tagged: {comand: x, "));
    const before = await everything();
    for (const args of [["up"], ["service", "set", "--env", "A=b", "web"], ["service", "redeploy", "web"]]) {
      const { code, stderr } = await shop.run(args);
      expect(code, args.join(" ")).toBe(1);
      expect(stderr).toContain("error[unknown-field]");
      expect(await everything()).toEqual(before);
    }
    shop.write(text);
  });

  test("5.3 `--dry-run` prints the plan and does nothing", async () => {
    const before = await everything();
    const { stdout } = await shop.succeed("service", "set", "--dry-run", "--env", "A=b", "web");
    expect(stdout).toMatch(/^web: recreate .* \(changed: environment\)$/m);
    const { stdout: json } = await shop.succeed("service", "scale", "--dry-run", "--output", "json", "tagged", "3");
    const { services: planned } = JSON.parse(json) as { readonly services: readonly object[] };
    expect(planned).toContainEqual(
      expect.objectContaining({ service: "tagged", steps: [{ kind: "scale", from: 1, to: 3 }] }),
    );
    expect(await everything()).toEqual(before);
  });
});

/** The config in the environment of a sidecar. */
function configIn(environment: readonly string[]): unknown {
  const name = "AUTODESTROY_CONFIG=";
  return JSON.parse(environment.find((variable) => variable.startsWith(name))?.slice(name.length) ?? "");
}
