import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import {
  bareEnvironment,
  composeCommands,
  composeConfig,
  needsCompose,
  needsPyYaml,
  readWithPyYaml,
  splitWithPython,
  suiteThatNeeds,
  temporaryFolder,
  unmarked,
} from "../real/programs.ts";
import { commands } from "./commands.ts";
import { doubleQuoted, interpolatedTexts, literalTexts, substitute } from "./texts.ts";

const needs = {
  isHere: needsCompose.isHere && needsPyYaml.isHere,
  how: `${needsCompose.how}; ${needsPyYaml.how}`,
};
const { title, isLeftOut } = suiteThatNeeds("what Compose reads in a compiled file is what the stack file said", needs);

/** Names that are keys in the compiled file. */
const awkwardNames = [
  [
    "yes",
    "no",
    "1",
    "0777",
    "22:22",
    "1_000",
    "2015-01-01",
    "~",
    "<<",
    "null",
    ".",
    "x y",
    " k ",
    "a\tb",
    "é",
    "😀",
    "\u2028",
    "$X",
    "${X}",
    "$$",
  ],
  [
    "$",
    "{a}",
    "[a]",
    "# k",
    "k #",
    "!k",
    "&k",
    "*k",
    "- k",
    "? k",
    "k:",
    "k: v",
    '"',
    "'",
    "\\",
    "%k",
    "@k",
    "__proto__",
    "constructor",
  ],
  ["k".repeat(200)],
].flat();

describe.skipIf(isLeftOut).each(composeCommands.map((command) => [command.join(" "), command] as const))(
  `${title}: %s`,
  (_, command) => {
    test("when `$` is text", async () => {
      const texts = literalTexts();
      const services = await configOf(command, `${stackWith(texts, awkwardNames)}\n${stackWithCommands}`, {
        interpolate: false,
        env: { X: "substituted" },
      });
      expectTexts(services, texts, awkwardNames);
      const found = commands.map(
        (_, index) => services.get(`command${index}`)?.get("command") as string | readonly string[],
      );
      expect(splitWithPython(found)).toEqual(commands.map(([, words]) => words));
    });

    test("when `$` begins a variable", async () => {
      const texts = interpolatedTexts();
      const value = "a$b ${X} $$ \"c\" 'd': # e\\";
      const names = awkwardNames.filter((name) => !name.includes("$"));
      const services = await configOf(command, stackWith(texts, names), { interpolate: true, env: { X: value } });
      expectTexts(
        services,
        texts.map((text) => substitute(text, value)),
        names,
      );
    });

    test("when a value stands there without quotes", async () => {
      const plain = [
        "yes",
        "no",
        "22:22",
        "0777",
        "1_000",
        "2015-01-01",
        "1.10",
        "0x1F",
        "1e3",
        "true",
        "010",
        "+1",
        ".5",
        "=",
        "<<",
        "off",
        "y",
        "0o7",
        "-0",
      ];
      const variables = plain.map((text, index) => `    N${index}: ${text}\n`).join("");
      const stack = `web:\n  image: busybox\n  environment:\n${variables}  labels:\n${variables}`;
      const services = await configOf(command, stack, { interpolate: false, env: {} });
      const expected = new Map(plain.map((text, index) => [`N${index}`, text]));
      expect(services.get("web")?.get("environment")).toEqual(expected);
      expect(services.get("web")?.get("labels")).toEqual(expected);
    });

    test("when a variable is taken from the shell", async () => {
      const stack =
        "web:\n  image: busybox\n  environment: [FROM_SHELL, EMPTY=]\nworker:\n  image: busybox\n  environment:\n    FROM_SHELL:\n    EMPTY: ''\n";
      const services = await configOf(command, stack, { interpolate: false, env: { FROM_SHELL: "a$b", EMPTY: "x" } });
      for (const name of ["web", "worker"]) {
        const environment = services.get(name)?.get("environment") as ReadonlyMap<string, string | null>;
        expect(environment.get("EMPTY")).toBe("");
        expect(["a$b", null]).toContain(environment.get("FROM_SHELL"));
      }
    });
  },
);

describe.skipIf(isLeftOut)("what PyYAML reads in a compiled file is what the stack file said", () => {
  test("beyond what `docker-compose config` can print", () => {
    const texts = ["\u0085", "a\u0085b", " \u0085 ", "\u0085\n\u2028"];
    const { files } = compile(stackWith(texts, []), { name: "shop" });
    const [file] = readWithPyYaml([files[0]?.text ?? ""]);
    expectTexts((unmarked(file) as ReadonlyMap<string, Services>).get("services") ?? new Map(), texts, []);
  });
});

const stackWithCommands = commands
  .map(([text], index) => `command${index}: {image: busybox, command: ${doubleQuoted(text)}}`)
  .join("\n");

type Services = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

/** Every text as a value, in every form, and every name as a key. */
function stackWith(texts: readonly string[], names: readonly string[]): string {
  const listOf = (items: readonly string[]): string => `[${items.map(doubleQuoted).join(", ")}]`;
  const mapping = [
    ...texts.map((text, index) => [`N${index}`, text] as const),
    ...names.map((name) => [name, "value"] as const),
  ];
  const asMapping = `{${mapping.map(([name, text]) => `${doubleQuoted(name)}: ${doubleQuoted(text)}`).join(", ")}}`;
  const asList = listOf(mapping.map(([name, text]) => `${name}=${text}`));
  return [
    `mapping: {image: busybox, environment: ${asMapping}, labels: ${asMapping}}`,
    `list: {image: busybox, environment: ${asList}, labels: ${asList}}`,
    `words: {image: busybox, command: ${listOf(texts)}, entrypoint: ${listOf(texts)}}`,
  ].join("\n");
}

function expectTexts(services: Services, texts: readonly string[], names: readonly string[]): void {
  const expected = new Map(
    [
      ...texts.map((text, index) => [`N${index}`, text] as const),
      ...names.map((name) => [name, "value"] as const),
    ].toSorted(byName),
  );
  for (const name of ["mapping", "list"]) {
    for (const field of ["environment", "labels"]) {
      const found = services.get(name)?.get(field) as ReadonlyMap<string, unknown>;
      expect(new Map([...found].toSorted(byName)), `${field} in the form of a ${name}`).toEqual(expected);
    }
  }
  expect(services.get("words")?.get("command")).toEqual(texts);
  expect(services.get("words")?.get("entrypoint")).toEqual(texts);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The services that `config` prints for a compiled stack, with the `$` undone that it doubles. */
async function configOf(
  command: readonly string[],
  stack: string,
  { interpolate, env }: { readonly interpolate: boolean; readonly env: NodeJS.ProcessEnv },
): Promise<Services> {
  const { files, diagnostics } = compile(stack, { name: "shop", interpolate });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const folder = temporaryFolder(files);
  const file = ["-f", join(folder, "docker-compose.yml")];
  const config = await composeConfig([...command, ...file], { env: { ...bareEnvironment, ...env }, cwd: folder });
  return (undoubled(config) as ReadonlyMap<string, Services>).get("services") ?? new Map();
}

function undoubled(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$$", "$");
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [undoubled(key), undoubled(item)]));
  return Array.isArray(value) ? value.map(undoubled) : value;
}
