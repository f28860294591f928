import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { caseNames, pathOf } from "./support/fixtures.ts";
import { guide, guideSteps } from "./support/guide.ts";
import { MemoryFiles, run } from "./support/memory-io.ts";

test("docs/migration.md names the verdicts and the sections of the pages", () => {
  const named = [...guide.matchAll(/^\| (?!verdict|section)([\w, ]+) \| /gm)].map(([, name]) => name);
  const pages = caseNames("migration").map((name) => readFileSync(pathOf("migration", name, "expected.md"), "utf8"));
  const written = new Set(
    pages.flatMap((page) => {
      const sections = page.slice(page.indexOf("\n## 1. ")).matchAll(/^### (.*)$|^\*\*This stack (.*)\.\*\*/gm);
      return [...sections].map(([, section, verdict]) => section ?? verdict!);
    }),
  );
  expect(new Set(named)).toEqual(written);
});

test("docs/migration.md: each command of tutum-stack works after the ones before it, and says what the guide says", () => {
  const files = new MemoryFiles();
  const verdicts: string[] = [];
  const ran: string[] = [];
  for (const step of guideSteps()) {
    if (step.kind === "file") {
      files.contents.set(`/shop/${step.name}`, { bytes: Buffer.from(step.text), mode: 0o644 });
      continue;
    }
    for (const line of step.lines.filter((text) => text.startsWith("tutum-stack "))) {
      const words = line.replace(" */", " .").split(" ").slice(1);
      const { code, stderr } = run(words, { files });
      expect(code, `${line}\n${stderr}`).toBe(0);
      ran.push(line);
      const [, verdict] = /wrote MIGRATION\.md \(1 (.*)\)/.exec(stderr) ?? [];
      if (verdict !== undefined) verdicts.push(verdict);
    }
  }
  expect(verdicts).toEqual(["needs work before it runs", "works, apart from what you accepted"]);
  expect(ran).toHaveLength(6);
  expect(files.texts()["/shop/docker-compose.yml"]).toMatch(/^services:\n {2}web:/);
});
