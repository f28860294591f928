import { expect, test } from "vitest";
import { parse } from "yaml";
// @ts-expect-error -- the script has no types
import * as script from "../../scripts/terminal-picture.mjs";
import { compile } from "../../src/compile.ts";
import { expectFile, pathOf } from "../support/fixtures.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";
import { blocksOf, pageOf, pages, sectionOf, snippetOf } from "../support/pages.ts";

const { terminalPicture } = script as {
  readonly terminalPicture: (command: string, printed: string) => string;
};
const stack = snippetOf("yaml", "tutum.yml", "README.md");
const inShop = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  run(args, { files: new MemoryFiles({ "/shop/tutum.yml": stack }), env });
const compiled = (options: { readonly linkVariables?: true } = {}) =>
  Object.fromEntries(compile(stack, { name: "shop", ...options }).files.map(({ name, text }) => [name, text]));

test("the README has at most 150 lines", () => {
  expect(pageOf("README.md").split("\n").length - 1).toBeLessThanOrEqual(150);
});

test("its picture shows what compile says about its stack file (npm run bless)", () => {
  const { code, stdout, stderr } = inShop(["compile"], { FORCE_COLOR: "1" });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expectFile(pathOf("..", "docs", "pictures", "terminal.svg"), terminalPicture("tutum-stack compile", stderr));
});

test("the text for who does not see the picture counts what is in it", () => {
  const { stderr } = inShop(["compile"]);
  expect(stderr.match(/^warning\[/gm)).toHaveLength(4);
  expect(stderr).toMatch(/wrote docker-compose\.yml and autodestroy\.json and haproxy\.cfg \(4 warnings\)/);
  expect(pageOf("README.md")).toContain("![tutum-stack compile prints four warnings,");
});

test("its table is what lifecycle prints", () => {
  const page = pages.find(({ path }) => path === "README.md")!;
  const [shown] = blocksOf(page).filter(({ language }) => language === "text");
  expect(shown!.text).toBe(inShop(["lifecycle", "tutum.yml"]).stdout);
});

test("the stack compiles to what the README says: HAProxy, a named volume, a sidecar", () => {
  const files = compiled();
  const { services, volumes } = parse(files["docker-compose.yml"]!) as {
    readonly services: Readonly<Record<string, { readonly image: string; readonly volumes?: readonly string[] }>>;
    readonly volumes: object;
  };
  expect(services["lb"]!.image).toBe("haproxy:3.2-alpine");
  expect(files["haproxy.cfg"]).toContain("server-template WEB_ 10 web:8000");
  expect(services["db"]!.volumes).toEqual(["db-var-lib-postgresql-data:/var/lib/postgresql/data"]);
  expect(Object.keys(volumes)).toContain("db-var-lib-postgresql-data");
  expect(services["autodestroy"]).toBeDefined();
  expect(inShop(["compile"]).stderr).toContain("the host `db-1` in `environment` does not exist any more");
});

test("the README and docs/comparison.md compare the same", () => {
  const tableOf = (text: string) => text.split("\n").filter((line) => line.startsWith("|"));
  const short = tableOf(sectionOf("README.md", "## Other ways"));
  expect(short.length).toBeGreaterThan(5);
  expect(tableOf(pageOf("docs/comparison.md"))).toEqual(short);
});

const claims: Readonly<Record<string, () => void>> = {
  "reads this file": () => {
    expect(compile(stack, { name: "shop" }).files).not.toEqual([]);
  },
  result: () => {
    const names = (["compose", "swarm"] as const).map(
      (target) => compile(stack, { name: "shop", target }).files[0]!.name,
    );
    expect(names).toEqual(["docker-compose.yml", "docker-stack.yml"]);
  },
  "`autorestart`, `autodestroy`, `tags`": () => {
    const files = compiled();
    expect(files["docker-compose.yml"]).toMatch(/ {2}web:\n(?: {4}.*\n)* {4}restart: always\n/);
    expect(files["autodestroy.json"]).toContain('"autodestroy": "ON_SUCCESS"');
    expect(inShop(["compile"]).stderr).toContain("`tags` has no equivalent in a Compose file");
  },
  "says what is lost": () => {
    const places = inShop(["compile", "--format", "compact"]).stderr.match(/^tutum\.yml:\d+:\d+: warning: /gm);
    expect(places).toHaveLength(4);
  },
  "the old load balancer": () => {
    expect(compiled()).toHaveProperty(["haproxy.cfg"]);
  },
  "variables of links": () => {
    expect(compiled({ linkVariables: true })["docker-compose.yml"]).toContain('DB_PORT_5432_TCP_ADDR: "db"');
  },
  "removes the container of a job": () => {
    const { stdout } = inShop(["lifecycle", "tutum.yml", "migrate"]);
    expect(stdout).toMatch(/^migrate +OFF +ON_SUCCESS +remove +keep /m);
  },
  "Compose files": () => {
    const { code, stdout } = run(["validate", "-"], { stdin: "services:\n  web:\n    image: nginx\n" });
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining("error[compose-file]") });
  },
};

test("every line of the comparison has a test of what it says about tutum-stack", () => {
  const rows = sectionOf("README.md", "## Other ways").matchAll(/^\| (?!---)([^|]+) \|/gm);
  expect([...rows].map(([, row]) => row)).toEqual(Object.keys(claims));
});

test.each(Object.entries(claims))("the comparison: %s", (_, check) => check());
