import { describe, expect, test } from "vitest";
import { MemoryFiles, run, type Run } from "../support/memory-io.ts";
import { blocksOf, pageOf } from "../support/pages.ts";

const web = "web:\n  image: nginx\n";
const tagged = `${web}  tags: [fast]\n`;
const job = "job:\n  image: busybox\n  autodestroy: ALWAYS\n";

function worldOf(files: Readonly<Record<string, string>>): MemoryFiles {
  return new MemoryFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [`/shop/${name}`, text])));
}

/** The names below /shop of the files that a run has made. */
function made(before: MemoryFiles, { files }: Run, known = before.texts()): readonly string[] {
  return Object.keys(files).flatMap((path) => (path in known ? [] : [path.replace("/shop/", "")]));
}

function runIn(files: MemoryFiles, ...args: readonly string[]): Run & { readonly made: readonly string[] } {
  const before = files.texts();
  const result = run(args, { files });
  return { ...result, made: made(files, result, before) };
}

const lastLine = (text: string): string | undefined => text.trimEnd().split("\n").at(-1);

describe("several files", () => {
  test("are all compiled, each into its folder", () => {
    const result = runIn(worldOf({ "a/stack.yml": web, "b/tutum.yml": web }), "compile", "a/stack.yml", "b/tutum.yml");
    expect(result).toMatchObject({ code: 0, made: ["a/docker-compose.yml", "b/docker-compose.yml"] });
    expect(result.stderr).toBe("tutum-stack: wrote a/docker-compose.yml; wrote b/docker-compose.yml\n");
  });

  test("with a mistake in one: the others are compiled, and the exit code is 1", () => {
    const result = runIn(
      worldOf({ "a/stack.yml": "web:\n", "b/stack.yml": web }),
      "compile",
      "a/stack.yml",
      "b/stack.yml",
    );
    expect(result).toMatchObject({ code: 1, made: ["b/docker-compose.yml"] });
    expect(lastLine(result.stderr)).toBe(
      "tutum-stack: a/stack.yml was not compiled; wrote b/docker-compose.yml (1 error)",
    );
  });

  test.each(["compile", "validate"])("%s goes on when one of them cannot be read, and ends with 2", (command) => {
    const { code, stdout, stderr } = runIn(worldOf({ "good.yml": web }), command, "nope.yml", "good.yml");
    expect(code).toBe(2);
    expect(stderr).toContain("tutum-stack: cannot read nope.yml: no such file\n");
    expect(`${stdout}${stderr}`).toMatch(/good\.yml is valid|wrote docker-compose\.yml/);
  });

  test("into one folder are refused before anything is written", () => {
    const result = runIn(
      worldOf({ "a/stack.yml": web, "b/stack.yml": web }),
      "compile",
      "a/stack.yml",
      "b/stack.yml",
      "-o",
      "out",
    );
    expect(result).toMatchObject({ code: 2, made: [], stdout: "" });
    expect(result.stderr).toBe(
      "tutum-stack: a/stack.yml and b/stack.yml would both be written to out/docker-compose.yml; list them in " +
        "tutum-stack.json with an output for each\n",
    );
  });

  test.each([
    [["--name", "shop"], "--name names one stack"],
    [["--print", "docker-compose.yml"], "--print prints a file of one stack"],
  ])("with %j are refused", (flags, says) => {
    const result = runIn(
      worldOf({ "a/stack.yml": web, "b/stack.yml": web }),
      "compile",
      "a/stack.yml",
      "b/stack.yml",
      ...flags,
    );
    expect(result).toMatchObject({ code: 2, made: [], stderr: expect.stringContaining(says) });
  });

  test("have one limit for warnings: beyond it, those with warnings are not compiled", () => {
    const files = { "a/stack.yml": tagged, "b/stack.yml": tagged, "c/stack.yml": web };
    const args = ["compile", ...Object.keys(files), "--max-warnings"];
    expect(runIn(worldOf(files), ...args, "1")).toMatchObject({ code: 1, made: ["c/docker-compose.yml"] });
    expect(runIn(worldOf(files), ...args, "2")).toMatchObject({
      code: 0,
      made: expect.objectContaining({ length: 3 }),
    });
  });

  test("give one document", () => {
    const files = worldOf({ "a/stack.yml": tagged, "b/stack.yml": tagged });
    const { stderr } = runIn(files, "compile", "a/stack.yml", "b/stack.yml", "--format", "json");
    const { warnings, diagnostics } = JSON.parse(stderr) as { warnings: number; diagnostics: { file: string }[] };
    expect(warnings).toBe(2);
    expect(diagnostics.map(({ file }) => file)).toEqual(["a/stack.yml", "b/stack.yml"]);
  });
});

