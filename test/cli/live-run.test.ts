import { beforeEach, describe, expect, test } from "vitest";
import { uuidOf } from "../../src/platform/identifiers.ts";
import { LiveWorld } from "../platform/live-world.ts";

let world: LiveWorld;

describe("service run and create", () => {
  beforeEach(() => (world = new LiveWorld()));

  test("adds a service to the stack `services` and starts it", async () => {
    const line = "service run --autorestart ON_FAILURE --autodestroy ON_SUCCESS -n once busybox:local echo";
    const { code, stderr } = await world.run(line);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("too many arguments") });
    const done = await world.run(line.replace(" echo", ""));
    expect(done).toMatchObject({ code: 0, stdout: `${uuidOf("service", "services", "once")}\n` });
    expect(done.stderr).toMatchInlineSnapshot(`
      "once: created containers (there were none)
      autodestroy: created the sidecar (a service has autodestroy)
      "
    `);
    expect(world.text("services")).toMatchInlineSnapshot(`
      "once:
        image: busybox:local
        autorestart: ON_FAILURE
        autodestroy: ON_SUCCESS
      "
    `);
    expect(world.containers).toEqual(["services-autodestroy-1 running always", "services-once-1 running on-failure"]);
    expect(world.sidecarImages).toHaveLength(1);
    await world.run("service run redis");
    expect(world.text("services")).toContain("once:\n  image: busybox:local");
    expect(world.text("services")).toContain("redis:\n  image: redis\n");
    expect(world.containers).toContain("services-redis-1 running no");
  });

  test("every option becomes a field", async () => {
    const options = `-n all --stack big -t 2 --entrypoint /bin/sh -p 80:8080 -p 53/udp --expose 9000 -e A=b=c --env B=
      --env-file vars -v /data -v /srv:/srv:ro --tag fast --role global --memory 64 --cpushares 512 --net host --pid host
      --deployment-strategy HIGH_AVAILABILITY --privileged --autoredeploy --sequential --autorestart ALWAYS
      --autodestroy OFF --sync`.split(/\s+/);
    world.files.create("/shop/vars", "# no\n\nC=1\n  D=two words \nA=lost\n", 0o644);
    expect((await world.runWords(["service", "create", ...options, "-r", "serve --all", "nginx"])).code).toBe(0);
    expect(world.text("big")).toMatchInlineSnapshot(`
      "all:
        image: nginx
        command: serve --all
        entrypoint: /bin/sh
        environment:
          C: "1"
          D: two words
          A: b=c
          B: ""
        ports:
          - "80:8080"
          - 53/udp
        expose:
          - "9000"
        volumes:
          - /data
          - /srv:/srv:ro
        tags:
          - fast
        target_num_containers: 2
        deployment_strategy: HIGH_AVAILABILITY
        sequential_deployment: true
        roles:
          - global
        autorestart: ALWAYS
        autodestroy: "OFF"
        autoredeploy: true
        privileged: true
        net: host
        pid: host
        cpu_shares: 512
        mem_limit: 64m
      "
    `);
    expect(world.containers).toEqual([]);
  });

  test("links and volumes of other services", async () => {
    await world.run("service run -n db --envfile /dev/null redis");
    await world.run("service run -n db redis");
    expect((await world.run("service run -n web --link-service db:database --volumes-from db nginx")).code).toBe(0);
    expect(world.text("services")).toContain("links:\n    - db:database\n  volumes_from:\n    - db\n");
  });

  test("create leaves it to start", async () => {
    const { code, stderr } = await world.run("service create nginx:1.27");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^the change is not applied yet; `tutum-stack up \/.*\/services\/stack.yml` applies it\n$/);
    expect(world.containers).toEqual([]);
    expect(await world.run("service start nginx")).toMatchObject({ code: 0 });
    expect(world.containers).toEqual(["services-nginx-1 running no"]);
  });

  test("run is the same as service run", async () => {
    expect((await world.run("run -n web nginx")).code).toBe(0);
    expect(world.containers).toEqual(["services-web-1 running no"]);
  });

  test("adds to the stack of the current folder, by its name", async () => {
    world = new LiveWorld("web:\n  image: nginx\n");
    expect((await world.run("service run --stack shop -n db redis")).code).toBe(0);
    expect(world.text()).toBe("web:\n  image: nginx\ndb:\n  image: redis\n");
    expect(world.containers).toEqual(["shop-db-1 running no"]);
  });

  test("refuses a second one of the same name", async () => {
    await world.run("service run -n web nginx");
    const before = world.files.texts();
    const { code, stderr } = await world.run("service run -n web redis");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "tutum-stack: the stack file cannot be changed: stack services already has a service web\n",
    });
    expect(world.files.texts()).toEqual(before);
  });

  test("a pair that cannot be combined changes nothing", async () => {
    const { code, stderr } = await world.run("service run --autorestart ALWAYS --autodestroy ALWAYS nginx");
    expect(code).toBe(1);
    expect(stderr).toContain("error[incompatible-policies]");
    expect([world.paths, world.containers]).toEqual([[], []]);
  });

  test.each([
    { line: "service run --autorestart NEVER nginx", says: "Allowed choices are OFF, ON_FAILURE, ALWAYS" },
    { line: "service run -t many nginx", says: "It must be a whole number" },
    { line: "service run -e novalue nginx", says: '"novalue" is not a variable: write KEY=VALUE' },
    { line: "service run --env-file gone nginx", says: "cannot read gone: no such file" },
    { line: "service run --stack Shop! nginx", says: '"Shop!" cannot be the name of a stack' },
    { line: "service run", says: "missing required argument 'image'" },
    { line: "service set --privileged perhaps web", says: "It must be true or false" },
    {
      line: "service scale web",
      says: "the last argument must be a number: `tutum-stack service scale SERVICE... NUMBER`",
    },
    {
      line: "service scale web some",
      says: "the last argument must be a number: `tutum-stack service scale SERVICE... NUMBER`",
    },
  ])("wrong use: $line", async ({ line, says }) => {
    const { code, stderr } = await world.run(line);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
    expect([world.paths, world.containers]).toEqual([[], []]);
  });

  test("an image that nobody has: the service stays in the file", async () => {
    world.compose.missingImages.add("gone");
    const { code, stderr } = await world.run("service run gone");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "tutum-stack: service gone: pull access denied for gone\n",
    });
    expect(world.text("services")).toContain("gone:\n");
  });
});
