import * as fc from "fast-check";
import { expect, test } from "vitest";
import { editDocument, type Edit } from "../../src/yaml/edit.ts";
import { expectEdited, modelOf } from "../support/edits.ts";

const names = ["a", "b", "c", "d"] as const;
const texts = [
  "x",
  "OFF",
  "80:80",
  "A=1",
  "A=2",
  "B = 3",
  "",
  " y",
  "é # z",
  "- a",
  "it's",
  '"q"',
  "l\nm\n",
  "n: o",
  "{p",
  "0777",
];
const scalar = fc.oneof(fc.constantFrom(...texts), fc.integer({ min: -3, max: 12 }), fc.boolean(), fc.constant(null));
const json = fc.letrec<{ value: any; map: any; list: any }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    { weight: 4, arbitrary: scalar },
    { weight: 2, arbitrary: tie("map") },
    { weight: 2, arbitrary: tie("list") },
  ),
  map: fc.dictionary(fc.constantFrom(...names, "image", "environment", "__proto__"), tie("value"), { maxKeys: 4 }),
  list: fc.array(tie("value"), { maxLength: 4 }),
}));
const edit: fc.Arbitrary<Edit> = fc.record({
  path: fc.array(fc.constantFrom(...names, "image", "environment", "k"), { minLength: 1, maxLength: 3 }),
  value: fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 3, arbitrary: json.value }),
});

/** Numbers that decide how data are written; each choice takes the next one. */
class Choices {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  of(count: number): number {
    return this.#numbers[this.#next++ % this.#numbers.length]! % count;
  }

  chance(one: number): boolean {
    return this.of(one) === 0;
  }
}

interface Style {
  readonly choices: Choices;
  readonly anchors: "anchors" | "none";
  readonly defined: { name: string; isMap: boolean }[];
}

/** A text of a mapping in block style with values in a random style, with anchors, aliases, merges and comments. */
function printMap(map: object, pad: string, style: Style): string {
  const { choices } = style;
  let text = "";
  const comment = (): string => (choices.chance(4) ? ` # c${choices.of(9)}` : "");
  const line = (content: string): void => {
    if (choices.chance(8)) text += "\n";
    if (choices.chance(6)) text += `${choices.chance(3) ? "" : pad}# above\n`;
    text += content;
  };
  for (const [key, value] of Object.entries(map)) {
    const maps = style.defined.filter(({ isMap }) => isMap);
    if (style.anchors === "anchors" && maps.length > 0 && choices.chance(6)) {
      const list = maps.map(({ name }) => `*${name}`);
      line(`${pad}<<: ${choices.chance(3) ? `[${list.join(", ")}]` : list[choices.of(list.length)]}${comment()}\n`);
    }
    const before = style.anchors === "anchors" && choices.chance(12) ? `${pad}? ${key}\n${pad}:` : `${pad}${key}:`;
    if (style.anchors === "anchors" && style.defined.length > 0 && choices.chance(5)) {
      line(`${before} *${style.defined[choices.of(style.defined.length)]!.name}${comment()}\n`);
      continue;
    }
    const name = style.anchors === "anchors" && choices.chance(3) ? `n${style.defined.length}` : undefined;
    const anchor = name ? ` &${name}` : "";
    line(before + anchor + printValue(value, pad, style, comment()));
    if (name) style.defined.push({ name, isMap: typeof value === "object" && value !== null && !Array.isArray(value) });
    if (style.anchors === "anchors" && choices.chance(15)) text += `${pad}${key}: twice\n`;
  }
  if (choices.chance(6)) text += `${pad}# end\n`;
  return text;
}

function printValue(value: any, pad: string, style: Style, comment: string): string {
  const { choices } = style;
  const isFlow = choices.chance(4);
  if (typeof value === "string" && /^[a-z].*\n.*\n$/s.test(value) && choices.chance(2))
    return ` |${comment}\n${value.replace(/^(?=.)/gm, `${pad}  `)}`;
  if (value === null) return `${choices.chance(2) ? "" : " ~"}${comment}\n`;
  if (typeof value !== "object") {
    const isPlain = /^[a-zA-Z]\w*$/.test(String(value)) || typeof value !== "string";
    return ` ${isPlain && choices.of(3) > 0 ? String(value) : quoted(value, style)}${comment}\n`;
  }
  if (isFlow || Object.keys(value).length === 0) return ` ${printFlow(value, style)}${comment}\n`;
  const inner = pad + " ".repeat(2 + choices.of(2));
  if (!Array.isArray(value)) return `${comment}\n${printMap(value, inner, style)}`;
  const listPad = choices.chance(3) ? pad : inner;
  return `${comment}\n${value.map((item) => printItem(item, listPad, style)).join("")}`;
}

