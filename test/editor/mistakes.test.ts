import { afterAll, beforeAll, expect, test } from "vitest";
import type { Diagnostic } from "vscode-languageserver-protocol/node.js";
import { validate } from "../../src/compile.ts";
import { expectFile, pathOf } from "../support/fixtures.ts";
import { openEditor, type Editor } from "./editor.ts";
import { fields, schemaUrl } from "./schemas.ts";

let editor: Editor;

beforeAll(async () => {
  editor = await openEditor({ schemas: { [schemaUrl("stack")]: "**/stack.yml" } });
});

afterAll(() => editor.close());

const mistakes: Readonly<Record<string, string>> = {
  "Two settings that exclude each other": "job:\n  image: busybox\n  autorestart: ALWAYS\n  autodestroy: ON_SUCCESS\n",
  "A value that the setting does not know": "web:\n  image: nginx\n  restart: unless-stopped\n",
  "A misspelt field": "web:\n  image: nginx\n  envorinment:\n    - MODE=production\n",
  "A service without an image": 'web:\n  ports:\n    - "80:80"\n',
  "An image that is to be built": "web:\n  build: .\n",
  "A field of Compose files": "web:\n  image: nginx\n  depends_on:\n    - db\ndb:\n  image: redis\n",
  "Text where a list belongs": 'web:\n  image: nginx\n  ports: "80:80"\n',
  "An item that YAML takes for a mapping": "web:\n  image: nginx\n  environment:\n    - MODE: production\n",
  "A colon where `=` belongs":
    "db:\n  image: mysql\n  environment:\n    - MYSQL_DATABASE:shop\n    - MYSQL_USER\n  labels:\n    - team web\n",
  "A word for true": "web:\n  image: nginx\n  privileged: yes\n",
  "A number below zero": "web:\n  image: nginx\n  target_num_containers: -1\n",
  "Fields that are not indented": 'web:\nimage: nginx\nports:\n  - "80:80"\n',
  "A service that is indented too far": "web:\n  image: nginx\n  db:\n    image: redis\n",
  "A Compose file": 'version: "3"\nservices:\n  web:\n    image: nginx\nvolumes:\n  data: {}\n',
};

/** Everything that the author sees of a mistake before the compiler runs, and what the compiler says then. */
test("what an author sees of the usual mistakes", async () => {
  const sections = await Promise.all(Object.entries(mistakes).map(sectionOf));
  expectFile(
    pathOf("editor", "mistakes.md"),
    `# What an author sees of the usual mistakes\n\n${introduction}${sections.join("")}`,
  );
});

const introduction = `Written by \`npm run bless\`: yaml-language-server with schema/stack.schema.json, and below it what \`tutum-stack validate\` says.
Lines and columns count from 1. The changes that the editor offers stand in brackets.
`;

async function sectionOf([title, text]: readonly [string, string]): Promise<string> {
  const [findings, fixes] = await Promise.all([editor.findings(text), editor.quickFixes(text)]);
  expect(findings.length, title).toBeGreaterThan(0);
  const seen = findings.map(
    (finding, index) => `* ${placeOf(finding)}: ${finding.message}${offered(fixes[index] ?? [])}`,
  );
  const said = validate(text).map(({ message, labels: [{ start, end }], help }) => {
    const place = `${start.line}:${start.column}-${end.column}`;
    return `* ${place}: ${[message, ...help].join("; ")}`;
  });
  return `\n## ${title}\n\n\`\`\`yaml\n${text}\`\`\`\n\nEditor:\n\n${seen.join("\n")}\n\nCompiler:\n\n${said.join("\n")}\n`;
}

function placeOf({ range: { start, end } }: Diagnostic): string {
  return `${start.line + 1}:${start.character + 1}-${end.line === start.line ? "" : `${end.line + 1}:`}${end.character + 1}`;
}

function offered(fixes: readonly string[]): string {
  if (fixes.length === 0) return "";
  const others = fields.map(([name]) => name).filter((name) => fixes.includes(name));
  return others.length === fixes.length ? ` [${fixes.length} other fields]` : ` [${fixes.join(", ")}]`;
}
