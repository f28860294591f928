import { posix } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { compile } from "../../src/compile.ts";
import { formats } from "../../src/diagnostics/render/index.ts";
import { readConfig } from "../../src/lifecycle/config.ts";
import { MemoryFiles, run, type Run } from "../support/memory-io.ts";

const reserved = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf"];
const prototypeBefore = Object.getOwnPropertyNames(Object.prototype).toSorted();

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(prototypeBefore);
  for (const name of ["image", "polluted", "autodestroy", "A"])
    expect(({} as Record<string, unknown>)[name]).toBeUndefined();
});

const reports = [
  { how: "plain", args: [], isTerminal: false },
  { how: "coloured", args: [], isTerminal: true },
  ...Object.keys(formats).map((format) => ({ how: format, args: ["--format", format], isTerminal: false })),
];

/** What `--format github` may say to GitHub, and nothing else. */
const ownCommand =
  /^::(error|warning) (file=[^:,]+,line=\d+,endLine=\d+(,col=\d+,endColumn=\d+)?,)?title=[a-z0-9.-]+::[^:].*$/;

/** Expects nothing in a text to act on a terminal or on the log of a build service. */
function expectInert(text: string): void {
  const uncoloured = text.replace(/\u001b\[\d+m/g, "");
  expect(uncoloured.match(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu) ?? [], text).toEqual([]);
  expect(uncoloured.split("\n").filter((line) => line.trim().startsWith("::") && !ownCommand.test(line))).toEqual([]);
  expect(uncoloured).not.toMatch(/##(\[|vso\[)/i);
}

describe("keys with a meaning in JavaScript", () => {
  test.each(reserved)("%s as an environment variable and a label is data like any other", (key) => {
    const stack = `web:\n  image: nginx\n  environment:\n    ${key}: polluted\n  labels:\n    ${key}: polluted\n`;
    const { files, diagnostics } = compile(stack, { name: "shop" });
    expect(diagnostics).toEqual([]);
    const read = parse(files[0]!.text, { mapAsMap: true }) as Map<
      string,
      Map<string, Map<string, Map<string, string>>>
    >;
    const web = read.get("services")!.get("web")!;
    expect([...web.get("environment")!]).toEqual([[key, "polluted"]]);
    expect([...web.get("labels")!]).toEqual([[key, "polluted"]]);
  });

  test.each(reserved)("%s in list form", (key) => {
    const { files, diagnostics } = compile(
      `web:\n  image: nginx\n  environment:\n    - ${key}=polluted\n    - ${key}\n`,
      { name: "shop" },
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(["duplicate-variable"]);
    expect(files[0]!.text).toContain(`      ${key}: null\n`);
  });

  test.each(reserved)("%s as a service, with autodestroy and links", (key) => {
    const stack = `${key}:\n  image: nginx\n  autodestroy: ALWAYS\nweb:\n  image: nginx\n  links:\n    - ${key}\n`;
    const { code, stdout, stderr } = run(["compile", "-", "--link-variables", "--print", "autodestroy.json"], {
      stdin: stack,
    });
    if (key === "__proto__") {
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("error[bad-service-name]");
    } else {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain(`    "${key}": {\n      "autorestart": "OFF",\n      "autodestroy": "ALWAYS"\n`);
    }
  });

  test.each(reserved)("%s as a field is unknown", (key) => {
    for (const value of ["polluted", "{ image: polluted }", "{ polluted: true }", "null", "[]"]) {
      const { code, stderr } = run(["compile", "-"], { stdin: `web:\n  image: nginx\n  ${key}: ${value}\n` });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error\[(unknown-field|nested-service)\]/);
    }
  });

  test.each(reserved)("%s as a link, a template, an anchor and a merged key", (key) => {
    const stack = `x-${key}: &${key}\n  image: nginx\n  environment: { ${key}: polluted }\nweb:\n  <<: *${key}\n  links:\n    - "db:${key}"\ndb:\n  <<: *${key}\n`;
    expect(run(["validate", "-", "--link-variables"], { stdin: stack })).toMatchObject({
      code: 0,
      stdout: "tutum-stack: stdin is valid\n",
    });
    expect(run(["validate", "-"], { stdin: `web:\n  image: nginx\n  links:\n    - ${key}\n` }).stdout).toContain(
      "[unknown-service]",
    );
  });

  test.each(reserved)("%s as a value of each choice", (key) => {
    for (const field of ["autorestart", "restart", "autodestroy", "deployment_strategy", "net", "pid"]) {
      const { code, stdout } = run(["validate", "-"], { stdin: `web:\n  image: nginx\n  ${field}: ${key}\n` });
      expect(code).toBe(1);
      expect(stdout).toMatch(/^error\[wrong-value\]/);
    }
  });
});

const dangers = [
  { what: "an escape sequence", escaped: String.raw`\e[2J\e]0;owned\a` },
  { what: "a carriage return", escaped: String.raw`harmless\rtutum-stack: all is well` },
  { what: "a line break and a command of GitHub", escaped: String.raw`x\n::error file=x::owned` },
  { what: "a carriage return and a command of GitHub", escaped: String.raw`x\r::error file=x::owned` },
  { what: "a command of GitHub", escaped: "::error file=x::owned" },
  { what: "a command of Azure", escaped: "##vso[task.setvariable variable=x]y" },
  { what: "a command of an older Azure", escaped: "##[error]owned" },
  { what: "C1 controls", escaped: String.raw`\x9b31mred\x9d0;owned\x9c\x85next` },
  { what: "direction overrides", escaped: String.raw`\u202eowned\u2066\u2069\u200f\u061c` },
  { what: "line and paragraph separators", escaped: String.raw`x\u2028::error::y\u2029::error::z` },
  { what: "NUL and DEL", escaped: String.raw`\0x\x7f` },
  { what: "a half surrogate", escaped: String.raw`\ud800x` },
  { what: "tags and a byte order mark", escaped: String.raw`\U000E0041\ufeff` },
];

describe.each(dangers)("$what", ({ escaped }) => {
  const text = `"${escaped}"`;
  const decoded = parse(text) as string;
  const stacks = {
    "the name of a service": `${text}:\n  image: nginx\n`,
    "the name of an empty service": `${text}:\nweb:\n  image: nginx\n`,
    "a field": `web:\n  image: nginx\n  ${text}: 1\n`,
    "a wrong value": `web:\n  image: nginx\n  autodestroy: ${text}\n  net: ${text}\n`,
    "a wrong item": `web:\n  image: nginx\n  ports: [${text}]\n  volumes: [${text}]\n  links: [${text}]\n  volumes_from: [${text}]\n  mem_limit: ${text}\n`,
    "a variable": `web:\n  image: nginx\n  environment:\n    - ${text}\n    - ${text}\n  labels:\n    ? "io.tutum-stack.${escaped}"\n    : ${text}\n`,
    "a doubled key": `web:\n  image: nginx\n  environment:\n    ${text}: 1\n    ${text}: 2\n`,
    "a template": `"x-${escaped}":\n  image: nginx\nweb:\n  image: nginx\n`,
    "a comment": `# ${escaped}\nweb: # ${escaped}\n`,
    "a variable to fill in": `web:\n  image: "\${X}${escaped}"\n`,
    "a pair in a list": `web:\n  image: nginx\n  environment:\n    - ${text}: ${text}\n`,
  };

  describe.each(reports)("$how", ({ args, isTerminal }) => {
    test.each(Object.entries(stacks))("in %s", (_, stdin) => {
      for (const command of ["compile", "validate"]) {
        const { stdout, stderr } = run([command, "-", ...args], { stdin, isTerminal });
        expectInert(command === "validate" ? stdout : stderr);
        expect(command === "validate" ? stderr : stdout).toBe("");
      }
    });

    test("in the name of the file", () => {
      const path = `/shop/${decoded.replaceAll("/", "")}.yml`;
      for (const stack of ["web:\n", "web:\n  image: nginx\n  tags: [a]\n"]) {
        const { stderr } = run(["compile", path, ...args], { files: new MemoryFiles({ [path]: stack }), isTerminal });
        expectInert(stderr);
      }
    });

    test("in the name of standard input", () => {
      expectInert(run(["validate", "-", "--stdin-filename", decoded, ...args], { stdin: "web:\n", isTerminal }).stdout);
    });
  });

  test.each([
    { where: "a file that does not exist", args: ["validate", decoded] },
    { where: "the name of the stack", args: ["compile", "-", "--name", decoded] },
    { where: "the file to print", args: ["compile", "-", "--print", decoded] },
    { where: "the sidecar's image", args: ["compile", "-", "--sidecar-image", decoded] },
    { where: "the target", args: ["compile", "-", "--target", decoded] },
    { where: "the kind of sidecar", args: ["compile", "-", "--sidecar", decoded] },
    { where: "an option", args: ["compile", `--${decoded}`] },
    { where: "the command", args: [decoded] },
    { where: "a code", args: ["explain", decoded] },
    { where: "a schema", args: ["schema", decoded] },
  ])("in $where", ({ args }) => {
    const { stderr } = run(args, { stdin: "web:\n  image: nginx\n" });
    expectInert(stderr);
  });

  test("in the folder of the output that cannot be written", () => {
    const files = new MemoryFiles({ "/shop/stack.yml": "web:\n  image: nginx\n" });
    files.beforeChange = () => {
      throw Object.assign(new Error("denied"), { code: "EACCES" });
    };
    const { code, stderr } = run(["compile", "-o", decoded], { files });
    expect(code).toBe(2);
    expectInert(stderr);
  });

  test("in the header and the comments of the output", () => {
    const path = `/shop/${decoded.replaceAll("/", "")}.yml`;
    const { files } = run(["compile", path, "-o", "out"], {
      files: new MemoryFiles({ [path]: "web:\n  image: nginx\n" }),
    });
    const text = files["/shop/out/docker-compose.yml"]!;
    expect(text).toMatch(/^# Generated by tutum-stack from /);
    expect(text.match(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu) ?? []).toEqual([]);
    expect(parse(text)).toEqual({ services: { web: { image: "nginx", restart: "no" } } });
  });
});

describe("paths", () => {
  const job = (name: string) => `${JSON.stringify(name)}:\n  image: nginx\n  autodestroy: ALWAYS\n`;
  const paths = [
    "../../etc/passwd",
    "/etc/cron.d/owned",
    "..",
    "../owned.yml",
    "a/../../owned",
    String.raw`..\..\owned`,
  ];

  const absolute = /(^|[\s`"'(])\/(etc\/(cron|passwd)|shop|elsewhere)/m;

  function expectInside({ files }: Run, folder: string, known: readonly string[]): void {
    const outside = Object.keys(files).filter(
      (path) => !known.includes(path) && posix.dirname(posix.normalize(path)) !== folder,
    );
    expect(outside).toEqual([]);
    for (const text of Object.values(files)) expect(text).not.toMatch(absolute);
  }

  test.each(paths)("%s as the name of a service", (name) => {
    const result = run(["compile", "-"], { stdin: job(name) });
    expect(result.code).toBe(1);
    expect(result.files).toEqual({});
  });

  test.each(paths)("%s as the name of the stack", (name) => {
    expectInside(run(["compile", "-", "-o", "out", "--name", name], { stdin: job("web") }), "/shop/out", []);
  });

  test.each(paths)("%s as the name of the file to print", (name) => {
    expect(run(["compile", "-", "--print", name], { stdin: job("web") })).toMatchObject({
      code: 2,
      stdout: "",
      files: {},
    });
  });

  test.each(paths)("%s as the name of standard input, with an output folder", (name) => {
    expectInside(
      run(["compile", "-", "-o", "out", "--name", "shop", "--stdin-filename", name], {
        stdin: `${job("web")}  tags: [a]\n`,
      }),
      "/shop/out",
      [],
    );
  });

  test.each(paths)("%s as the name of standard input, which only messages show", (name) => {
    const result = run(["compile", "-", "--name", "shop", "--stdin-filename", name], { stdin: job("web") });
    expectInside(result, "/shop", []);
  });

  test.each(paths)("%s as the name of standard input is no absolute path in the output", (name) => {
    const printed = run(["compile", "-", "--name", "shop", "--stdin-filename", name, "--print", "docker-compose.yml"], {
      stdin: job("web"),
    });
    expect(printed.stdout).not.toMatch(absolute);
  });

  test("the output of a stack file elsewhere does not say where it was", () => {
    const stack = `${job("web")}  tags: [a]\n`;
    for (const args of [[], ["--check"], ["--print", "docker-compose.yml"]]) {
      const result = run(["compile", "/elsewhere/deep/stack.yml", ...args], {
        files: new MemoryFiles({ "/elsewhere/deep/stack.yml": stack }),
      });
      expectInside(result, "/elsewhere/deep", []);
      for (const text of [result.stdout, result.files["/elsewhere/deep/docker-compose.yml"] ?? ""])
        expect(text).not.toContain("elsewhere");
    }
  });
});

describe("the name of the stack file in the config of the sidecar", () => {
  const names = [
    "\u2028",
    "\u2029",
    "\u0085",
    "\u007f",
    "\ufeff",
    "\u200b",
    "\ud800",
    "é",
    "😀",
    "$X",
    "${X}",
    "{{.Node.ID}}",
    '"',
    "\\",
  ];
  const attack = 'a\u2028    privileged: true\u2028    x-a: {"c": "b.yml';

  test.each([...names.map((name) => `a${name}b.yml`), attack])("%j is text for every reader", (name) => {
    for (const target of ["compose", "swarm"] as const) {
      const { files } = compile("job:\n  image: busybox\n  autodestroy: ALWAYS\n", {
        name: "shop",
        target,
        fileName: name,
      });
      const [file, config] = files;
      for (const version of ["1.1", "1.2"] as const) {
        const { services } = parse(file!.text, { version }) as { services: Record<string, Record<string, unknown>> };
        expect(Object.keys(services["autodestroy"]!)).not.toContain("privileged");
        const { AUTODESTROY_CONFIG: text } = services["autodestroy"]!["environment"] as Record<string, string>;
        const filledIn = text!.replaceAll("$$", "$").replaceAll('{{"{{"}}', "{{");
        expect(target === "compose" ? text!.replaceAll("$$", "$") : filledIn).toBe(config!.text);
      }
      expect(file!.text.slice(file!.text.indexOf("AUTODESTROY_CONFIG"))).toMatch(/^[\n -~]*$/);
      expect(readConfig(config!.text).problems).toBeUndefined();
    }
  });
});
