import { beforeEach, describe, expect, test } from "vitest";
import { uuidOf } from "../../src/platform/identifiers.ts";
import { here, LiveWorld } from "../platform/live-world.ts";

const mapping = `web:
  image: nginx
  # how it runs
  environment:
    MODE: fast # not slow
    PORT: 0080
    TOKEN:
  ports:
    - "80"
`;
const list = `web:
  image: nginx
  environment:
    # how it runs
    - MODE=fast # not slow
    - "PORT=80"
    - TOKEN
`;
const web = uuidOf("service", "shop", "web");
let world: LiveWorld;

function start(text: string): Promise<unknown> {
  world = new LiveWorld(text);
  world.engine.addImage("nginx", { environment: ["PATH=/bin", "MODE=slow", "EMPTY="] });
  return world.run("up");
}

describe.each([
  { name: "a mapping", text: mapping },
  { name: "a list", text: list },
])("$name of variables", ({ text }) => {
  beforeEach(() => start(text));

  test("is listed with that of the image", async () => {
    const { stdout } = await world.run("service env list web", { env: { TOKEN: "secret" } });
    expect(stdout.replace("0080", "80")).toBe(
      [
        "ORIGIN  KEY    VALUE",
        "user    MODE   fast",
        "user    PORT   80",
        "user    TOKEN  secret",
        "image   PATH   /bin",
        "image   EMPTY",
        "",
      ].join("\n"),
    );
    expect((await world.run("service env list --image -q web")).stdout).toBe("PATH=/bin\nEMPTY=\n");
    expect((await world.run("service env list --user -q web.shop")).stdout).toMatch(
      /^MODE=fast\nPORT=(00)?80\nTOKEN=\n$/,
    );
    expect(JSON.parse((await world.run("apps env list --image --output json web")).stdout)).toEqual([
      { origin: "image", key: "PATH", value: "/bin" },
      { origin: "image", key: "EMPTY", value: "" },
    ]);
  });

  test("add", async () => {
    const { code, stdout, stderr } = await world.run("service env add -e NEW=a=b web");
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${web}\n`,
      stderr: "web: recreated shop-web-1 (changed: environment)\n",
    });
    expect(world.text()).toBe(
      text === mapping
        ? text.replace("TOKEN:\n", "TOKEN:\n    NEW: a=b\n")
        : text.replace("TOKEN\n", "TOKEN\n    - NEW=a=b\n"),
    );
    expect(world.engine.fake.get(world.id("shop-web-1")).environment).toContain("NEW=a=b");
  });

  test("update keeps the comments and the others", async () => {
    expect((await world.run("service env update -q -e MODE=slow web")).code).toBe(0);
    expect(world.text()).toBe(text.replace("fast", "slow"));
  });

  test("set replaces all", async () => {
    expect((await world.run("service env set -q -e MODE=slow -e A=1 web")).code).toBe(0);
    expect(world.text()).toBe(
      text === mapping
        ? text.replace("fast", "slow").replace("    PORT: 0080\n    TOKEN:\n", '    A: "1"\n')
        : text.replace("fast", "slow").replace('    - "PORT=80"\n    - TOKEN\n', '    - "A=1"\n'),
    );
  });

  test("remove", async () => {
    expect((await world.run("service env remove -n PORT --name TOKEN web")).code).toBe(0);
    expect(world.text()).toBe(text.replace(/ +(- "PORT|PORT).*\n/, "").replace(/ +(- )?TOKEN.*\n/, ""));
    expect((await world.run("service env remove -n MODE web")).code).toBe(0);
    expect(world.text()).not.toContain("environment");
  });

  test.each([
    { line: "add -e MODE=1 web", says: "service web already has the variable MODE; `service env update` changes it" },
    { line: "add -e PATH=1 web", says: "service web already has the variable PATH; `service env update` changes it" },
    { line: "update -e NEW=1 web", says: "service web has no variable NEW; `service env add` adds it" },
    { line: "remove -n PATH web", says: "service web has no variable PATH in the stack file" },
    { line: "remove -n __proto__ web", says: "service web has no variable __proto__ in the stack file" },
  ])("refuses: $line", async ({ line, says }) => {
    const { code, stdout, stderr } = await world.run(`service env ${line}`);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: `tutum-stack: ${says}\n` });
    expect(world.text()).toBe(text);
  });
});

describe("variables", () => {
  test("of a service without any, from a file", async () => {
    await start("web:\n  image: nginx\n");
    world.files.create("/shop/vars", "# two\nA=1\nB=x y\n", 0o644);
    expect((await world.run("service env add --env-file vars web")).code).toBe(0);
    expect(world.text()).toBe('web:\n  image: nginx\n  environment:\n    A: "1"\n    B: x y\n');
  });

  test("what can be done is done, and the rest told", async () => {
    await start(mapping);
    expect(await world.run("service env add -e MODE=1 -e NEW=1 web")).toMatchObject({ code: 1, stdout: `${web}\n` });
    expect(world.text()).toContain('    NEW: "1"\n');
    expect(world.text()).toContain("MODE: fast");
  });

  test("that only the image has are updated", async () => {
    await start(mapping);
    expect((await world.run("service env update -e PATH=/sbin web")).code).toBe(0);
    expect(world.text()).toContain("    PATH: /sbin\n");
  });

  test("called __proto__", async () => {
    await start(list);
    expect((await world.run("service env add -e __proto__=x web")).code).toBe(0);
    expect(world.text()).toContain("    - __proto__=x\n");
  });

  test("that others inherit stay theirs", async () => {
    await start(
      "web: &web\n  image: nginx\n  environment: &env\n    A: one\nother:\n  <<: *web\n  environment: *env\n",
    );
    expect((await world.run("service env update -e A=two web")).code).toBe(0);
    expect((await world.run("service env list --user -q web")).stdout).toBe("A=two\n");
    expect((await world.run("service env list --user -q other")).stdout).toBe("A=one\n");
  });

  test("--redeploy makes the service anew once, in any case", async () => {
    await start(mapping);
    world.compose.calls.length = 0;
    await world.run("service env add --redeploy -e NEW=1 web");
    await world.run("service env update --redeploy -e NEW=1 web");
    expect(world.compose.calls.map(({ args }) => args.join(" "))).toEqual([
      "up -d --no-deps --force-recreate web",
      "up -d --no-deps --force-recreate web",
    ]);
  });

  test("--dry-run writes nothing", async () => {
    await start(mapping);
    expect(await world.run("service env set --dry-run -e A=1 web")).toMatchObject({
      code: 0,
      stdout: "web: recreate shop-web-1 (changed: environment, variables of the shell)\n",
    });
    expect(world.text()).toBe(mapping);
  });

  test.each([
    { line: "add web", says: "no variable was given; use --env KEY=VALUE or --envfile FILE" },
    { line: "set -e A web", says: '"A" is not a variable: write KEY=VALUE' },
    { line: "remove web", says: "no variable was named; use --name KEY" },
    { line: "list none", says: 'there is no service "none"; `tutum-stack service ps` lists them' },
  ])("wrong use: $line", async ({ line, says }) => {
    await start(mapping);
    expect(await world.run(`service env ${line}`)).toMatchObject({ code: 2, stderr: `tutum-stack: ${says}\n` });
  });

  test("of a file with errors are not listed", async () => {
    await start(mapping);
    world.files.remove(here);
    world.files.create(here, "web:\n  image: nginx\n  ports: 80\n", 0o644);
    expect(await world.run("service env list web")).toMatchObject({
      code: 2,
      stderr: "tutum-stack: the stack file of shop has errors; `tutum-stack validate` shows them\n",
    });
  });
});
