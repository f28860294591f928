import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { diagnosing, type Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { catalogue } from "../../src/diagnostics/catalogue/index.ts";
import { renderSarif } from "../../src/diagnostics/render/sarif.ts";
import { argumentsOf, caseNames, pathOf, stackFileOf, stackListOf } from "../support/fixtures.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";
import type { SarifLog } from "../support/read-report.ts";
import { reportOf } from "../support/report.ts";

const official = createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
const {
  $schema: _,
  id: __,
  ...schema
} = JSON.parse(readFileSync(official, "utf8")) as Readonly<Record<string, object>>;
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const isValid = ajv.compile(schema);

/** Reads a log, which has to be valid by the schema of SARIF 2.1.0. */
function read(text: string): SarifLog {
  const log = JSON.parse(text) as SarifLog;
  isValid(log);
  expect(isValid.errors ?? []).toEqual([]);
  return log;
}

const source = { name: "stack.yml", text: "web:\ndb:\n" };
const at = (start: number, end: number) => [{ start, end }] as const;
const render = (...diagnostics: readonly Diagnostic[]): string => renderSarif(reportOf(source, diagnostics, "checked"));

describe("by the schema of SARIF 2.1.0", () => {
  test.each(caseNames("diagnostics"))("%s is valid", async (name) => {
    const folder = pathOf("diagnostics", name);
    const args = ["compile", "--format", "sarif", ...argumentsOf(folder)];
    const { stderr } = run(args, {
      files: new MemoryFiles({ "/shop/stack.yml": await stackFileOf(folder), ...stackListOf(folder) }),
    });
    const { tool, results } = read(stderr).runs[0];
    for (const { ruleId, ruleIndex, level } of results)
      expect(tool.driver.rules[ruleIndex]).toMatchObject({ id: ruleId, defaultConfiguration: { level } });
    expect(results.length).toBeGreaterThan(0);
  });

  test("an empty one is valid", () => {
    expect(read(render()).runs[0].results).toEqual([]);
  });

  test("a wrong one is not", () => {
    const log = JSON.parse(render(diagnosing(source)("empty-file", at(0, 0), {}))) as {
      runs: [{ results: [{ level: string; locations: unknown }] }];
    };
    log.runs[0].results[0].level = "fatal";
    expect(isValid(log)).toBe(false);
  });
});

test("a finding with two places", () => {
  const finding = diagnosing(source)(
    "duplicate-key",
    [
      { start: 5, end: 7 },
      { start: 0, end: 3 },
    ],
    { key: "a" },
  );
  expect(read(render(finding)).runs[0].results).toMatchInlineSnapshot(`
    [
      {
        "level": "warning",
        "locations": [
          {
            "message": {
              "text": "this one is used",
            },
            "physicalLocation": {
              "artifactLocation": {
                "uri": "stack.yml",
              },
              "region": {
                "endColumn": 3,
                "endLine": 2,
                "startColumn": 1,
                "startLine": 2,
              },
            },
          },
        ],
        "message": {
          "text": "the key \`a\` appears twice, and the last one wins
    help: remove one of them",
        },
        "relatedLocations": [
          {
            "id": 0,
            "message": {
              "text": "this one is ignored",
            },
            "physicalLocation": {
              "artifactLocation": {
                "uri": "stack.yml",
              },
              "region": {
                "endColumn": 4,
                "endLine": 1,
                "startColumn": 1,
                "startLine": 1,
              },
            },
          },
        ],
        "ruleId": "duplicate-key",
        "ruleIndex": 0,
      },
    ]
  `);
});

test("a rule is explained by the catalogue", () => {
  const [rule] = read(render(diagnosing(source)("empty-file", at(0, 0), {}))).runs[0].tool.driver.rules;
  expect(rule).toEqual({
    id: "empty-file",
    shortDescription: { text: "empty file" },
    fullDescription: { text: catalogue["empty-file"].why },
    help: { text: expect.stringContaining("tutum-stack explain empty-file") },
    defaultConfiguration: { level: "error" },
  });
});

test("nothing that a file says becomes a link", () => {
  const text = read(render(diagnosing(source)("duplicate-key", at(0, 3), { key: String.raw`[a](http://b) [c\](1)` })))
    .runs[0].results[0]!.message.text;
  expect(text).toContain(String.raw`[a\](http://b) [c\\\](1)`);
});

describe("the place of a file", () => {
  const uriOf = (args: readonly string[], files: Readonly<Record<string, string>> = {}) => {
    const { stdout } = run(["validate", "--format", "sarif", ...args], {
      files: new MemoryFiles(files),
      stdin: "web:\n",
    });
    return read(stdout).runs[0].results[0]!.locations[0].physicalLocation.artifactLocation;
  };

  test.each([
    { path: "deploy/stack.yml", uri: "deploy/stack.yml" },
    { path: "a b/é%20#?.yml", uri: "a%20b/%C3%A9%2520%23%3F.yml" },
    { path: "javascript:x.yml", uri: "javascript%3Ax.yml" },
    { path: "half\ud800.yml", uri: "half%EF%BF%BD.yml" },
  ])("$path below the current folder is a relative URI", ({ path, uri }) => {
    expect(uriOf([path], { [`/shop/${path}`]: "web:\n" })).toEqual({ uri });
    expect(uriOf(["-", "--stdin-filename", path])).toEqual({ uri });
  });

  test("outside is its name, from a base that nobody takes for the repository", () => {
    expect(uriOf(["/elsewhere/stack.yml"], { "/elsewhere/stack.yml": "web:\n" })).toEqual({
      uri: "file:///elsewhere/stack.yml",
    });
    expect(uriOf(["../elsewhere/stack.yml"], { "/elsewhere/stack.yml": "web:\n" })).toEqual({
      uri: "../elsewhere/stack.yml",
      uriBaseId: "ELSEWHERE",
    });
    expect(uriOf(["-", "--stdin-filename", "/else where/stack.yml"])).toEqual({
      uri: "file:///else%20where/stack.yml",
    });
    expect(uriOf(["-"])).toEqual({ uri: "stdin", uriBaseId: "ELSEWHERE" });
  });
});
