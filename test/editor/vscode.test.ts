import { expect, test } from "vitest";
import { stackFileNames } from "../../src/files/stack-file.ts";
import { snippetOf } from "../support/pages.ts";
import { openEditor } from "./editor.ts";
import { schemaUrl } from "./schemas.ts";

test("docs/editors.md: the settings for VS Code give every stack file its schema, and no other file", async () => {
  const settings = JSON.parse(snippetOf("json", ".vscode/settings.json")) as {
    readonly "yaml.schemas": Readonly<Record<string, readonly string[]>>;
  };
  const [[path, globs], ...others] = Object.entries(settings["yaml.schemas"]) as [[string, readonly string[]]];
  expect({ path, others }).toEqual({ path: "./node_modules/tutum-stack/schema/stack.schema.json", others: [] });
  const editor = await openEditor({ schemas: { [schemaUrl("stack")]: globs } });
  try {
    const names = [...stackFileNames, "docker-compose.yml", "mystack.yml"];
    const checked = names.map(async (name) =>
      (await editor.findings("web:\n  image: nginx\n  prots: []\n", `file:///shop/${name}`)).length > 0 ? [name] : [],
    );
    expect((await Promise.all(checked)).flat()).toEqual(stackFileNames);
  } finally {
    await editor.close();
  }
});
