import { describe, expect, test } from "vitest";
import { MemoryFiles, run, type Run } from "../support/memory-io.ts";

const web = "web:\n  image: nginx\n";
const broken = "web:\n";
const job = "job:\n  image: busybox\n  autodestroy: ALWAYS\n";
const balancer = `lb:\n  image: tutum/haproxy\n  links: [web]\n${web}  expose: ["80"]\n`;

function worldOf(files: Readonly<Record<string, string>>): MemoryFiles {
  return new MemoryFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [`/shop/${name}`, text])));
}

function migrate(files: MemoryFiles | Readonly<Record<string, string>>, ...args: readonly string[]): Run {
  return run(["migrate", ...args], { files: files instanceof MemoryFiles ? files : worldOf(files) });
}

describe("the exit code", () => {
  test("is 0 if all stacks compile, and standard error says nothing", () => {
    expect(migrate({ "stack.yml": `${web}  tags: [fast]\n` })).toMatchObject({ code: 0, stderr: "" });
  });

  test("is 1 if one does not, which comes first", () => {
    const { code, stdout } = migrate({ "a/stack.yml": web, "b/stack.yml": broken }, "a", "b");
    expect(code).toBe(1);
    expect(stdout.match(/^## \d.*/gm)).toEqual(["## 1. `b/stack.yml`", "## 2. `a/stack.yml`"]);
    expect(run(["migrate", "--help"]).stdout).toContain("The exit code is 1 if a stack file does not compile");
  });

  test("is 2 if a file cannot be read; the others are on the page", () => {
    const { code, stdout, stderr } = migrate({ "stack.yml": web }, "nope.yml", "stack.yml");
    expect(code).toBe(2);
    expect(stderr).toBe("tutum-stack: cannot read nope.yml: no such file\n");
    expect(stdout).toContain("# Migration of 1 stack\n");
  });

  test.each([
    [[], "there is no stack file in .; name folders that have one, as in `tutum-stack migrate */`\n"],
    [["nope.yml"], "cannot read nope.yml: no such file"],
  ])("is 2 without a page for %j where there is nothing", (args, says) => {
    const result = migrate({ "readme.txt": "" }, ...args);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain(says);
  });
});

test("a file with thousands of mistakes has a page that can be read", () => {
  const services = Array.from({ length: 3000 }, (_, index) => `s${index}:\n  imgae: nginx\n`).join("");
  const { code, stdout } = migrate({ "stack.yml": services });
  expect(code).toBe(1);
  expect(stdout.split("\n").length).toBeLessThan(500);
  expect(stdout).toMatch(/^- and \d+ more$/m);
});

describe("without arguments", () => {
  test("it means the stack files of the folder, though there are several", () => {
    expect(migrate({ "tutum.yml": web, "stack.yml": web }).stdout).toContain("# Migration of 2 stacks\n");
  });

  test("it means the stacks of tutum-stack.json", () => {
    const list = JSON.stringify({ stacks: [{ file: "a/stack.yml" }] });
    const { stdout } = migrate({ "tutum-stack.json": list, "a/stack.yml": web, "stack.yml": web });
    expect(stdout).toContain("# Migration of 1 stack\n");
    expect(stdout).toContain("`a/stack.yml`");
  });

  test("it makes no page of a tutum-stack.json with a mistake", () => {
    const result = migrate({ "tutum-stack.json": "{", "stack.yml": web });
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("tutum-stack.json:1:");
  });
});

describe("the options of compile", () => {
  test.each([
    { args: [], says: "HAProxy replaces the load balancer" },
    { args: ["--balancer", "keep"], says: "no longer maintained" },
    { args: ["--target", "swarm"], says: "`docker-stack.yml`" },
    { args: ["--name", "market"], says: "docker compose --project-name market " },
    { args: ["--allow", "balancer-replaced"], says: "- You allow `balancer-replaced:image`.\n" },
  ])("$args", ({ args, says }) => {
    expect(migrate({ "stack.yml": balancer }, ...args).stdout).toContain(says);
  });

  test("--link-variables is in the commands, too", () => {
    const { stdout } = migrate(
      { "a/stack.yml": `${web}  links: [db]\ndb:\n  image: redis\n` },
      "a",
      "--link-variables",
    );
    expect(stdout).not.toContain("link-variables:links");
    expect(stdout).toContain("\ntutum-stack compile --link-variables a/stack.yml\n");
  });

  test("--sidecar none and an image of one's own need no image to be built", () => {
    const step = "tutum-stack sidecar-image";
    expect(migrate({ "stack.yml": job }).stdout).toContain(step);
    expect(migrate({ "stack.yml": job }, "--sidecar", "none").stdout).not.toContain(step);
    expect(migrate({ "stack.yml": job }, "--sidecar-image", "registry.example.com/sidecar").stdout).not.toContain(step);
  });

  test("a comment that allows a warning leaves it out, and does not say that nothing is lost", () => {
    const { stdout } = migrate({ "stack.yml": `# tutum-stack: allow not-in-target\n${web}  tags: [fast]\n` });
    expect(stdout).toContain("- You allow `not-in-target:tags`.\n");
    expect(stdout).toContain("- Settings: `image`.\n");
  });

  test("--name names one stack", () => {
    expect(migrate({ "a/stack.yml": web, "b/stack.yml": web }, "a", "b", "--name", "shop")).toMatchObject({ code: 2 });
  });

  test("standard input", () => {
    const { stdout } = run(["migrate", "-"], { stdin: web });
    expect(stdout).toContain("## 1. `stdin`\n");
    expect(stdout).not.toContain("tutum-stack.json");
  });
});

describe("the proposed tutum-stack.json", () => {
  test("leaves out a file that is no stack file", () => {
    const { stdout } = migrate(
      { "a/stack.yml": web, "b/stack.yml": "services:\n  web:\n    image: nginx\n" },
      "a",
      "b",
    );
    expect(stdout).toContain('{ "file": "a/stack.yml", "name": "a" }\n');
    expect(stdout).not.toContain('"b/stack.yml"');
  });

  test("is missing where it could not list the stacks, or would list none", () => {
    const elsewhere = new MemoryFiles({ "/other/stack.yml": web });
    expect(migrate(elsewhere, "../other").stdout).not.toContain("tutum-stack.json");
    expect(migrate({ "stack.yml": "" }).stdout).not.toContain("tutum-stack.json");
  });
});

describe("--output", () => {
  const world = (): MemoryFiles => worldOf({ "stack.yml": web, "notes.md": "# My notes\n" });

  test("writes the page, and only says so", () => {
    const { stdout } = migrate(world());
    const result = migrate(world(), "-o", "docs/move.md");
    expect(result).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "tutum-stack: wrote docs/move.md (1 works as before)\n",
    });
    expect(result.files["/shop/docs/move.md"]).toBe(stdout);
  });

  test.each([["markdown"], ["json"]])("overwrites what it has written itself: %s", (format) => {
    const files = world();
    const args = ["-o", "move", "--format", format];
    expect(migrate(files, ...args).code).toBe(0);
    files.contents.set("/shop/stack.yml", { bytes: Buffer.from(balancer), mode: 0o644 });
    expect(migrate(files, ...args).code).toBe(0);
    expect(files.texts()["/shop/move"]).toContain("balancer-replaced");
  });

  test("refuses a file of somebody else, unless it is forced", () => {
    const files = world();
    const refused = migrate(files, "-o", "notes.md");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("will not overwrite notes.md: tutum-stack did not generate it");
    expect(files.texts()["/shop/notes.md"]).toBe("# My notes\n");
    expect(migrate(files, "-o", "notes.md", "--force").code).toBe(0);
  });

  test("never overwrites a stack file", () => {
    const files = world();
    const refused = migrate(files, "-o", "stack.yml", "--force");
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain("it is the stack file itself");
    expect(files.texts()["/shop/stack.yml"]).toBe(web);
  });
});
