import { beforeEach, describe, expect, test } from "vitest";
import { uuidOf } from "../../src/platform/identifiers.ts";
import { runsFolder } from "../../src/platform/runs.ts";
import { projectFolder } from "../../src/platform/state.ts";
import { runFileName } from "../../src/sidecar/runs/file-name.ts";
import { printRun } from "../../src/sidecar/runs/run.ts";
import { runOf } from "../sidecar/runs/world.ts";
import { fileOf, LiveWorld } from "../platform/live-world.ts";

const stack = `# the shop
web:
  image: nginx # the server
  autorestart: ALWAYS
  environment:
    MODE: fast
job:
  image: busybox
  autorestart: ON_FAILURE
  autodestroy: ON_SUCCESS
`;

const web = uuidOf("service", "shop", "web");
const job = uuidOf("service", "shop", "job");
let world: LiveWorld;

beforeEach(async () => {
  world = new LiveWorld(stack);
  await world.run("up");
  world.compose.calls.length = 0;
});

/** What was asked of Compose, in one line each. */
const calls = () => world.compose.calls.map(({ args }) => args.join(" "));

describe("service set", () => {
  test("autorestart: at once, in the same container", async () => {
    const id = world.id("shop-web-1");
    const { code, stdout, stderr } = await world.run("service set --autorestart ON_FAILURE web");
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${web}\n`,
      stderr:
        "web: changed autorestart of shop-web-1 without a restart; `docker compose up` would recreate it, `tutum-stack up` does not\n",
    });
    expect(world.text()).toBe(stack.replace("ALWAYS", "ON_FAILURE"));
    expect([world.id("shop-web-1"), world.containers, calls()]).toEqual([
      id,
      ["shop-autodestroy-1 running always", "shop-job-1 running on-failure", "shop-web-1 running on-failure"],
      [],
    ]);
  });

  test("a pair that cannot be combined is refused, with the policy that the file has", async () => {
    const { code, stderr } = await world.run("service set --autodestroy ON_SUCCESS web");
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("error[incompatible-policies]") });
    expect(stderr).toContain("tutum-stack: nothing was changed (1 error)\n");
    expect(world.text()).toBe(stack);
  });

  test("autodestroy: the sidecar alone", async () => {
    const before = ["web", "job"].map((name) => world.id(`shop-${name}-1`));
    await world.run("service set --autodestroy OFF --autorestart ALWAYS job");
    expect(world.containers).toEqual(["shop-job-1 running always", "shop-web-1 running always"]);
    await world.run("service set --autodestroy ALWAYS --autorestart OFF job");
    expect(world.containers).toContain("shop-autodestroy-1 running always");
    expect(["web", "job"].map((name) => world.id(`shop-${name}-1`))).toEqual(before);
    expect(calls()).toEqual(["up -d --no-deps autodestroy"]);
  });

  test("anything else makes the service anew, alone", async () => {
    const id = world.id("shop-job-1");
    const { stderr } = await world.run("service set --image nginx:2 -e A=b --privileged true web");
    expect(stderr).toBe("web: recreated shop-web-1 (changed: environment, image, privileged)\n");
    expect(calls()).toEqual(["up -d --no-deps web"]);
    expect(world.id("shop-job-1")).toBe(id);
    expect(world.text()).toContain("  image: nginx:2 # the server\n");
  });

  test("--redeploy makes it anew once, whatever was changed", async () => {
    await world.run("service set --redeploy --image nginx:2 web");
    expect(calls()).toEqual(["up -d --no-deps --force-recreate web"]);
    await world.run("service set --redeploy --autorestart OFF web");
    expect(calls().slice(1)).toEqual(["up -d --no-deps --force-recreate web"]);
  });

  test("--pid none takes the field out", async () => {
    await world.run("service set --pid host web");
    expect(world.text()).toContain("  pid: host\n");
    await world.run("service set --pid none web");
    expect(world.text()).toBe(stack);
  });

  test("asks before a container is removed at once", async () => {
    world.engine.fake.exit(world.id("shop-web-1"), 0);
    world.engine.fake.stop(world.id("shop-web-1"), 0);
    const line = "service set --autorestart OFF --autodestroy ON_SUCCESS web";
    const removed = /^ {2}autodestroy will remove shop-web-1, which ended with 0 at .* UTC\n/;
    const declined = await world.run(line);
    expect({ code: declined.code, text: world.text() }).toEqual({ code: 1, text: stack });
    expect(declined.stderr).toMatch(removed);
    expect(declined.stderr).toContain("tutum-stack: nothing was done; add `--yes` to do this without a question\n");
    const no = await world.run(line, { answer: "n\n" });
    expect({ code: no.code, text: world.text() }).toEqual({ code: 1, text: stack });
    expect(no.stderr).toMatch(/ UTC\nContinue\? \[y\/N\] tutum-stack: nothing was done/);
    expect((await world.run(line, { answer: "" })).code).toBe(1);
    expect((await world.run(line, { answer: "Yes\n" })).code).toBe(0);
    expect(world.text()).not.toBe(stack);
  });

  test("--yes is a yes", async () => {
    world.engine.fake.stop(world.id("shop-web-1"), 0);
    const { code } = await world.run("service set --yes --autorestart OFF --autodestroy ON_SUCCESS web");
    expect(code).toBe(0);
  });

  test("--dry-run prints the plan and writes nothing", async () => {
    const before = [world.files.texts(), world.containers];
    expect(await world.run("service set --dry-run --image nginx:2 web")).toMatchObject({
      code: 0,
      stdout: "web: recreate shop-web-1 (changed: image)\njob: unchanged\n",
      stderr: "",
    });
    const { stdout } = await world.run("service set --dry-run --output json --autorestart OFF web");
    expect(JSON.parse(stdout)).toMatchObject({ services: [{ service: "web", steps: [{ kind: "live" }] }, {}] });
    expect([world.files.texts(), world.containers]).toEqual(before);
  });

  test("-q prints identifiers only, --output json all", async () => {
    expect(await world.run("service set -q --autorestart OFF web")).toMatchObject({ stdout: `${web}\n`, stderr: "" });
    const { stdout } = await world.run("service set --output json --autorestart ALWAYS web");
    expect(JSON.parse(stdout)).toMatchObject({ uuid: web, results: [{ service: "web" }] });
  });

  test("a container that cannot be changed fails alone", async () => {
    world.engine.fake.fail("update", "conflict");
    const { code, stdout, stderr } = await world.run("service set --autorestart OFF web");
    expect({ code, stdout, stderr: stderr.split("\n").at(-2) }).toEqual({
      code: 1,
      stdout: `${web}\n`,
      stderr: "tutum-stack: service web: update failed",
    });
  });
});

describe("service scale, start, stop, redeploy and terminate", () => {
  test("scale adds and removes, and leaves the others", async () => {
    const id = world.id("shop-web-1");
    expect(await world.run("service scale web 3")).toMatchObject({ code: 0, stdout: `${web}\n` });
    expect(world.containers.filter((one) => one.startsWith("shop-web"))).toHaveLength(3);
    await world.run("service scale shop.web 3");
    expect((await world.run("service scale web job 2 --yes")).code).toBe(0);
    expect(world.containers.filter((one) => one.startsWith("shop-web"))).toHaveLength(2);
    expect(world.id("shop-web-1")).toBe(id);
    expect(world.text()).toContain("target_num_containers: 2\n");
    expect(calls().every((call) => call.startsWith("up --no-start --no-deps --no-recreate --scale"))).toBe(true);
  });

  test("stop takes the policy away, start gives it back", async () => {
    expect(await world.run("service stop web")).toMatchObject({ code: 0, stdout: `${web}\n`, stderr: "" });
    expect(world.containers).toContain("shop-web-1 exited no");
    expect((await world.run("service ps")).stdout).toContain("web   f0414e3b  ◼ Stopped");
    expect(await world.run("service start web")).toMatchObject({ code: 0, stdout: `${web}\n` });
    expect(world.containers).toContain("shop-web-1 running always");
  });

  test("stop of a job asks, because autodestroy removes it", async () => {
    const line = "service stop job";
    const { code, stdout, stderr } = await world.run(line);
    expect({ code, stdout, stderr }).toMatchInlineSnapshot(`
      {
        "code": 1,
        "stderr": "  autodestroy will remove shop-job-1 with all data inside, once it is stopped
      tutum-stack: nothing was done; add \`--yes\` to do this without a question
      ",
        "stdout": "",
      }
    `);
    expect((await world.run(line, { answer: "no\n" })).code).toBe(1);
    expect(world.containers).toContain("shop-job-1 running on-failure");
    const yes = await world.run(line, { answer: "y\n" });
    expect({ code: yes.code, stderr: yes.stderr }).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "  autodestroy will remove shop-job-1 with all data inside, once it is stopped
      Continue? [y/N] stopping shop-job-1
      ",
      }
    `);
    expect(world.containers).toContain("shop-job-1 exited on-failure");
  });

  test.each(["stop web", "terminate web", "start web", "redeploy web", "scale web 4"])(
    "--dry-run of %s does nothing",
    async (words) => {
      const before = [world.files.texts(), world.containers];
      const { code, stdout } = await world.run(`service ${words} --dry-run`);
      expect([code, stdout === ""]).toEqual([0, false]);
      expect([world.files.texts(), world.containers, calls()]).toEqual([...before, []]);
    },
  );

  test("--dry-run of a stop names what autodestroy will remove", async () => {
    expect(await world.run("service stop job --dry-run")).toMatchObject({
      code: 0,
      stdout: "stop shop-job-1\nautodestroy will remove shop-job-1 with all data inside, once it is stopped\n",
    });
    expect(world.containers).toContain("shop-job-1 running on-failure");
  });

  test("redeploy keeps unnamed volumes, or renews them", async () => {
    await world.run("service redeploy web");
    await world.run("service redeploy --not-reuse-volumes web");
    expect(calls()).toEqual([
      "up -d --no-deps --force-recreate web",
      "up -d --no-deps --force-recreate --renew-anon-volumes web",
    ]);
  });

  test("terminate removes the service from the file, and its containers", async () => {
    expect(await world.run("service terminate web")).toMatchObject({ code: 0, stdout: `${web}\n` });
    expect(world.text()).toBe(stack.replace(/web:\n(?: .*\n)+/, ""));
    expect(world.containers).toEqual(["shop-autodestroy-1 running always", "shop-job-1 running on-failure"]);
    expect(await world.run("service inspect web")).toMatchObject({
      code: 2,
      stderr: 'tutum-stack: there is no service "web"; `tutum-stack service ps` lists them\n',
    });
  });

  test("a stack file cannot be without a service", async () => {
    await world.run("service terminate web");
    const { code, stderr } = await world.run("service terminate job");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "tutum-stack: service job is the only service in its stack file, and a stack file must have a service; `tutum-stack down` removes its containers\n",
    });
  });

  test("with its last service, a stack of the stacks folder goes", async () => {
    await world.run("run -n once busybox");
    const { code, stdout, stderr } = await world.run("service terminate once");
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${uuidOf("service", "services", "once")}\n` });
    expect(stderr).toMatch(/^moved the files of the stack to .*\/\.services-terminated-\d{8}T\d{6}Z\n$/);
    expect(world.containers.filter((one) => one.startsWith("services"))).toEqual([]);
    expect(world.text("services")).toBeUndefined();
    expect((await world.run("run -n again busybox")).code).toBe(0);
  });

  test("several services: the worst exit code counts, and the others are done", async () => {
    world.compose.unstartable.set("web", "port is already allocated");
    const { code, stdout, stderr } = await world.run("service redeploy web job");
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${web}\n${job}\n` });
    expect(stderr).toContain("tutum-stack: service web: Error response from daemon: port is already allocated\n");
    expect(world.containers).toContain("shop-job-1 running on-failure");
  });
});

describe("what a change gives rise to", () => {
  test("a new warning is shown, an old one is not", async () => {
    const { code, stderr } = await world.run("service set --tag front web");
    expect(code).toBe(0);
    expect(stderr).toContain("warning[not-in-target]: service `web`: `tags`");
    expect((await world.run("service set --autorestart OFF web")).stderr).not.toContain("warning");
    expect((await world.run("service set -q --tag other job")).stderr).toBe("");
  });

  test("a service that was scaled to nothing is scaled up again", async () => {
    await world.run("service scale web 0");
    expect(world.containers).not.toContain("shop-web-1 running always");
    expect(await world.run("service scale web 1")).toMatchObject({ code: 0 });
    expect(world.containers).toContain("shop-web-1 running always");
  });
});

describe("what is printed", () => {
  test("ps", async () => {
    world.engine.fake.exit(world.id("shop-job-1"), 0);
    await world.run("run -n old redis");
    world.files.remove("/shop/stack.yml");
    world.files.create("/shop/stack.yml", stack.replace("nginx", "nginx:2"), 0o644);
    expect((await world.run("service ps")).stdout).toMatchInlineSnapshot(`
      "NAME  UUID      STATUS        #CONTAINERS  IMAGE    DEPLOYED       PUBLIC DNS  STACK
      web   f0414e3b  ▶ Running(*)  1            nginx:2  0 seconds ago  localhost   shop
      job   926fe5e0  ✓ Finished    1            busybox  0 seconds ago  localhost   shop
      old   de5344ee  ▶ Running     1            redis    0 seconds ago  localhost   services

      (*) out of date; \`tutum-stack service redeploy web\` applies the stack file
      "
    `);
    expect((await world.run("service ps -q")).stdout.split("\n").slice(0, 2)).toEqual([web, job]);
    expect((await world.run("service ps -q -s Finished")).stdout).toBe(`${job}\n`);
    expect((await world.run("service ps -q -s Stopped")).stdout).toBe(`${job}\n`);
    expect((await world.run("service ps -q --stack services")).stdout).toBe(
      `${uuidOf("service", "services", "old")}\n`,
    );
    expect(JSON.parse((await world.run("service ps --output json")).stdout)).toHaveLength(3);
    expect(await world.run("service ps --stack none")).toMatchObject({
      code: 2,
      stderr: 'tutum-stack: there is no stack "none"\n',
    });
  });

  test("ps without anything", async () => {
    world = new LiveWorld();
    expect(await world.run("service ps")).toMatchObject({
      code: 0,
      stdout: "NAME  UUID  STATUS  #CONTAINERS  IMAGE  DEPLOYED  PUBLIC DNS  STACK\n",
    });
  });

  test.each([
    { name: "Failed", exit: (id: string) => world.engine.fake.stop(id, 3), word: "✗ Failed (3)" },
    { name: "Finished", exit: (id: string) => world.engine.fake.exit(id, 0), word: "✓ Finished" },
    { name: "Restarting", exit: (id: string) => world.engine.fake.exit(id, 1), word: "⚙ Restarting" },
    { name: "Cleaned up", exit: (id: string) => world.engine.fake.delete(id), word: "✓ Cleaned up" },
    { name: "Paused", exit: (id: string) => world.engine.fake.pause(id), word: "◼ Paused" },
  ])("ps of a job that is $name", async ({ exit, word }) => {
    exit(world.id("shop-job-1"));
    expect((await world.run("service ps")).stdout).toContain(`job   926fe5e0  ${word} `);
  });

  test("inspect", async () => {
    const { stdout } = await world.run("service inspect web");
    expect(JSON.parse(stdout)).toMatchObject({
      name: "web",
      uuid: web,
      stack: "shop",
      state: "Running",
      synchronized: true,
      image_name: "nginx",
      autorestart: "ALWAYS",
      autodestroy: "OFF",
      target_num_containers: 1,
      current_num_containers: 1,
      containers: [{ name: "shop-web-1", docker_id: world.id("shop-web-1"), state: "running" }],
    });
  });

  test("logs, with control characters made visible", async () => {
    world.engine.write(world.id("shop-web-1"), "one\ntwo \u001b[31mred\nthree");
    expect((await world.run("service logs web")).stdout).toBe(
      "web-1 | one\nweb-1 | two \\u{1b}[31mred\nweb-1 | three\n",
    );
    expect((await world.run("logs -t 1 web")).stdout).toBe("web-1 | three\n");
    expect((await world.run("logs web job -t 1")).code).toBe(0);
  });

  test("runs", async () => {
    expect((await world.run("service runs job")).stdout).toBe("CONTAINER  EXIT CODE  STARTED  ENDED  AFTERWARDS\n");
    world.engine.fake.stop(world.id("shop-job-1"), 3);
    expect((await world.run("service runs job")).stdout).toMatchInlineSnapshot(`
      "CONTAINER   EXIT CODE  STARTED              ENDED                AFTERWARDS
      shop-job-1  3          2023-11-14T22:30:00  2023-11-14T22:30:00  kept
      "
    `);
    expect(JSON.parse((await world.run("service runs --output json job")).stdout)).toMatchObject([
      { name: "shop-job-1", exit_code: 3 },
    ]);
  });

  test("runs that outlived their containers, merged with what is still there", async () => {
    const { id: container, startedAt: started, finishedAt } = world.engine.fake.get(world.id("shop-job-1"));
    expect(finishedAt).toMatch(/^0001/);
    world.engine.fake.stop(container, 3);
    const { finishedAt: finished } = world.engine.fake.get(container);
    const kept = { action: "keep", policy: { autorestart: "OFF", autodestroy: "ON_SUCCESS" }, reason: "" } as const;
    const output = { pieces: [{ stream: "stderr", text: "\u001b[31mno\u009b\n" } as const], isCut: true, problem: "" };
    const runs = [
      runOf({ containerName: "shop-\u001b-1", exitCode: 0 }),
      runOf({
        container,
        started,
        finished,
        exitCode: 3,
        containerName: "shop-job-1",
        decided: kept,
        done: undefined,
        output,
      }),
      runOf({ container: "b".repeat(64), done: "gone", exitCode: undefined, finished: "2023-11-14T22:31:00Z" }),
      runOf({ container: "c".repeat(64), done: "started", finished: "2023-11-14T22:32:00Z" }),
      runOf({ container: "d".repeat(64), service: "web" }),
      runOf({ container: "e".repeat(64), project: "other" }),
    ];
    const folder = runsFolder(projectFolder("/home/me/.local/state/tutum-stack", world.engine.identity.id, "shop"));
    for (const run of runs) world.files.create(`${folder}/${runFileName(run)}`, printRun(run), 0o600);
    const broken = runFileName(runOf({ container: "f".repeat(64) }));
    world.files.create(`${folder}/${broken}`, "{", 0o600);
    const { stdout, stderr } = await world.run("service runs job");
    expect(stdout).toMatchInlineSnapshot(`
      "CONTAINER      EXIT CODE  STARTED              ENDED                AFTERWARDS
      shop-\\u{1b}-1  0          2026-11-27T10:00:00  2026-11-27T10:00:01  removed
      shop-job-1     0          2026-11-27T10:00:00  2023-11-14T22:32:00  started again
      shop-job-1                2026-11-27T10:00:00  2023-11-14T22:31:00  gone
      shop-job-1     3          2023-11-14T22:30:00  2023-11-14T22:30:00  kept
      "
    `);
    expect(stderr).toBe(`tutum-stack: ${broken} is no run, and is skipped\n`);
    const json = await world.run("service runs --output json job");
    expect(json.stdout).toMatch(/^[\u0020-\u007e\n]+$/);
    expect(JSON.parse(json.stdout)).toContainEqual(
      expect.objectContaining({ docker_id: container, exit_code: 3, output: output.pieces, afterwards: "kept" }),
    );
  });
});

describe("how a service is called", () => {
  beforeEach(() => world.run("run -n web redis"));

  test.each([web, web.slice(0, 8), web.slice(0, 13), web.toUpperCase(), "web.shop"])("%s", async (identifier) => {
    expect((await world.run(`service inspect ${identifier}`)).stdout).toContain(`"uuid": "${web}"`);
  });

  test("a name of two is refused", async () => {
    expect(await world.run("service stop web")).toMatchObject({
      code: 2,
      stderr: 'tutum-stack: "web" matches more than one service: web.shop, web.services\n',
    });
    expect(world.containers).toContain("shop-web-1 running always");
  });

  test("its file is the user's, or that of the stacks folder", async () => {
    await world.run("service set -q --image redis:7 web.services");
    expect(world.files.texts()[fileOf("services")]).toBe("web:\n  image: redis:7\n");
    expect(world.text()).toBe(stack);
  });
});
