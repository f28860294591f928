import { beforeEach, describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { uuidOf } from "../../src/platform/identifiers.ts";
import { fileOf, here, LiveWorld } from "../platform/live-world.ts";

const stack =
  "# the shop\nweb:\n  image: nginx\n  volumes:\n    - data:/data\njob:\n  image: busybox\n  autodestroy: ALWAYS\n";
const blog = uuidOf("stack", "blog");
let world: LiveWorld;

beforeEach(() => (world = new LiveWorld(stack)));

describe("stack create and up", () => {
  test("create copies the file as it is, and runs nothing", async () => {
    const { code, stdout, stderr } = await world.run("stack create -n blog");
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${blog}\n` });
    expect(stderr).toContain("warning[named-volume]");
    expect(stderr).toMatch(/\nthe change is not applied yet; `tutum-stack up .*\/blog\/stack.yml` applies it\n$/);
    expect([world.text("blog"), world.containers]).toEqual([stack, []]);
    expect(world.files.contents.get(fileOf("blog"))?.mode).toBe(0o600);
  });

  test("up also runs it", async () => {
    world.files.create("/shop/other.yml", "cache:\n  image: redis\n", 0o644);
    expect(await world.run("stack up --sync -n blog -f other.yml")).toMatchObject({
      code: 0,
      stdout: `${blog}\n`,
      stderr: "cache: created containers (there were none); a container that ends is kept\n",
    });
    expect(world.containers).toEqual(["blog-cache-1 running no"]);
  });

  test("is named after the folder", async () => {
    expect(await world.run("stack create -q")).toMatchObject({ stdout: `${uuidOf("stack", "shop")}\n` });
    expect(world.text("shop")).toBe(stack);
  });

  test("--dry-run writes nothing", async () => {
    expect(await world.run("stack up --dry-run -n blog")).toMatchObject({
      code: 0,
      stdout:
        "web: create containers (there were none); a container that ends is kept\njob: create containers (there were none); a container that ends is removed with its data\nautodestroy: create the sidecar (a service has autodestroy)\n",
    });
    expect([world.paths, world.containers]).toEqual([[here], []]);
  });

  test.each([
    { line: "stack create -n blog -f none.yml", code: 2, says: "cannot read /shop/none.yml: no such file" },
    { line: "stack create -n Blog", code: 2, says: "use lowercase letters, digits, `-` and `_`, for example blog" },
    { line: "stack create -n ../evil", code: 2, says: '"../evil" cannot be the name of a stack' },
    { line: "stack create -n -f", code: 2, says: '"-f" cannot be the name of a stack' },
    { line: "stack create -n __proto__", code: 2, says: '"__proto__" cannot be the name of a stack' },
    { line: "stack create -n \u001b[31m", code: 2, says: '"\\u001b[31m" cannot be the name of a stack' },
    { line: "stack create -n blog -f broken.yml", code: 1, says: "error[wrong-type]" },
    { line: "stack create -n used", code: 2, says: "stack used already exists" },
    { line: "stack up -n used", code: 2, says: "stack used already exists" },
    { line: "stack inspect blog", code: 2, says: 'there is no stack "blog"; `tutum-stack stack list` lists them' },
    { line: "stack update blog", code: 2, says: 'there is no stack "blog"' },
    { line: "stack terminate", code: 2, says: "missing required argument 'stack'" },
  ])("refuses: $line", async ({ line, code, says }) => {
    world.files.create("/shop/broken.yml", "web:\n  image: nginx\n  ports: 80\n", 0o644);
    await world.run("stack create -n used");
    const before = world.paths;
    const done = await world.run(line);
    expect(done).toMatchObject({ code, stdout: "", stderr: expect.stringContaining(says) });
    expect(world.paths).toEqual(before);
  });

  test("a folder without a stack file, or with two", async () => {
    world.files.create("/shop/tutum.yml", stack, 0o644);
    for (const line of ["stack create", "up", "down"])
      expect(await world.run(line)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(
          /this folder has no stack file, or more than one; (use --file FILE|name the file)\n/,
        ),
      });
  });
});

describe("stack update", () => {
  beforeEach(() => world.run("stack up -n blog"));

  test("changes, adds, and leaves the rest", async () => {
    world.files.create("/shop/new.yml", "web:\n  image: nginx:2\nmore:\n  image: redis\n", 0o644);
    const before = world.containers;
    const { code, stdout, stderr } = await world.run("stack update -f new.yml blog");
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${blog}\n`,
      stderr: `the change is not applied yet; \`tutum-stack up ${fileOf("blog")}\` applies it\n`,
    });
    expect(world.text("blog")).toMatchInlineSnapshot(`
      "# the shop
      web:
        image: nginx:2
      job:
        image: busybox
        autodestroy: ALWAYS
      more:
        image: redis
      "
    `);
    expect(world.containers).toEqual(before);
    await world.run("stack redeploy blog");
    expect(world.containers).toContain("blog-more-1 running no");
  });

  test("with all services, it is the new text with its comments", async () => {
    world.files.create("/shop/new.yml", `# new\n${stack}`, 0o644);
    expect(await world.run("stack update -q -f new.yml blog")).toMatchObject({ code: 0, stderr: "" });
    expect(world.text("blog")).toBe(`# new\n${stack}`);
  });

  test("with errors, nothing", async () => {
    world.files.create("/shop/new.yml", "web: {}\n", 0o644);
    expect(await world.run("stack update -f new.yml blog")).toMatchObject({ code: 1 });
    expect(world.text("blog")).toBe(stack);
  });
});

