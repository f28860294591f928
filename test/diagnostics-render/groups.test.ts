import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { catalogue } from "../../src/diagnostics/catalogue/index.ts";
import { countWarnings, grouped } from "../../src/diagnostics/groups.ts";
import { formats } from "../../src/diagnostics/render/index.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";
import { readReport } from "../support/read-report.ts";

const diagnosticsOf = (text: string) => compile(text, { name: "shop" }).diagnostics;
const tagged = (names: readonly string[]): string =>
  names.map((name) => `${name}:\n  image: nginx\n  tags: [fast]\n`).join("");

describe("warnings of one code and field", () => {
  test("are one, which shows the first place and lists the services of the others", () => {
    const [only, ...others] = grouped(diagnosticsOf(tagged(["web", "db", "worker"])));
    expect(others).toEqual([]);
    expect(only).toMatchObject({ service: "web", field: "tags", labels: [{ start: { line: 3 } }] });
    expect(only!.notes.at(-1)).toBe("the same is true of services `db` (line 6) and `worker` (line 9)");
  });

  test("of another field are another", () => {
    const text = `${tagged(["web", "db"])}  roles: [global]\n`;
    expect(grouped(diagnosticsOf(text)).map(({ field }) => field)).toEqual(["tags", "roles"]);
  });

  test("of another file are another", () => {
    const files = new MemoryFiles({
      "/shop/a.yml": "web:\n  image: x\n  hostname: $A\n",
      "/shop/b.yml": "web:\n  image: x\n  hostname: $A\n",
    });
    expect(run(["validate", "a.yml", "b.yml"], { files }).stdout).toContain("all 2 files are valid (2 warnings)");
  });

  test("that say something else are notes with their lines, and with what to do there", () => {
    const text =
      "web:\n  image: nginx\n  environment:\n    - DB_HOST=db-1\n    - CACHE_HOST=cache-1\n    - OLD_DB_HOST=db-1\n" +
      "db:\n  image: a\ncache:\n  image: b\n";
    const [only] = grouped(diagnosticsOf(text));
    expect(only!.notes.at(-2)).toBe("the same is true of service `web` (line 6)");
    expect(only!.notes.at(-1)).toMatch(/^line 5: .*`cache-1`/);
    expect(only!.help).toEqual(["lines 4 and 6: write `db`", "line 5: write `cache`"]);
  });

  test("of thousands of services are a few lines", () => {
    const names = Array.from({ length: 5000 }, (_, index) => `s${index}`);
    const { notes } = grouped(diagnosticsOf(tagged(names)))[0]!;
    expect(notes.at(-1)).toMatch(/^the same is true of services `s1` \(line 6\), .* `s8` \(line 27\) and 4991 more$/);
  });
});

test("errors stay as they are", () => {
  const diagnostics = diagnosticsOf("a:\nb:\n");
  expect(diagnostics.map(({ code }) => code)).toEqual(["empty-service", "empty-service"]);
  expect(grouped(diagnostics)).toEqual(diagnostics);
});

describe.each(Object.entries(formats))("--format %s", (name, { places }) => {
  const files = { "/shop/stack.yml": tagged(["web", "db"]) };
  const shown = (...args: readonly string[]) =>
    run(["compile", "--format", name, ...args], { files: new MemoryFiles(files) });

  test(`shows ${places} place`, () => {
    const lines = readReport[name as keyof typeof readReport](shown().stderr).map(({ line }) => line);
    expect(lines).toEqual(places === "every" ? [3, 6] : [3]);
  });

  test("counts a warning once", () => {
    expect(shown("--max-warnings", "1").code).toBe(0);
    expect(shown("--max-warnings", "0").code).toBe(1);
  });
});

test("the formats for programs keep every place", () => {
  expect(Object.entries(formats).flatMap(([name, { places }]) => (places === "every" ? [name] : []))).toEqual([
    "json",
    "sarif",
  ]);
});

describe("the order", () => {
  const text =
    "web:\n  image: nginx\n  environment:\n    - API_TOKEN=8f14e45fceea\n  tags: [fast]\n" +
    "db:\n  image: tutum.co/me/db\n";

  test("is what stops the stack, then what is lost, then hints", () => {
    expect(diagnosticsOf(text).map(({ code }) => code)).toEqual(["dead-registry", "not-in-target", "secret-in-file"]);
  });

  test("ends with what is only rewritten", () => {
    const balancer = "lb:\n  image: tutum/haproxy\n  links: [app]\napp:\n  image: example/app\n";
    expect(diagnosticsOf(balancer).map(({ code }) => code)).toEqual(["unknown-backend-port", "balancer-replaced"]);
  });

  test("is errors first", () => {
    expect(diagnosticsOf(`${text}job:\n`).map(({ severity }) => severity)).toEqual(["error", "warning", "warning"]);
  });

  test("is known of every warning, and of no error", () => {
    for (const entry of Object.values(catalogue)) expect("harm" in entry).toBe(entry.severity === "warning");
  });
});

test("one line says how to learn more, about the worst finding", () => {
  const files = new MemoryFiles({ "/shop/stack.yml": tagged(["web", "db"]) });
  const { stderr } = run(["compile"], { files });
  expect(stderr.match(/explain/g)).toHaveLength(1);
  expect(stderr).toContain("`tutum-stack explain not-in-target` says more\n");
  expect(
    run(["compile"], { files: new MemoryFiles({ "/shop/stack.yml": "web:\n  image: nginx\n" }) }).stderr,
  ).not.toContain("explain");
});

test("a count is one for each code and field of a file", () => {
  expect(countWarnings(diagnosticsOf(tagged(["a", "b"])))).toBe(1);
  expect(countWarnings([])).toBe(0);
});
