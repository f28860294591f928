import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "../../src/compile.ts";
import { targets, type TargetName } from "../../src/targets/index.ts";
import { caseNames, pathOf } from "./fixtures.ts";

/** The variables of interpolated stacks, with values that their fields allow. */
export const interpolated = {
  BACKEND: "db:backend",
  SOURCE: "db",
  PORT: "8080",
  MEMORY: "64m",
  DATA: "/srv/data",
  TAG: "1",
  NAME: "a",
  HOSTNAME: "a",
  DOMAIN: "a",
};

type Named = readonly [name: string, text: string];

/** The stack file of every example, by its name. */
export const examples: ReadonlyMap<string, string> = readExamples();

/** Every example, compiled, and every file that is expected of a test case. */
export function compiledFiles(target: TargetName): readonly Named[] {
  const { stack: file } = targets[target].outputs;
  const expected = caseNames("compile").map(
    (name) =>
      [`test/compile/${name}`, readFileSync(pathOf("compile", name, "expected", target, file), "utf8")] as const,
  );
  return [
    ...[...examples].map(([name, text]) => [`examples/${name}`, compiledExample(name, text, target)] as const),
    ...expected,
  ];
}

function compiledExample(name: string, stack: string, target: TargetName): string {
  const { files, diagnostics } = compile(stack, { name, target });
  const text = files[0]?.text;
  if (text === undefined)
    throw new Error(`examples/${name} is not compiled: ${diagnostics.map(({ message }) => message).join("; ")}`);
  return text;
}

function readExamples(): ReadonlyMap<string, string> {
  const folder = fileURLToPath(new URL("../../examples", import.meta.url));
  return new Map(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name, "stack.yml"), "utf8")] as const),
  );
}