describe("a folder", () => {
  const names = [
    "stack.yml",
    "stackfile.yaml",
    "tutum.yml",
    "docker-cloud.yaml",
    "dockercloud.yml",
    "tutum-staging.yml",
    "stack.prod.yml",
    "docker-cloud-test_2.yml",
  ];

  test.each(names)("means %s", (name) => {
    const files = worldOf({ [`deploy/${name}`]: web, "deploy/other.yml": web, "deploy/below/stack.yml": web });
    expect(runIn(files, "validate", "deploy").stdout).toBe(`tutum-stack: deploy/${name} is valid\n`);
  });

  test("means all of them", () => {
    const files = worldOf(Object.fromEntries(names.map((name) => [`deploy/${name}`, web])));
    expect(runIn(files, "validate", "deploy").stdout).toBe(`tutum-stack: all ${names.length} files are valid\n`);
  });

  test.each(["docker-compose.yml", "docker-stack.yml", "mystack.yml", "stack.json", "stack.prod.eu.yml", "stacks.yml"])(
    "with a stack file does not mean %s",
    (name) => {
      const files = worldOf({ "deploy/tutum.yml": web, [`deploy/${name}`]: web });
      expect(runIn(files, "validate", "deploy").stdout).toBe("tutum-stack: deploy/tutum.yml is valid\n");
    },
  );

  test("without such a name means the YAML files with a service at their top", () => {
    const files = worldOf({
      "deploy/shop.yml": web,
      "deploy/blog.yaml": `${web}db:\n`,
      "deploy/docker-compose.yml": "services:\n  web:\n    image: nginx\n",
      "deploy/list.yml": "- image: nginx\n",
      "deploy/broken.yml": "web: [\n",
      "deploy/notes.txt": web,
    });
    const { stdout } = runIn(files, "validate", "deploy", "--format", "junit");
    expect([...stdout.matchAll(/<testsuite name="([^"]*)"/g)].map(([, name]) => name)).toEqual([
      "deploy/blog.yaml",
      "deploy/shop.yml",
    ]);
  });

  test("without a stack file is a problem", () => {
    expect(runIn(worldOf({ "deploy/readme.md": "" }), "validate", "deploy")).toMatchObject({
      code: 2,
      stderr: "tutum-stack: there is no stack file in deploy\n",
    });
  });
});

describe("output of another stack file", () => {
  const files = () => {
    const world = worldOf({ "a/stack.yml": web, "b/stack.yml": job });
    run(["compile", "a/stack.yml", "-o", "out"], { files: world });
    return world;
  };

  test("is never overwritten, and the header says whose it is", () => {
    const world = files();
    expect(world.texts()["/shop/out/docker-compose.yml"]).toMatch(
      /^# Generated by tutum-stack from \.\.\/a\/stack\.yml\. /,
    );
    const result = runIn(world, "compile", "b/stack.yml", "-o", "out");
    expect(result).toMatchObject({ code: 2, made: [] });
    expect(result.stderr).toBe(
      "tutum-stack: will not overwrite out/docker-compose.yml: it was compiled from a/stack.yml; choose another folder " +
        "with --output, or list the stacks in tutum-stack.json with an output for each\n",
    );
  });

  test("is overwritten with --force", () => {
    expect(runIn(files(), "compile", "b/stack.yml", "-o", "out", "--force").code).toBe(0);
  });

  test("is overwritten when that stack file is gone, and by the same stack file again", () => {
    const world = files();
    expect(runIn(world, "compile", "a/stack.yml", "-o", "out", "--target", "compose").code).toBe(0);
    world.contents.delete("/shop/a/stack.yml");
    expect(runIn(world, "compile", "b/stack.yml", "-o", "out").code).toBe(0);
  });

  test("is not removed either", () => {
    const world = worldOf({ "a/stack.yml": job, "b/stack.yml": web });
    run(["compile", "a/stack.yml", "-o", "out"], { files: world });
    world.contents.delete("/shop/out/docker-compose.yml");
    expect(runIn(world, "compile", "b/stack.yml", "-o", "out")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("will not overwrite out/autodestroy.json: it was compiled from a/stack.yml"),
    });
    expect(world.texts()["/shop/out/autodestroy.json"]).toBeDefined();
  });
});

