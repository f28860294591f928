import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEditor, type Editor } from "./editor.ts";
import { schemaUrl } from "./schemas.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const mistake = "job:\n  image: busybox\n  autorestart: ALWAYS\n  autodestroy: ALWAYS\n";
const rule =
  "`autorestart: ALWAYS` cannot be combined with `autodestroy`: leave `autodestroy` out, or use `autorestart: ON_FAILURE`";
const open: Editor[] = [];

async function editorWith(...settings: Parameters<typeof openEditor>): Promise<Editor> {
  const editor = await openEditor(...settings);
  open.push(editor);
  return editor;
}

async function messages(editor: Editor, text: string, uri: string): Promise<readonly string[]> {
  return (await editor.findings(text, uri)).map(({ message }) => message);
}

afterAll(() => Promise.all(open.map((editor) => editor.close())));

describe("a comment that names the schema of the installed package", () => {
  let project = "";
  let editor: Editor;
  const uri = (path: string): string => pathToFileURL(join(project, path)).href;

  beforeAll(async () => {
    project = realpathSync(mkdtempSync(join(tmpdir(), "editor-")));
    const installed = join(project, "node_modules/tutum-stack");
    mkdirSync(installed, { recursive: true });
    const [{ filename }] = JSON.parse(
      succeed("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project]),
    ) as [{ readonly filename: string }];
    succeed("tar", ["-xzf", join(project, filename), "--strip-components=1", "-C", installed]);
    editor = await editorWith({});
  });

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test.each([
    {
      file: "one/stack.yml",
      comment: "# yaml-language-server: $schema=../node_modules/tutum-stack/schema/stack.schema.json\n",
    },
    {
      file: "two.yml",
      comment: "# yaml-language-server: $schema=./node_modules/tutum-stack/schema/stack.schema.json\n",
    },
    {
      file: "three.yml",
      comment: "# yaml-language-server: $schema=node_modules/tutum-stack/schema/stack.schema.json\n",
    },
    {
      file: "four.yml",
      comment: "# The shop.\n# yaml-language-server: $schema=./node_modules/tutum-stack/schema/stack.schema.json\n\n",
    },
    { file: "five.yml", comment: "$schema: ./node_modules/tutum-stack/schema/stack.schema.json\n" },
  ])("$comment", async ({ file, comment }) => {
    expect(await messages(editor, comment + mistake, uri(file))).toEqual([rule]);
    expect(await editor.hover(`${comment}job:\n  ‸image: busybox\n`, uri(file))).toContain(
      "The image that the containers are started from",
    );
  });

  test("without one, the server knows nothing of the file", async () => {
    expect(await messages(editor, mistake, uri("without.yml"))).toEqual([]);
    expect(await editor.hover("job:\n  ‸image: busybox\n", uri("without.yml"))).toBe("");
  });

  test("a path that leads nowhere is one finding", async () => {
    const found = await messages(editor, `# yaml-language-server: $schema=./nowhere.json\n${mistake}`, uri("lost.yml"));
    expect(found).toEqual([expect.stringMatching(/^Unable to load schema from /)]);
  });
});

test("a setting for names of files", async () => {
  const editor = await editorWith({
    schemas: { [schemaUrl("stack")]: ["stack.yml", "tutum.{yml,yaml}", "docker-cloud.{yml,yaml}"] },
  });
  for (const name of ["stack.yml", "tutum.yml", "tutum.yaml", "docker-cloud.yml", "sub/docker-cloud.yaml"])
    expect(await messages(editor, mistake, `file:///shop/${name}`), name).toEqual([rule]);
  expect(await messages(editor, mistake, "file:///shop/docker-compose.yml")).toEqual([]);
});

test("in YAML 1.1, where OFF and no are false, nothing that is right becomes wrong", async () => {
  const editor = await editorWith({ schemas: { [schemaUrl("stack")]: "stack.yml" }, yamlVersion: "1.1" });
  const values = ["OFF", "no", '"OFF"', "false", "ALWAYS"];
  const text = values
    .map((value, index) => `s${index}:\n  image: nginx\n  restart: ${value}\n  privileged: yes\n`)
    .join("");
  expect(await messages(editor, text, "file:///shop/right/stack.yml")).toEqual([]);
  expect(await messages(editor, `${mistake}  tty: 5\n`, "file:///shop/wrong/stack.yml")).toEqual([
    rule,
    "`tty` must be true or false",
  ]);
  expect(await messages(editor, "job:\n  image: busybox\n  autodestroy: yes\n", "file:///shop/yes/stack.yml")).toEqual([
    "`autodestroy` must be `OFF`, `ON_FAILURE`, `ON_SUCCESS`, or `ALWAYS`",
  ]);
});

function succeed(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
