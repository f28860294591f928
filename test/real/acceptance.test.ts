import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { compile } from "../../src/compile.ts";
import { caseNames, pathOf } from "../support/fixtures.ts";
import {
  bareEnvironment,
  composeCommands,
  execute,
  marked,
  needsDockerCompose,
  needsPyYaml,
  readWithPyYaml,
  suiteThatNeeds,
  temporaryFolder,
} from "./programs.ts";

/** The variables of interpolated stacks, with values that their fields allow. */
const variables = { BACKEND: "db:backend", SOURCE: "db", PORT: "8080", MEMORY: "64m", DATA: "/srv/data", TAG: "1", NAME: "a", HOSTNAME: "a", DOMAIN: "a" };

const examplesFolder = fileURLToPath(new URL("../../examples", import.meta.url));

/** Every example, compiled, and every Compose file that is expected of a test case. */
const composeFiles: readonly (readonly [name: string, text: string])[] = [
  ...readdirSync(examplesFolder)
    .filter((name) => existsSync(join(examplesFolder, name, "stack.yml")))
    .map((name) => [`examples/${name}`, compiledExample(name)] as const),
  ...caseNames("compile")
    .map((name) => [`test/compile/${name}`, pathOf("compile", name, "expected", "compose", "docker-compose.yml")] as const)
    .filter(([, path]) => existsSync(path))
    .map(([name, path]) => [name, readFileSync(path, "utf8")] as const),
];

test("there are examples and test cases", () => {
  expect(composeFiles.some(([name]) => name.startsWith("examples/"))).toBe(true);
  expect(composeFiles.some(([name]) => name.startsWith("test/compile/"))).toBe(true);
});

const accepted = suiteThatNeeds("a compiled file is accepted", needsDockerCompose);

describe.skipIf(accepted.isLeftOut).each(composeCommands.map((command) => [command.join(" "), command] as const))(`${accepted.title}: %s`, (_, command) => {
  test.concurrent.each(composeFiles)("%s", async (_name, text) => {
    const folder = temporaryFolder([{ name: "profile:1.json", text: "{}" }]);
    writeFileSync(join(folder, "docker-compose.yml"), text.replaceAll("seccomp=/srv/", `seccomp=${folder}/`));
    const { code, stderr } = await execute([...command, "-f", join(folder, "docker-compose.yml"), "config", "-q"], {
      env: { ...bareEnvironment, ...variables },
      cwd: folder,
    });
    expect(code, stderr).toBe(0);
    expect(stderr).not.toMatch(/error|unsupported|ignored/i);
  });
});

const alike = suiteThatNeeds("PyYAML and yaml read the same data", needsPyYaml);

describe.skipIf(alike.isLeftOut)(alike.title, () => {
  test("in every compiled file", () => {
    const read = readWithPyYaml(composeFiles.map(([, text]) => text));
    for (const [index, [name, text]] of composeFiles.entries()) expect(read[index], name).toEqual(marked(parse(text, { mapAsMap: true })));
  });
});

function compiledExample(name: string): string {
  const { files, diagnostics } = compile(readFileSync(join(examplesFolder, name, "stack.yml"), "utf8"), { name });
  const text = files.find((file) => file.name === "docker-compose.yml")?.text;
  if (text === undefined) throw new Error(`examples/${name} is not compiled: ${diagnostics.map(({ message }) => message).join("; ")}`);
  return text;
}
