import { beforeEach, describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { LiveWorld } from "../platform/live-world.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";

const one = "lb: {image: tutum/haproxy, links: [web]}\nweb: {image: nginx, expose: ['80']}\n";
const two = `${one}inner: {image: tutum/haproxy, links: [web]}\n`;
const none = "web: {image: nginx, expose: ['80']}\n";

let files: MemoryFiles;

beforeEach(() => (files = new MemoryFiles()));

function compileIn(stack: string, ...args: readonly string[]) {
  files.contents.set("/shop/stack.yml", { bytes: Buffer.from(stack), mode: 0o600 });
  return run(["compile", ...args], { files });
}

function names(): readonly string[] {
  return Object.keys(files.texts())
    .map((path) => path.replace("/shop/", ""))
    .filter((name) => name !== "stack.yml");
}

describe("the config is one of the outputs", () => {
  test("written together with the compiled file, by its target", () => {
    compileIn(one);
    compileIn(one, "--target", "swarm");
    expect(names()).toEqual(["docker-compose.yml", "docker-stack.yml", "haproxy.cfg", "haproxy.swarm.cfg"]);
  });

  test("a file for each of several, and none that a target or a stack does not need stays", () => {
    compileIn(one, "--target", "swarm");
    compileIn(one);
    compileIn(two);
    expect(names()).toContain("haproxy-inner.cfg");
    expect(names()).not.toContain("haproxy.cfg");
    compileIn(none);
    expect(names()).toEqual(["docker-compose.yml", "docker-stack.yml", "haproxy.swarm.cfg"]);
  });

  test("services whose names differ in dots or case have files of their own", () => {
    compileIn("a.b: {image: tutum/haproxy}\na-b: {image: tutum/haproxy}\nA-B: {image: tutum/haproxy}\n");
    expect(names()).toEqual(["docker-compose.yml", "haproxy-A-B-3.cfg", "haproxy-a-b-2.cfg", "haproxy-a-b.cfg"]);
  });

  test("without its first line it belongs to the user", () => {
    compileIn(one);
    const text = files.texts()["/shop/haproxy.cfg"]!;
    files.contents.set("/shop/haproxy.cfg", { bytes: Buffer.from(text.replace(/^.*\n/, "")), mode: 0o644 });
    const { code, stderr } = compileIn(one.replace("links", "environment: {MAXCONN: 1}, links"));
    expect([code, stderr]).toEqual([2, expect.stringContaining("will not overwrite haproxy.cfg")]);
    expect(compileIn(none).code).toBe(0);
    expect(names()).toContain("haproxy.cfg");
  });

  test("--check sees that it differs, and --print shows it", () => {
    compileIn(one);
    expect(compileIn(one, "--check").code).toBe(0);
    const changed = one.replace("links", "environment: {MAXCONN: 1}, links");
    expect(compileIn(changed, "--check")).toMatchObject({ code: 1, stderr: expect.stringContaining("haproxy.cfg") });
    expect(compileIn(changed, "--print", "haproxy.cfg").stdout).toContain("\n  maxconn 1\n");
    expect(compileIn(none, "--check").stderr).toContain("haproxy.cfg");
  });

  test("HAProxy's user can read it, whatever the mode of the stack file is", () => {
    compileIn(one);
    expect(files.contents.get("/shop/haproxy.cfg")?.mode).toBe(0o644);
    expect(files.contents.get("/shop/docker-compose.yml")?.mode).toBe(0o600);
    files.contents.set("/shop/haproxy.cfg", { ...files.contents.get("/shop/haproxy.cfg")!, mode: 0o640 });
    expect(compileIn(one, "--check").code).toBe(1);
    compileIn(one);
    expect(files.contents.get("/shop/haproxy.cfg")?.mode).toBe(0o644);
  });
});

describe("the flags", () => {
  test.each([
    [["--balancer", "none"], "Allowed choices are haproxy, keep"],
    [["--balancer-image", "a b"], '--balancer-image must be the name of an image, not "a b"'],
  ])("%j is refused", (args, message) => {
    expect(compileIn(one, ...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  test.each([{ balancer: "none" as never }, { balancerImage: "a b" }])("the library refuses %j", (options) => {
    expect(() => compile(one, { name: "shop", ...options })).toThrow(RangeError);
  });

  test("`keep` leaves the image, and the warning that nobody maintains it", () => {
    const { stderr } = compileIn(one, "--balancer", "keep");
    expect(stderr).toContain("warning[orphaned-image]");
    expect(stderr).not.toContain("balancer-replaced");
    expect(files.texts()["/shop/docker-compose.yml"]).toContain("image: tutum/haproxy");
  });
});

describe("live services", () => {
  const label = (world: LiveWorld): string | undefined =>
    /io\.tutum-stack\.config: "(\w+)"/.exec(world.files.texts()["/shop/docker-compose.yml"] ?? "")?.[1];

  test("`up` writes the config, and a changed one replaces the balancer alone", async () => {
    const world = new LiveWorld(one);
    expect((await world.run("up")).code).toBe(0);
    expect(world.files.texts()["/shop/haproxy.cfg"]).toContain("server-template WEB_ 10 web:80");
    expect(world.files.contents.get("/shop/haproxy.cfg")?.mode).toBe(0o644);
    const first = label(world);
    const changed = one.replace("links", "environment: {MAXCONN: 1}, links");
    world.files.contents.set("/shop/stack.yml", { bytes: Buffer.from(changed), mode: 0o644 });
    const { stderr } = await world.run("up");
    expect(stderr).toMatch(/^lb: .*recreated/m);
    expect(stderr).not.toMatch(/^web: .*recreated/m);
    expect(label(world)).not.toBe(first);
    expect((await world.run("up --dry-run")).stdout).toContain("lb: unchanged\n");
  });

  test("`up` keeps what the file on disk says of balancers, unless told otherwise", async () => {
    const world = new LiveWorld(one);
    await world.run("up --balancer-image registry.example.com/haproxy:3");
    await world.run("up");
    expect(world.files.texts()["/shop/docker-compose.yml"]).toContain("image: registry.example.com/haproxy:3");
    await world.run("up --balancer keep");
    expect(world.files.texts()["/shop/haproxy.cfg"]).toBeUndefined();
    await world.run("up");
    expect(world.files.texts()["/shop/docker-compose.yml"]).toContain("image: tutum/haproxy");
    await world.run("up --balancer haproxy");
    expect(world.files.texts()["/shop/docker-compose.yml"]).toContain("image: haproxy:3.2-alpine");
  });

  test("a balancer is no sidecar that was left running", async () => {
    compileIn(one);
    expect(compileIn(none).stderr).not.toContain("old sidecar");
  });
});
