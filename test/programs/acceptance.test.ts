import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { compiledFiles, interpolated } from "../support/compiled-files.ts";
import {
  bareEnvironment,
  composeCommands,
  execute,
  marked,
  needsCompose,
  needsPyYaml,
  needsStackConfig,
  readWithPyYaml,
  suiteThatNeeds,
  temporaryFolder,
} from "../real/programs.ts";

/** Every example, compiled, and every file that is expected of a test case. */
const compiled = { compose: compiledFiles("compose"), swarm: compiledFiles("swarm") };

test("there are examples and test cases", () => {
  for (const files of Object.values(compiled)) {
    expect(files.some(([name]) => name.startsWith("examples/"))).toBe(true);
    expect(files.some(([name]) => name.startsWith("test/compile/"))).toBe(true);
  }
});

const accepted = suiteThatNeeds("a compiled file is accepted", needsCompose);

describe.skipIf(accepted.isLeftOut).each(composeCommands.map((command) => [command.join(" "), command] as const))(
  `${accepted.title}: %s`,
  (_, command) => {
    test.concurrent.for(compiled.compose)("%s", async ([, text], { onTestFinished }) => {
      const folder = temporaryFolder([{ name: "profile:1.json", text: "{}" }], onTestFinished);
      writeFileSync(join(folder, "docker-compose.yml"), text.replaceAll("seccomp=/srv/", `seccomp=${folder}/`));
      const { code, stderr } = await execute([...command, "-f", join(folder, "docker-compose.yml"), "config", "-q"], {
        env: { ...bareEnvironment, ...interpolated },
        cwd: folder,
      });
      expect(code, stderr).toBe(0);
      expect(stderr).not.toMatch(/error|unsupported|ignored/i);
    });
  },
);

const deployable = suiteThatNeeds("a compiled file is accepted by `docker stack config`", needsStackConfig);

describe.skipIf(deployable.isLeftOut)(deployable.title, () => {
  test.concurrent.for(compiled.swarm)("%s", async ([, text], { onTestFinished }) => {
    const files = [
      { name: "docker-stack.yml", text },
      { name: "autodestroy.swarm.json", text: "{}" },
    ];
    const folder = temporaryFolder(files, onTestFinished);
    const { code, stderr } = await execute(
      ["docker", "stack", "config", "--compose-file", join(folder, "docker-stack.yml")],
      {
        env: { ...bareEnvironment, ...interpolated },
      },
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toBe("");
  });
});

const alike = suiteThatNeeds("PyYAML and yaml read the same data", needsPyYaml);

describe.skipIf(alike.isLeftOut)(alike.title, () => {
  test("in every compiled file", () => {
    const files = Object.values(compiled).flat();
    const read = readWithPyYaml(files.map(([, text]) => text));
    for (const [index, [name, text]] of files.entries())
      expect(read[index], name).toEqual(marked(parse(text, { mapAsMap: true })));
  });
});
