import { beforeEach, describe, expect, test } from "vitest";
import { uuidOf } from "../../src/platform/identifiers.ts";
import { LiveWorld } from "../platform/live-world.ts";

const stack = `web:
  image: example/web:1
  command: serve --everything --and --more
  ports: ["8080:80", "443"]
  autorestart: ALWAYS
  target_num_containers: 2
job:
  image: busybox
  autodestroy: ALWAYS
`;
let world: LiveWorld;

beforeEach(async () => {
  world = new LiveWorld(stack);
  await world.run("up");
  world.compose.calls.length = 0;
});

const uuid = (name: string): string => uuidOf("container", world.id(name));

describe("container ps", () => {
  test("prints the columns of the old clients", async () => {
    world.engine.fake.stop(world.id("shop-job-1"), 3);
    expect((await world.run("container ps")).stdout).toMatchInlineSnapshot(`
      "NAME   UUID      STATUS     IMAGE          RUN COMMAND           EXIT CODE  DEPLOYED       PORTS                 NODE       STACK
      web-1  c4d209b5  ▶ Running  example/web:1  serve --everythin...             0 seconds ago  localhost:8080->8...  localhost  shop
      web-2  a7e36c57  ▶ Running  example/web:1  serve --everythin...             0 seconds ago  localhost:8080->8...  localhost  shop
      job-1  40309c33  ◼ Stopped  busybox                              3          0 seconds ago                        localhost  shop
      "
    `);
    expect((await world.run("container ps --no-trunc")).stdout).toContain(
      `${uuid("shop-web-1")}  ▶ Running  example/web:1  serve --everything --and --more`,
    );
  });

  test("-q, -s and --service", async () => {
    world.engine.fake.stop(world.id("shop-web-2"), 0);
    expect((await world.run("container ps -q -s Stopped")).stdout).toBe(`${uuid("shop-web-2")}\n`);
    expect((await world.run("container ps -q --service web.shop")).stdout).toBe(
      `${uuid("shop-web-1")}\n${uuid("shop-web-2")}\n`,
    );
    expect(JSON.parse((await world.run("container ps --output json --service job")).stdout)).toMatchObject([
      { name: "job-1", uuid: uuid("shop-job-1"), service: "job", stack: "shop", exit_code: null },
    ]);
  });
});

describe("how a container is called", () => {
  test("by its name, its UUID or the beginning of it, or Docker's ID", async () => {
    const known = uuid("shop-web-2");
    for (const word of ["web-2", "web-2.shop", known, known.slice(0, 8), world.id("shop-web-2")])
      expect(JSON.parse((await world.run(`container inspect ${word}`)).stdout)).toMatchObject({ uuid: known });
  });

  test("not by the name of nothing, or of two", async () => {
    for (const word of ["none", "../web-1", "__proto__", "shop-autodestroy-1"])
      expect(await world.run(`container stop ${word}`)).toMatchObject({
        code: 2,
        stderr: `tutum-stack: there is no container "${word}"; \`tutum-stack container ps\` lists them\n`,
      });
    await world.run("run -n web nginx");
    expect(await world.run("container stop web-1")).toMatchObject({
      code: 2,
      stderr: 'tutum-stack: "web-1" matches more than one container\n',
    });
  });
});

describe("container start, stop, terminate and redeploy", () => {
  test("stop and start one of several", async () => {
    expect(await world.run("container stop web-2")).toMatchObject({ code: 0, stdout: `${uuid("shop-web-2")}\n` });
    expect(world.containers.slice(-2)).toEqual(["shop-web-1 running always", "shop-web-2 exited no"]);
    expect(await world.run("container start web-2")).toMatchObject({ code: 0 });
    expect(world.containers.slice(-1)).toEqual(["shop-web-2 running always"]);
  });

  test("stop asks where autodestroy removes it", async () => {
    const { code, stdout, stderr } = await world.run("container stop job-1");
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "  autodestroy will remove shop-job-1 with all data inside, once it is stopped\ntutum-stack: nothing was done; add `--yes` to do this without a question\n",
    });
    expect((await world.run("container stop job-1", { answer: "y\n" })).code).toBe(0);
    expect(world.containers).toContain("shop-job-1 exited no");
  });

  test("terminate is a yes", async () => {
    expect((await world.run("container terminate web-1 job-1")).code).toBe(0);
    expect(world.containers).toEqual(["shop-autodestroy-1 running always", "shop-web-2 running always"]);
    expect(world.text()).toBe(stack);
  });

  test.each(["stop", "start", "terminate"])("--dry-run of %s does nothing", async (verb) => {
    const before = world.containers;
    expect(await world.run(`container ${verb} --dry-run web-1`)).toMatchObject({
      code: 0,
      stdout: `${verb === "terminate" ? "remove" : verb} shop-web-1\n`,
    });
    expect(world.containers).toEqual(before);
  });

  test("--dry-run of a stop names what autodestroy will remove", async () => {
    const before = world.containers;
    expect(await world.run("container stop --dry-run job-1")).toMatchObject({
      code: 0,
      stdout: "stop shop-job-1\nautodestroy will remove shop-job-1 with all data inside, once it is stopped\n",
    });
    expect(world.containers).toEqual(before);
  });

  test("redeploy of the only one of its service", async () => {
    expect(await world.run("container redeploy job-1")).toMatchObject({ code: 0 });
    expect(world.compose.calls.map(({ args }) => args.join(" "))).toEqual([
      "up --no-start --no-deps --force-recreate job",
    ]);
    expect(await world.run("container redeploy web-1")).toMatchObject({
      code: 1,
      stderr: "tutum-stack: service web has several containers; `service redeploy web` recreates all of them\n",
    });
  });
});

test("container logs and inspect", async () => {
  world.engine.write(world.id("shop-web-2"), "hello\n");
  expect((await world.run("container logs web-2")).stdout).toBe("web-2 | hello\n");
  expect(JSON.parse((await world.run("container inspect web-2")).stdout)).toMatchObject({
    image_name: "example/web:1",
    restart_policy: "always",
    restart_count: 0,
  });
});
