import { slug as anchorOf } from "github-slugger";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { balancerCodes } from "../../src/diagnostics/catalogue/balancer.ts";
import { goneCodes } from "../../src/diagnostics/catalogue/gone.ts";
import { catalogue, type Code, type Entry } from "../../src/diagnostics/catalogue/index.ts";
import { meaningCodes } from "../../src/diagnostics/catalogue/meaning.ts";
import { movedCodes } from "../../src/diagnostics/catalogue/moved.ts";
import { readingCodes } from "../../src/diagnostics/catalogue/readings.ts";
import { shapeCodes } from "../../src/diagnostics/catalogue/shape.ts";
import { slipCodes } from "../../src/diagnostics/catalogue/slips.ts";
import { targetCodes } from "../../src/diagnostics/catalogue/target.ts";
import { textCodes } from "../../src/diagnostics/catalogue/text.ts";
import { valueCodes } from "../../src/diagnostics/catalogue/values.ts";
import { compileExample } from "../support/catalogue-examples.ts";
import { expectFile, pathOf } from "../support/fixtures.ts";

const chapters: Readonly<Record<string, object>> = {
  "The text": textCodes,
  "Slips of the fingers": slipCodes,
  "The shape of the file": shapeCodes,
  "Values of one service": valueCodes,
  "Variables, dollars and old YAML": readingCodes,
  "Services together": meaningCodes,
  "What only the old platform had": goneCodes,
  "The load balancer": balancerCodes,
  "What a target cannot express": targetCodes,
  "What works differently today": movedCodes,
};

test("every code is in one chapter", () => {
  expect(Object.values(chapters).flatMap(Object.keys)).toEqual(Object.keys(catalogue));
});

test("docs/diagnostics.md says what the catalogue says (npm run bless)", () => {
  const contents = Object.entries(chapters).map(([title, codes]) => {
    const links = Object.keys(codes).map((code) => `[${code}](#${anchorOf(code)})`);
    return `| [${title}](#${anchorOf(title)}) | ${links.join(", ")} |\n`;
  });
  const parts = Object.entries(chapters).map(
    ([title, codes]) => `\n## ${title}\n${(Object.keys(codes) as Code[]).map(partOf).join("")}`,
  );
  expectFile(
    pathOf("..", "docs", "diagnostics.md"),
    `${introduction}\n| chapter | codes |\n|---|---|\n${contents.join("")}${parts.join("")}`,
  );
});

const introduction = `# Diagnostics

Every error and warning of \`tutum-stack\` has a code. This page has each code with the reason, a wrong and a right example. An error
stops the compiler; a warning does not. \`tutum-stack explain CODE\` prints the same in a terminal. To accept a warning, see
[Accepted warnings](many-stacks.md#accepted-warnings).

\`npm run bless\` writes this page from \`src/diagnostics/catalogue\`. The tests compile each example, and check that this page is up to
date.
`;

/** The part of the page about a code. */
function partOf(code: Code): string {
  const { severity, why, wrong, right, file, option }: Entry<never> = catalogue[code];
  const where = [...(file ? [`in \`${file}\``] : []), ...(option ? [`with \`${option}\``] : [])].join(", ");
  const title = (word: string): string => (where === "" ? `${word}:` : `${word} (${where}):`);
  const language = file === undefined ? "yaml" : "json";
  const shown =
    wrong === undefined
      ? `Wrong:\n\n${block("text", fixtureOf(code))}`
      : `${title("Wrong")}\n\n${block(language, wrong)}\n${block("text", messageOf(code, wrong))}`;
  const heading = `\n### ${code}\n\n${severity === "error" ? "Error" : "Warning"}. ${why}\n`;
  return `${heading}\n${shown}\n${title("Right")}\n\n${block(language, right)}`;
}

/** A block of the page, with characters that nobody sees spelt out. */
function block(language: string, text: string): string {
  const spelt = text.replace(
    /[^\n\t -~]/gu,
    (character) => `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}>`,
  );
  return `\`\`\`${language}\n${spelt}${spelt.endsWith("\n") ? "" : "\n"}\`\`\`\n`;
}

/** The line that names the code, of what the compiler says about an example. */
function messageOf(code: Code, wrong: string): string {
  const line = compileExample(code, wrong)
    .stderr.split("\n")
    .find((found) => found.includes(`[${code}]: `));
  return line!;
}

/** What the compiler says about a file that is too long to print, or no text. */
function fixtureOf(code: Code): string {
  return readFileSync(pathOf("diagnostics", code, "expected.txt"), "utf8").split("\n\n")[0]!;
}