function printItem(item: any, pad: string, style: Style): string {
  const { choices } = style;
  const above = choices.chance(6) ? `${pad}# item\n` : "";
  const comment = choices.chance(5) ? " # i" : "";
  if (typeof item !== "object" || item === null || choices.chance(2) || Object.keys(item).length === 0)
    return `${above}${pad}- ${printFlow(item, style)}${comment}\n`;
  if (Array.isArray(item)) {
    const inner = item.map((one) => printItem(one, `${pad}  `, style)).join("");
    return `${above}${pad}-\n${inner}`;
  }
  return `${above}${pad}-\n${printMap(item, `${pad}   `, style)}`;
}

function printFlow(value: any, style: Style): string {
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? quoted(value, style) : String(value);
  const { choices, defined, anchors } = style;
  const maps = defined.filter(({ isMap }) => isMap);
  const merge = !Array.isArray(value) && anchors === "anchors" && choices.chance(5);
  const merges = !merge ? [] : maps.length > 0 ? [`<<: *${maps[0]!.name}`] : ["<<: {a: 1, k: two}"];
  const items = Array.isArray(value)
    ? value.map((item) => printFlow(item, style))
    : [...Object.entries(value).map(([key, item]) => `${key}: ${printFlow(item, style)}`), ...merges];
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (items.length > 0 && choices.chance(5)) {
    const lines = items.map((item, index) => {
      const comma = index < items.length - 1 || choices.chance(3) ? "," : "";
      return `      ${item}${comma}${choices.chance(3) ? " # f" : ""}\n`;
    });
    return `${open}\n${lines.join("")}     ${close}`;
  }
  const gap = choices.chance(2) ? " " : "";
  return `${open}${gap}${items.join(", ")}${gap}${close}`;
}

function quoted(value: unknown, { choices }: Style): string {
  if (typeof value !== "string") return String(value);
  return /\n/.test(value) || choices.chance(2) ? JSON.stringify(value) : `'${value.replaceAll("'", "''")}'`;
}

function printed(data: object, numbers: readonly number[], anchors: Style["anchors"]): string {
  const choices = new Choices(numbers);
  const text = printMap(data, "", { choices, anchors, defined: [] });
  const ended = choices.chance(6) ? text.replace(/\n$/, "") : text;
  return choices.chance(4) ? ended.replaceAll("\n", "\r\n") : ended;
}

const document = fc.dictionary(fc.constantFrom(...names), json.value, { minKeys: 1, maxKeys: 4 });
const changes = fc.array(edit, { minLength: 1, maxLength: 3 });
const numbers = fc.array(fc.nat(1000), { minLength: 7, maxLength: 60 });

/** As many as a second or two allow; fifty times as many were run while this was written. */
const numRuns = 400;

test("random changes of block documents without anchors are made exactly, and never refused", () => {
  fc.assert(
    fc.property(document, numbers, changes, (data, style, edits) => {
      const text = printed(data, style, "none");
      const edited = expectEdited(text, edits);
      if (edited === null) expect.fail(`refused: ${text}`);
      for (const [key, part] of partsOf(text))
        if (edits.every(({ path }) => path[0] !== key)) expect(edited).toContain(part);
    }),
    { numRuns },
  );
});

/** The lines of each key, without the comments and blank lines that follow. */
function partsOf(text: string): readonly (readonly [key: string, text: string])[] {
  return text
    .split(/^(?=[a-d]:)/m)
    .slice(1)
    .map((part) => [part[0]!, part.replace(/(\r?\n *(#.*)?)+$/, "")] as const);
}

test("random changes of documents with anchors, aliases and merge keys are made exactly, or rarely refused", () => {
  let refused = 0;
  fc.assert(
    fc.property(document, numbers, changes, (data, style, edits) => {
      const text = printed(data, style, "anchors");
      fc.pre(modelOf(text) !== undefined);
      if (expectEdited(text, edits) === null) refused++;
    }),
    { numRuns },
  );
  expect(refused).toBeLessThan(numRuns / 50);
});

test("no text makes it throw", () => {
  const pieces =
    "a:|b: |? |: |- |&x |*x|<<: |{|}|[|]|,|# c|'|\"|!!str |~|1|a|\t|%YAML 1.1\n|---\n|...\n|\n|\n  |\r|\ufeff"
      .split("|")
      .concat("|");
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, changes, (text, edits) => {
      const edited = editDocument({ name: "stack.yml", text }, edits);
      expect("text" in edited || typeof edited.refusal === "string").toBe(true);
    }),
    { numRuns: 2 * numRuns },
  );
});