describe("what is printed", () => {
  beforeEach(() => world.run("stack up -n blog"));

  test("list", async () => {
    expect((await world.run("stack list")).stdout).toMatchInlineSnapshot(`
      "NAME  UUID      STATUS         DEPLOYED       DESTROYED
      shop  4c659b4a  ◼ Not running
      blog  f32a9da2  ▶ Running      0 seconds ago
      "
    `);
    expect((await world.run("stack list -q")).stdout).toBe(`${uuidOf("stack", "shop")}\n${blog}\n`);
    expect(JSON.parse((await world.run("stack list --output json")).stdout)).toMatchObject([
      { name: "shop", state: "Not running", has_errors: false },
      { name: "blog", state: "Running", interrupted: null, services: [{ name: "web" }, { name: "job" }] },
    ]);
  });

  test("list without any", async () => {
    world = new LiveWorld();
    expect((await world.run("stack list")).stdout).toBe("NAME  UUID  STATUS  DEPLOYED  DESTROYED\n");
  });

  test("inspect", async () => {
    expect(JSON.parse((await world.run("stack inspect blog")).stdout)).toMatchObject({ uuid: blog, project: "blog" });
  });

  test("export", async () => {
    expect((await world.run("stack export blog")).stdout).toBe(stack);
    expect(await world.run("stack export -f copy.yml blog")).toMatchObject({ code: 0, stdout: "" });
    expect(world.files.texts()["/shop/copy.yml"]).toBe(stack);
    expect(await world.run("stack export -f copy.yml blog")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("cannot write copy.yml"),
    });
  });
});