describe("tutum-stack.json", () => {
  const list = (stacks: readonly object[]): string => JSON.stringify({ stacks });
  const repository = (stacks: readonly object[], more: Readonly<Record<string, string>> = {}): MemoryFiles =>
    worldOf({
      "tutum-stack.json": list(stacks),
      "shop/stack.yml": job,
      "blog/tutum.yml": tagged,
      ...more,
    });

  test("compile without arguments compiles all", () => {
    const world = repository([
      { file: "shop/stack.yml", name: "market", output: "deploy/shop", settle: 30, sidecar: "none" },
      { file: "blog/tutum.yml", target: "swarm" },
    ]);
    const result = runIn(world, "compile");
    expect(result).toMatchObject({
      code: 0,
      made: ["blog/docker-stack.yml", "deploy/shop/autodestroy.json", "deploy/shop/docker-compose.yml"],
    });
    expect(JSON.parse(result.files["/shop/deploy/shop/autodestroy.json"]!)).toMatchObject({
      stack: "market",
      settleSeconds: 30,
    });
  });

  test("--check checks all, and shows what differs", () => {
    const world = repository([{ file: "shop/stack.yml" }, { file: "blog/tutum.yml" }]);
    run(["compile"], { files: world });
    expect(runIn(world, "compile", "--check")).toMatchObject({ code: 0 });
    const text = world.texts()["/shop/blog/docker-compose.yml"]!.replace("nginx", "httpd");
    world.contents.set("/shop/blog/docker-compose.yml", { bytes: Buffer.from(text), mode: 0o644 });
    const { code, stderr } = runIn(world, "compile", "--check");
    expect(code).toBe(1);
    expect(stderr).toContain("\n-    image: httpd\n+    image: nginx\n");
    expect(lastLine(stderr)).toBe("tutum-stack: not up to date: blog/docker-compose.yml differs (1 warning)");
  });

  test("--check beside a mistake does not say that all is up to date", () => {
    const world = repository([{ file: "shop/stack.yml" }, { file: "blog/tutum.yml" }]);
    run(["compile"], { files: world });
    world.contents.set("/shop/blog/tutum.yml", { bytes: Buffer.from("web:\n"), mode: 0o644 });
    const { code, stderr } = runIn(world, "compile", "--check");
    expect(code).toBe(1);
    expect(lastLine(stderr)).toMatch(/^tutum-stack: blog\/tutum\.yml was not compiled \(1 error.*\)$/);
  });

  test("validate without arguments checks all", () => {
    expect(runIn(repository([{ file: "shop/stack.yml" }, { file: "blog/tutum.yml" }]), "validate").stdout).toBe(
      "tutum-stack: all 2 files are valid\n",
    );
  });

  test("leaves out the volume with runs", () => {
    const stacks = JSON.stringify({ stacks: [{ file: "stack.yml", runs: "none" }] });
    const { files } = run(["compile"], { files: worldOf({ "stack.yml": job, "tutum-stack.json": stacks }) });
    expect(files["/shop/docker-compose.yml"]).toContain("autodestroy");
    expect(files["/shop/docker-compose.yml"]).not.toContain("autodestroy-runs");
  });

  test("has the variables of links written", () => {
    const stack = "web:\n  image: nginx\n  links: [db]\ndb:\n  image: redis\n";
    const files = { "stack.yml": stack, "tutum-stack.json": list([{ file: "stack.yml", linkVariables: true }]) };
    expect(runIn(worldOf(files), "compile").files["/shop/docker-compose.yml"]).toContain("DB_PORT");
  });

  test("allows warnings of a stack", () => {
    const world = repository([{ file: "blog/tutum.yml", allow: ["not-in-target:tags"] }]);
    expect(runIn(world, "compile", "--strict").code).toBe(0);
    expect(runIn(repository([{ file: "blog/tutum.yml" }]), "compile", "--strict").code).toBe(1);
  });

  test("counts for a file that is named, too", () => {
    const world = repository([{ file: "shop/stack.yml", name: "market" }]);
    expect(runIn(world, "compile", "shop/stack.yml").files["/shop/shop/autodestroy.json"]).toContain(
      '"stack": "market"',
    );
  });

  test("flags win over it", () => {
    const world = repository([{ file: "shop/stack.yml", name: "market", target: "swarm", settle: 30 }]);
    const result = runIn(world, "compile", "--name", "bazaar", "--target", "compose", "--settle", "5", "-o", "out");
    expect(result.made).toEqual(["out/autodestroy.json", "out/docker-compose.yml"]);
    expect(JSON.parse(result.files["/shop/out/autodestroy.json"]!)).toMatchObject({
      stack: "bazaar",
      settleSeconds: 5,
    });
  });

  test("may have a stack file once for each target, and --target chooses among them", () => {
    const stacks = [{ file: "shop/stack.yml" }, { file: "shop/stack.yml", target: "swarm" }];
    expect(runIn(repository(stacks), "compile").made).toHaveLength(4);
    expect(runIn(repository(stacks), "compile", "shop", "--target", "swarm").made).toEqual([
      "shop/autodestroy.swarm.json",
      "shop/docker-stack.yml",
    ]);
  });

  test("above the current folder counts in the same repository, for the stack of this folder", () => {
    const files = { "/tutum-stack.json": list([{ file: "shop/stack.yml", name: "market" }]), "/shop/stack.yml": job };
    const inRepository = new MemoryFiles({ ...files, "/.git": "" });
    expect(run(["compile"], { files: inRepository }).files["/shop/autodestroy.json"]).toContain('"stack": "market"');
    const outside = new MemoryFiles(files);
    expect(run(["compile"], { files: outside }).files["/shop/autodestroy.json"]).toContain('"stack": "shop"');
    const ofAnother = new MemoryFiles({ ...files, "/shop/.git": "" });
    expect(run(["compile"], { files: ofAnother }).files["/shop/autodestroy.json"]).toContain('"stack": "shop"');
  });

  test.each(["compile", "validate"])("%s does nothing when it has a mistake", (command) => {
    const world = repository([{ file: "../shop/stack.yml" }]);
    const result = runIn(world, command);
    expect(result).toMatchObject({ code: 1, made: [] });
    expect(`${result.stdout}${result.stderr}`).toContain("error[bad-config]");
  });

  test("with a text that is no JSON says where", () => {
    const { code, stderr } = runIn(worldOf({ "tutum-stack.json": '{ "stacks": [ ', "stack.yml": web }), "compile");
    expect(code).toBe(1);
    expect(stderr).toContain("--> tutum-stack.json:1:");
  });

  test("is as docs/many-stacks.md shows it, and so are the comments there", () => {
    const [json = "", yaml = ""] = blocksOf({ path: "", text: pageOf("docs/many-stacks.md") }).flatMap(
      ({ language, text }) => (["json", "yaml"].includes(language) ? [text] : []),
    );
    const world = worldOf({ "tutum-stack.json": json, "shop/stack.yml": web, "blog/tutum.yml": tagged });
    expect(runIn(world, "compile")).toMatchObject({
      code: 0,
      made: ["blog/docker-compose.yml", "blog/docker-stack.yml", "deploy/shop/docker-compose.yml"],
    });
    expect(runIn(worldOf({ "stack.yml": yaml }), "compile", "--strict").code).toBe(0);
  });

  test("pollutes no prototype", () => {
    const world = worldOf({ "tutum-stack.json": '{ "__proto__": { "force": true }, "stacks": [] }', "stack.yml": web });
    expect(runIn(world, "compile").stderr).toContain("there is no setting `__proto__`");
    expect(({} as { force?: boolean }).force).toBeUndefined();
  });
});

describe("validate --target", () => {
  test.each(["compose", "swarm"])("agrees with compile: %s", (target) => {
    for (const text of [web, tagged, job, "db:\n  image: redis\n  volumes: [/data]\n"]) {
      const files = () => worldOf({ "stack.yml": text });
      const args = ["--target", target, "--strict"];
      expect(runIn(files(), "validate", ...args).code).toBe(runIn(files(), "compile", ...args).code);
    }
  });

  test("writes nothing", () => {
    expect(runIn(worldOf({ "stack.yml": tagged }), "validate", "--target", "compose")).toMatchObject({
      code: 0,
      made: [],
      stdout: expect.stringContaining("warning[not-in-target]"),
    });
  });
});
