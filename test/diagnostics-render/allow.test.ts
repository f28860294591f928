import { describe, expect, test } from "vitest";
import { compile, validate } from "../../src/compile.ts";
import { catalogue, type Code } from "../../src/diagnostics/catalogue/index.ts";
import { parseAllowance } from "../../src/diagnostics/allow.ts";
import { codesOf as allCodesOf } from "../../src/diagnostics/catalogue/entries.ts";
import type { TargetName } from "../../src/targets/index.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";

const codesOf = (text: string, target: TargetName = "compose"): readonly Code[] =>
  compile(text, { name: "shop", target }).diagnostics.map(({ code }) => code);
const tagged = "web:\n  image: nginx\n  tags: [fast]\n  roles: [global]\n";

describe("--allow", () => {
  const shown = (...args: readonly string[]) =>
    run(["compile", "--format", "compact", ...args], { files: new MemoryFiles({ "/shop/stack.yml": tagged }) });

  test("CODE ignores the warnings of a code", () => {
    expect(shown("--allow", "not-in-target").stderr).not.toContain("warning");
  });

  test("CODE:FIELD ignores those about one field", () => {
    const { stderr } = shown("--allow", "not-in-target:tags");
    expect(stderr).not.toContain("`tags`");
    expect(stderr).toContain("`roles`");
    expect(shown("--allow", "not-in-target:tags,not-in-target:roles", "--strict").code).toBe(0);
  });

  test.each([
    ["not-in-targets", 'There is no warning "not-in-targets"'],
    ["bad-port", 'There is no warning "bad-port"'],
    ["not-in-target:tag", 'Services have no field "tag"'],
    ["not-in-target:", 'Services have no field ""'],
    ["not-in-target:__proto__", 'Services have no field "__proto__"'],
  ])("%s is wrong use", (words, says) => {
    const { code, stderr } = shown("--allow", words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
  });
});

describe("# tutum-stack: allow", () => {
  test.each([
    ["on the line before a service", "# tutum-stack: allow not-in-target\n", tagged],
    ["at the end of a service's line", "", tagged.replace("web:", "web: # tutum-stack: allow not-in-target")],
    ["with other comments between", "# tutum-stack: allow not-in-target\n# Our web server\n", tagged],
    ["without spaces", "#tutum-stack:allow not-in-target:tags,not-in-target:roles\n", tagged],
    ["in a file with carriage returns", "", `# tutum-stack: allow not-in-target\n${tagged}`.replaceAll("\n", "\r\n")],
    [
      "in a file with lone carriage returns",
      "",
      `# tutum-stack: allow not-in-target\n${tagged}`.replaceAll("\n", "\r"),
    ],
  ])("%s allows it", (_, comment, text) => {
    expect(codesOf(`${comment}${text}`)).toEqual([]);
  });

  test("covers what a service merges from a template", () => {
    const template = "x-base: &base\n  tags: [fast]\n";
    const service = "web:\n  <<: *base\n  image: nginx\n";
    expect(codesOf(`${template}${service}`)).toEqual(["not-in-target"]);
    expect(codesOf(`${template}# tutum-stack: allow not-in-target:tags\n${service}`)).toEqual([]);
  });

  test("does not cover the next service", () => {
    expect(codesOf(`# tutum-stack: allow not-in-target\n${tagged}${tagged.replace("web", "db")}`)).toEqual([
      "not-in-target",
      "not-in-target",
    ]);
  });

  test("stays an error's neighbour: an error is reported, and nothing is said of comments", () => {
    const text = `# tutum-stack: allow not-in-target, dead-name\n${tagged}db:\n`;
    expect(codesOf(text)).toEqual(["empty-service"]);
  });

  test("that allows a warning of another target is no mistake", () => {
    const text =
      "db:\n  image: redis\n  target_num_containers: 2\n  volumes: # tutum-stack: allow partly-in-target\n    - /data\n";
    expect(codesOf(text)).toEqual([]);
    expect(codesOf(text, "swarm").filter((code) => code !== "image-volume")).toEqual([]);
    expect(validate(text)).toEqual([]);
  });

  test("that allows a warning which depends on --interpolate is no mistake with it", () => {
    const text = "web:\n  image: nginx\n  user: $USER # tutum-stack: allow dollar-is-text\n";
    for (const interpolate of [true, false])
      expect(compile(text, { name: "shop", interpolate }).diagnostics).toEqual([]);
  });

  test("in a text is text", () => {
    const text =
      'web:\n  image: nginx\n  command: |\n    # tutum-stack: allow dead-name\n    run "# tutum-stack: allow x"\n';
    expect(codesOf(text)).toEqual([]);
  });

  test("thousands of them, within each other and beside each other, are looked through once", () => {
    const count = 20_000;
    const items = Array.from(
      { length: count },
      (_, index) => `    - A${index}_HOST=db-1 # tutum-stack: allow dead-name\n`,
    );
    expect(codesOf(`web:\n  image: nginx\n  environment:\n${items.join("")}db:\n  image: a\n`)).toEqual([]);
  });
});

test("every warning can be allowed, and no error", () => {
  expect(allCodesOf("warning").length).toBeGreaterThan(30);
  for (const [code, { severity }] of Object.entries(catalogue))
    expect(parseAllowance(code) !== undefined).toBe(severity === "warning");
});