describe("stack start, stop, redeploy and terminate", () => {
  beforeEach(() => world.run("stack up -n blog"));

  test("stop asks for the job, start starts all", async () => {
    expect((await world.run("stack stop blog")).code).toBe(1);
    expect(await world.run("stack stop -y blog")).toMatchObject({ code: 0, stdout: `${blog}\n` });
    expect(world.containers).toEqual([
      "blog-autodestroy-1 running always",
      "blog-job-1 exited no",
      "blog-web-1 exited no",
    ]);
    expect((await world.run("stack start blog")).code).toBe(0);
    expect(world.containers).toContain("blog-job-1 running no");
  });

  test("redeploy makes all anew", async () => {
    const before = world.id("blog-web-1");
    expect(await world.run("stack redeploy --not-reuse-volumes blog")).toMatchObject({ code: 0, stdout: `${blog}\n` });
    expect(world.id("blog-web-1")).not.toBe(before);
    expect(world.compose.calls.at(-1)?.args).toContain("--renew-anon-volumes");
  });

  test("terminate keeps named volumes and the file, aside", async () => {
    const { code, stdout, stderr } = await world.run("stack terminate blog");
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${blog}\n` });
    expect(stderr).toMatch(
      /^kept the named volumes blog_autodestroy-runs, blog_data; `--volumes` removes them\nmoved the files of the stack to .*\.blog-terminated-/,
    );
    expect([world.containers, [...world.engine.fake.volumes]]).toEqual([[], ["blog_data", "blog_autodestroy-runs"]]);
    expect(world.text("blog")).toBeUndefined();
    expect(world.paths.some((path) => /\.blog-terminated-.*\/stack\.yml$/.test(path))).toBe(true);
    expect((await world.run("stack list -q")).stdout).toBe(`${uuidOf("stack", "shop")}\n`);
    expect((await world.run("stack create -n blog")).code).toBe(0);
  });

  test("terminate --volumes removes them, after --dry-run said so", async () => {
    const { stdout } = await world.run("stack terminate --dry-run --volumes blog");
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(["remove blog-web-1", "remove blog_data"]));
    expect(world.text("blog")).toBe(stack);
    const { actions } = JSON.parse((await world.run("stack terminate --dry-run --output json blog")).stdout);
    expect(actions).toContain("remove blog-web-1");
    await world.run("stack terminate --volumes blog");
    expect([...world.engine.fake.volumes]).toEqual([]);
  });

  test("Compose that fails leaves the files", async () => {
    world.compose.troubles.push({ after: 1, kind: "fails" });
    expect(await world.run("stack terminate blog")).toMatchObject({
      code: 1,
      stderr: "tutum-stack: not everything was removed: it failed\n",
    });
    expect(world.text("blog")).toBe(stack);
  });
});

describe("up and down", () => {
  test("up says what happens; what runs stays", async () => {
    expect(await world.run("up")).toMatchObject({ code: 0, stdout: "" });
    const before = world.engine.fake.all().map(({ id }) => id);
    expect(await world.run("up")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(world.engine.fake.all().map(({ id }) => id)).toEqual(before);
    expect((await world.run("up -q")).stdout).toBe(`${uuidOf("stack", "shop")}\n`);
    expect(JSON.parse((await world.run("up --output json")).stdout)).toMatchObject({ uuid: uuidOf("stack", "shop") });
  });

  test("a finished job stays finished; a stopped service is started", async () => {
    await world.run("up");
    world.engine.fake.exit(world.id("shop-job-1"), 0);
    world.engine.fake.exit(world.id("shop-web-1"), 0);
    const { stderr } = await world.run("up");
    expect(stderr).toBe(
      "web: started shop-web-1\njob: unchanged; shop-job-1 ended with 0; `service start job` runs it again\n",
    );
  });

  test("with the name of a file and of the stack, and how the sidecar runs", async () => {
    world.files.create("/shop/deploy/tutum.yml", stack, 0o644);
    const { stderr } = await world.run("up deploy/tutum.yml --name live --sidecar none");
    expect(stderr).toContain("a container that ends is removed with its data if you run a sidecar yourself\n");
    expect(world.containers).toEqual(["live-job-1 running no", "live-web-1 running no"]);
    await world.run("up -f deploy/tutum.yml");
    expect(world.containers).toHaveLength(2);
    await world.run("down deploy/tutum.yml");
    expect(world.containers).toEqual([]);
  });

  test("up removes what was taken out of the file, after a yes", async () => {
    await world.run("up");
    world.files.remove(here);
    world.files.create(here, "web:\n  image: nginx\n  volumes:\n    - data:/data\n", 0o644);
    expect(await world.run("up")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("shop-job-1 of job will be removed with all data inside\n"),
    });
    expect((await world.run("up --yes")).code).toBe(0);
    expect(world.containers).toEqual(["shop-web-1 running no"]);
  });

  test("down removes the containers and keeps files and volumes", async () => {
    await world.run("up");
    const paths = world.paths;
    expect(await world.run("down --dry-run")).toMatchObject({ code: 0, stdout: expect.stringContaining("remove ") });
    expect(world.containers).toHaveLength(3);
    expect(await world.run("down")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "kept the named volumes shop_autodestroy-runs, shop_data; `--volumes` removes them\n",
    });
    expect([world.containers, world.paths]).toEqual([[], paths]);
    await world.run("up");
    await world.run("down --volumes");
    expect([...world.engine.fake.volumes]).toEqual([]);
  });

  test("the output of another stack file is not overwritten", async () => {
    world.files.create("/blog/stack.yml", "web:\n  image: nginx\n", 0o644);
    const { files } = compile("web:\n  image: nginx\n", { name: "blog", stackFolder: "../blog" });
    world.files.create("/shop/docker-compose.yml", files[0]!.text, 0o644);
    expect(await world.run("up")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("will not overwrite docker-compose.yml: it was compiled from ../blog/stack.yml"),
    });
    expect(world.containers).toEqual([]);
  });

  test("a compiled file without a header is the user's own", async () => {
    const { files } = compile(stack, { name: "shop", header: false });
    world.files.create("/shop/docker-compose.yml", files[0]!.text, 0o644);
    expect(await world.run("up")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("tutum-stack did not generate it"),
    });
    expect(world.files.texts()["/shop/docker-compose.yml"]).toBe(files[0]!.text);
  });

  test("a file that is not ours is not overwritten", async () => {
    world.files.create("/shop/docker-compose.yml", "services: {}\n", 0o644);
    for (const line of ["up", "up --yes", "service set --image redis web", "service start web"])
      expect(await world.run(line)).toMatchObject({
        code: 2,
        stderr:
          "tutum-stack: will not overwrite docker-compose.yml: tutum-stack did not generate it; move it away, or use `tutum-stack compile --force`\n",
      });
    expect(world.files.texts()["/shop/docker-compose.yml"]).toBe("services: {}\n");
    expect([world.text(), world.containers]).toEqual([stack, []]);
  });

  test("a stack file with errors", async () => {
    await world.run("up");
    world.files.remove(here);
    world.files.create(here, "web:\n  image: nginx\n  ports: 80\n", 0o644);
    for (const line of [
      "up",
      "service set --autorestart ALWAYS web",
      "service scale web 2",
      "service env add -e A=b web",
    ]) {
      const { code, stderr } = await world.run(line);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("error[wrong-type]") });
      expect(stderr).toContain("tutum-stack: nothing was changed (1 error)\n");
    }
    expect(await world.run("service ps")).toMatchObject({
      code: 0,
      stderr: "tutum-stack: the stack file of shop has errors; `tutum-stack validate` shows them\n",
    });
    expect(await world.run("service stop web")).toMatchObject({ code: 0 });
    expect(world.containers).toContain("shop-web-1 exited no");
    expect(await world.run("down")).toMatchObject({ code: 0 });
  });

  test("a folder that cannot be written", async () => {
    world.files.beforeChange = (_, path) => {
      if (path.startsWith("/shop")) throw Object.assign(new Error("read-only file system"), { code: "EROFS" });
    };
    const { code, stderr } = await world.run("up");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/cannot write .*read-only/) });
    expect([world.paths, world.containers]).toEqual([[here], []]);
    expect((await world.run("service ps")).code).toBe(0);
  });

  test("without an engine or Compose", async () => {
    world.hasCompose = false;
    expect(await world.run("up")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/\ntutum-stack: Docker Compose is not installed\n$/) as string,
    });
    world.engine.fake.die();
    for (const line of ["up", "service ps", "stack list", "container ps", "service stop web"])
      expect(await world.run(line)).toMatchObject({ code: 2, stderr: "tutum-stack: nothing listens\n" });
  });

  test("an interrupted change is told, and finished by up", async () => {
    world.compose.troubles.push({ after: 1, kind: "program and Compose are killed" });
    await expect(world.run("up")).rejects.toThrow("the program was killed");
    expect((await world.run("service ps")).stderr).toBe(
      "tutum-stack: `up` was interrupted in shop; `tutum-stack up` finishes it\n",
    );
    expect((await world.run("up")).code).toBe(0);
    expect((await world.run("service ps")).stderr).toBe("");
    expect(world.containers).toHaveLength(3);
  });
});

describe("where stacks are", () => {
  test("--stacks, else $TUTUM_STACKS, else the user's data", async () => {
    await world.run("stack create -n one --stacks mine");
    expect(world.files.texts()["/shop/mine/one/stack.yml"]).toBe(stack);
    await world.run("stack create -n two", { env: { TUTUM_STACKS: "/srv/stacks" } });
    expect(world.files.texts()["/srv/stacks/two/stack.yml"]).toBe(stack);
    await world.run("stack create -n three", { env: { XDG_DATA_HOME: "/data" } });
    expect(world.files.texts()["/data/tutum-stack/stacks/three/stack.yml"]).toBe(stack);
    expect(await world.run("stack list -q")).toMatchObject({ stdout: `${uuidOf("stack", "shop")}\n` });
  });

  test("links that lead out of the stacks folder are refused", async () => {
    await world.run("stack create -n evil");
    const folder = "/home/me/.local/share/tutum-stack/stacks";
    world.files.links.set(`${folder}/evil`, "/etc");
    const refusal = `tutum-stack: ${folder}/evil leads out of ${folder}; stacks must be inside it\n`;
    expect(await world.run("service run --stack evil nginx")).toMatchObject({ code: 2, stderr: refusal });
    world.files.links.clear();
    world.files.links.set(fileOf("evil"), "/etc/passwd");
    expect(await world.run("service run --stack evil nginx")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("leads out of"),
    });
    expect(world.text("evil")).toBe(stack);
  });

  test("with its last service a stack goes, whatever templates its file has", async () => {
    world.files.create("/shop/other.yml", ".base: &base\n  image: redis\ncache:\n  <<: *base\n", 0o644);
    await world.run("stack up -n cached -f other.yml");
    expect(await world.run("service terminate cache")).toMatchObject({ code: 0 });
    expect((await world.run("stack list")).stdout).not.toContain("cached");
  });

  test("a stack of two stack files is refused", async () => {
    await world.run("stack create -n two");
    world.files.create(fileOf("two").replace("stack.yml", "tutum.yml"), stack, 0o644);
    expect(await world.run("stack stop two")).toMatchObject({
      code: 2,
      stderr: "tutum-stack: stack two has more than one stack file: stack.yml, tutum.yml\n",
    });
  });

  test("the current folder is the project that runs from it, under any name", async () => {
    await world.run("up --name live");
    expect((await world.run("stack list")).stdout).toContain("\nlive  ");
    expect(await world.run("service set -q --autorestart ALWAYS web.live")).toMatchObject({ code: 0 });
    expect(world.containers).toContain("live-web-1 running always");
  });
});
