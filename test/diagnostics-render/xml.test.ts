import { describe, expect, test } from "vitest";
import { MemoryFiles, run } from "../support/memory-io.ts";
import { elementsOf, parseXml, type Element } from "../support/xml.ts";

const files = () => ({
  files: new MemoryFiles({
    "/shop/good.yml": "web:\n  image: nginx\n",
    "/shop/bad.yml": "web:\ndb:\n  image: a\n  image: b\n  hostname: $A\n",
    "/shop/<&\"'>.yml": "web:\n",
  }),
});
const render = (format: string): string =>
  run(["validate", "good.yml", "bad.yml", "<&\"'>.yml", "--format", format], files()).stdout;

interface Rule {
  readonly needs: readonly string[];
  readonly may: readonly string[];
  readonly holds: readonly string[];
}

/**
 * What Jenkins' schema of JUnit reports has for the elements that are used; its xUnit plugin needs `errors` and
 * `failures` besides.
 */
const junit: Readonly<Record<string, Rule>> = {
  testsuites: { needs: [], may: ["name", "time", "tests", "failures", "disabled", "errors"], holds: ["testsuite"] },
  testsuite: {
    needs: ["name", "tests", "failures", "errors"],
    may: ["time", "skipped", "timestamp", "hostname"],
    holds: ["testcase"],
  },
  testcase: { needs: ["name"], may: ["classname", "time", "status", "assertions"], holds: ["failure"] },
  failure: { needs: [], may: ["type", "message"], holds: [] },
};

const checkstyle: Readonly<Record<string, Rule>> = {
  checkstyle: { needs: ["version"], may: [], holds: ["file"] },
  file: { needs: ["name"], may: [], holds: ["error"] },
  error: { needs: ["line", "severity", "message", "source"], may: ["column"], holds: [] },
};

function expectFollows(element: Element, rules: Readonly<Record<string, Rule>>): void {
  const { needs, may, holds } = rules[element.name]!;
  const attributes = Object.keys(element.attributes);
  expect(attributes).toEqual(expect.arrayContaining([...needs]));
  expect(attributes.filter((name) => !needs.includes(name) && !may.includes(name))).toEqual([]);
  if (element.name !== "failure") expect(element.text.trim()).toBe("");
  for (const child of element.children) {
    expect(holds).toContain(child.name);
    expectFollows(child, rules);
  }
}

describe("junit", () => {
  test("has the form that readers document", () => {
    const root = parseXml(render("junit"));
    expect(root.name).toBe("testsuites");
    expectFollows(root, junit);
  });

  test("counts what it holds, in each suite and in all", () => {
    const root = parseXml(render("junit"));
    for (const element of [root, ...root.children]) {
      const { tests, failures, errors } = element.attributes;
      expect({ tests, failures, errors }).toEqual({
        tests: `${elementsOf(element, "testcase").length}`,
        failures: `${elementsOf(element, "failure").length}`,
        errors: "0",
      });
    }
  });

  test("has a suite for each file, and a passed case for one without findings", () => {
    const root = parseXml(render("junit"));
    expect(
      root.children.map(({ attributes, children }) => [
        attributes["name"],
        children.map((found) => found.children.length),
      ]),
    ).toEqual([
      ["good.yml", [0]],
      ["bad.yml", [1, 1, 1]],
      ["<&\"'>.yml", [1]],
    ]);
  });

  test("has no two cases of one name in a file", () => {
    for (const suite of parseXml(render("junit")).children) {
      const names = suite.children.map(({ attributes }) => attributes["name"]);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("shows notes and help", () => {
    const [failure] = elementsOf(parseXml(render("junit")), "failure");
    expect(failure!.text.trim()).toBe(
      "service `web` has no fields\nline 1: empty\nhelp: write `image: NAME` below it, indented",
    );
  });
});

describe("checkstyle", () => {
  test("has the form that readers document", () => {
    const root = parseXml(render("checkstyle"));
    expect(root.name).toBe("checkstyle");
    expectFollows(root, checkstyle);
    expect(elementsOf(root, "error").map(({ attributes }) => attributes["severity"])).toEqual([
      "error",
      "warning",
      "warning",
      "error",
    ]);
  });

  test("names each file, with or without findings", () => {
    expect(parseXml(render("checkstyle")).children.map(({ attributes }) => attributes["name"])).toEqual([
      "good.yml",
      "bad.yml",
      "<&\"'>.yml",
    ]);
  });

  test("shows notes and help", () => {
    const [error] = elementsOf(parseXml(render("checkstyle")), "error");
    expect(error!.attributes["message"]).toBe(
      "service `web` has no fields\nline 1: empty\nhelp: write `image: NAME` below it, indented",
    );
  });
});

describe.each(["junit", "checkstyle"])("%s", (format) => {
  const forbidden = [
    ...Array.from({ length: 0x20 }, (_, code) => code),
    0x7f,
    0x85,
    0xd800,
    0xdfff,
    0xfffe,
    0xffff,
  ].filter((code) => ![0x09, 0x0a, 0x0d].includes(code));

  test("makes characters visible that XML forbids, in names and in texts", () => {
    const name = `${forbidden.map((code) => String.fromCharCode(code)).join("-")}.yml`;
    // No key can hold half a character.
    const inTexts = forbidden.filter((code) => code < 0xd800 || code > 0xdfff);
    const keys = inTexts.map((code) => `"\\u${code.toString(16).padStart(4, "0")}"`);
    const text = `web:\n  image: nginx\n${keys.map((key) => `  ${key}: 1\n`).join("")}`;
    const { stdout } = run(["validate", name, "--format", format], {
      files: new MemoryFiles({ [`/shop/${name}`]: text }),
    });
    const shown = JSON.stringify(parseXml(stdout));
    for (const code of forbidden)
      expect(shown.split(`u{${code.toString(16)}}`).length, code.toString(16)).toBeGreaterThan(
        inTexts.includes(code) ? 2 : 1,
      );
  });

  test("keeps markup in a text a text", () => {
    const { stdout } = run(["validate", "-", "--format", format], {
      stdin: 'web:\n  image: nginx\n  "]]></failure><!-- -->&amp;\'\\"": 1\n',
    });
    expect(JSON.stringify(parseXml(stdout))).toContain("]]></failure><!-- -->&amp;'");
  });
});
