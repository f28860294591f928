import { expect, test } from "vitest";
import { readStack } from "../src/compile.ts";
import { namedSource } from "../src/diagnostics/source.ts";
import { targets } from "../src/targets/index.ts";
import { conversionsOf, fieldTables } from "../src/targets/conversion.ts";
import type { Row, Target } from "../src/targets/target.ts";
import type { Field } from "../src/stack/file.ts";
import { parse } from "yaml";
import { argumentsOf, caseNames, expectFile, pathOf } from "./support/fixtures.ts";
import { readFileSync } from "node:fs";

const all: readonly Target[] = Object.values(targets);
const fields = Object.keys(fieldTables.compose).toSorted() as Field[];

test("CONVERSION.md says what the field tables say (npm run bless)", () => {
  const heads = ["field", ...all.flatMap(({ title }) => [title, "lost there"])];
  const rows = fields.map((field) => [
    `\`${field}\``,
    ...conversionsOf(field).flatMap(({ written = "-", lost = "" }) => [written, lost]),
  ]);
  const table = [heads, heads.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
  expectFile(pathOf("..", "CONVERSION.md"), `${introduction}\n${table}`);
});

test("every key that a compiled service has is one that a field writes, and every such key occurs", () => {
  for (const { name, outputs } of Object.values(targets)) {
    const written = new Set(
      Object.values<Row<object, never>>(fieldTables[name]).flatMap((row) => ("keys" in row ? row.keys : [])),
    );
    const found = new Set(caseNames("compile").flatMap((test) => keysOf(test, name, outputs.stack)));
    expect(
      [...found].filter((key) => ![...written].some((known) => key === known || key.startsWith(`${known}.`))),
      name,
    ).toEqual([]);
    expect(
      [...written].filter((known) => ![...found].some((key) => key === known || key.startsWith(`${known}.`))),
      name,
    ).toEqual([]);
  }
});

const introduction = `# What each field becomes

\`npm run bless\` writes this file from the tables in \`src/targets/*/lower.ts\`, and a test checks that it is up to date. If the cell
under "lost there" is empty, the field keeps its full meaning. Otherwise a stack file that uses the field gets a warning, unless
nothing is lost with its value.
`;

/** The keys of the services of a case, as `deploy.replicas`, apart from those of the sidecar and of balancers. */
function keysOf(name: string, target: string, file: string): readonly string[] {
  const stackFile = namedSource(readFileSync(pathOf("compile", name, "stack.yml"), "utf8"));
  const interpolate = argumentsOf(pathOf("compile", name)).includes("--interpolate");
  const { stack, balancers } = readStack(stackFile, { interpolate }, [])!;
  const replaced = balancers.map(({ service }) => service.name);
  const names = new Set([...stack.services.keys()].filter((service) => !replaced.includes(service)));
  const { services } = parse(readFileSync(pathOf("compile", name, "expected", target, file), "utf8")) as {
    readonly services: Record<string, object>;
  };
  return Object.entries(services).flatMap(([service, value]) => (names.has(service) ? pathsOf(value, "") : []));
}

function pathsOf(value: unknown, path: string): readonly string[] {
  const isSection = path === "" || /^deploy(\.(resources|placement|resources\.limits))?$/.test(path);
  if (!isSection) return [path];
  return Object.entries(value as object).flatMap(([key, item]) => pathsOf(item, path === "" ? key : `${path}.${key}`));
}
