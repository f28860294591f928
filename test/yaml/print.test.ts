import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { mapTexts, plainData, printYaml, Quoted, Sourced, type Printable } from "../../src/yaml/print.ts";
import { readByPyYaml, testWithPyYaml } from "./pyyaml.ts";

const words = (
  "y Y n N yes Yes YES no No NO on On ON off Off OFF true True TRUE false False FALSE null Null NULL ~ = << < > | - -- --- ... . .. * & ! % @ ` " +
  "*a &a !a !!str %YAML @a `a` # a#b :a a: a:b : ? ?a [ ] { } , [] {} [a] {a} ' \" \\ '' \"\" 0 1 -1 +1 007 08 0777 0b11 0o17 0x1F 1_000 1.0 .5 5. 1e3 1.5e+3 e0 E-5 .e0 ._e1 .inf -.inf .nan " +
  "22:22 190:20:30 1:30.5 2015-01-01 2015-01-01T10:00:00Z 0.0.0.0 127.0.0.1:80 v1.0 __proto__ constructor a=b $a ${a} $$ {{a}} <a>"
).split(" ");
const awkward = [
  ...words,
  "",
  " ",
  "  a",
  "a  ",
  "\t",
  "\ta",
  "a\tb",
  "\n",
  "a\n",
  "\na",
  "a\n\nb\n\n",
  "a\r\nb",
  "\r",
  "a: b",
  "a #b",
  "- a",
  "? a",
  "a, b",
  "\0",
  "\x07\x08\x1b\x7f",
  "\x85",
  "a\u2028b\u2029c",
  "\u00a0",
  "\u00ad\u200b\u200e\u202e\u2066",
  "\ufeff",
  "\ufffe",
  "\uffff",
  "\ud7ff\ue000",
  "\u{1f600}",
  "\u{10ffff}",
  "\u{1fffe}",
  "żółć 漢字",
  "2015-01-01 10:00:00",
  "x".repeat(2000),
  `${"word ".repeat(100)}end`,
];
const text = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...awkward) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.stringMatching(/^[-+.~:_ 0-9a-fox#'"\\]{1,8}$/) },
);
const keyed = fc
  .dictionary(text, text, { maxKeys: 5, noNullPrototype: true })
  .map((record) => new Map(Object.entries(record)));
const print = (value: Printable, header = "header"): string => printYaml(value, header, () => undefined);

describe("printed text is read as it was", () => {
  test.each(awkward)("%j", (awkwardText) => {
    for (const value of [awkwardText, new Quoted(awkwardText)]) {
      const data = { list: [value, "next"], value, next: "text" };
      for (const version of ["1.1", "1.2"] as const)
        expect(parse(print(data), { version })).toEqual({
          list: [awkwardText, "next"],
          value: awkwardText,
          next: "text",
        });
    }
  });

  test.each(awkward)("%j as a key", (awkwardText) => {
    const data = new Map([[awkwardText, "text"]]);
    for (const version of ["1.1", "1.2"] as const)
      expect(parse(print({ map: data }), { version, mapAsMap: true })).toEqual(new Map([["map", data]]));
  });

  test("any text, by readers of YAML 1.1 and 1.2", () => {
    fc.assert(
      fc.property(keyed, fc.array(text), (map, list) => {
        const data = new Map<string, Printable>([
          ["map", map],
          ["list", list],
        ]);
        const printed = print(data);
        for (const version of ["1.1", "1.2"] as const)
          expect(parse(printed, { version, mapAsMap: true })).toEqual(plainData(data));
      }),
    );
  });

  testWithPyYaml("any text, by PyYAML", () => {
    const samples = fc.sample(fc.tuple(keyed, fc.array(text)), 500);
    const batch = [
      ...awkward.map((one) => ({ map: new Map([[one, one]]), list: [one] })),
      ...samples.map(([map, list]) => ({ map, list })),
    ];
    const read = readByPyYaml(batch.map(({ map, list }) => print({ map, list })));
    for (const [index, { map, list }] of batch.entries())
      expect(read[index], print({ map, list })).toEqual([
        "dict",
        [
          ["map", [...map]],
          ["list", list],
        ],
      ]);
  });
});

test("data of every kind is read as it was", () => {
  const { value } = fc.letrec<{ value: Printable }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc
        .dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true })
        .map((record) => new Map(Object.entries(record))),
    ),
  }));
  fc.assert(
    fc.property(value, (data) => {
      expect(parse(print({ data }), { mapAsMap: true })).toEqual(new Map([["data", plainData(data)]]));
    }),
  );
});

test("nothing but printable characters is printed", () => {
  fc.assert(
    fc.property(keyed, text, (map, header) => {
      expect(print(map, header)).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/,
      );
    }),
  );
});

test("simple text stands without quotes, what a reader might mistake in quotes", () => {
  const plain = ["nginx:1.27", "/srv/data:/data:ro", "on-failure:3", "web-1", "ALL", "a.b_c"];
  const mistakable = ["no", "22:22", "1.10", "<<", "=", "0777", "~", "", "y", "null", "a b", "a: b"];
  expect(print([...plain, ...mistakable])).toBe(
    `# header\n\n${plain.map((one) => `- ${one}\n`).join("")}${mistakable.map((one) => `- ${JSON.stringify(one)}\n`).join("")}`,
  );
});

describe("comments", () => {
  const breaks = ["\u2028", "\u2029", "\u0085", "\r", "\r\n", "\v", "\f", "\0", "\u001b[31m", "\ufeff", "\u202e"];
  const comments = (comment: string) => {
    const around = { before: ` ${comment}`, beside: ` ${comment}`, after: ` ${comment}` };
    return { ...around, items: [{ text: "item", comments: around }] };
  };
  const commented = (comment: string): string => {
    const service = new Map<string, Printable>([
      ["image", new Sourced(["web", "image"], "nginx")],
      ["list", new Sourced(["web", "list"], [new Sourced(["web", "list", 0], "item")])],
      ["names", new Sourced(["web", "names"], ["item"])],
    ]);
    return printYaml({ service: new Sourced(["web"], service) }, comment, () => comments(comment));
  };
  const data = { service: { image: "nginx", list: ["item"], names: ["item"] } };

  test.each(breaks)("%j does not end a comment", (character) => {
    const printed = commented(`x${character}evil: true`);
    expect(parse(printed)).toEqual(data);
    expect(parse(printed, { version: "1.1" })).toEqual(data);
    for (const line of printed.split(/[\n\r\u0085\u2028\u2029\v\f]/))
      expect(line).toMatch(/^\s*(#.*|(- )?(service|image|list|item|names)(:.*)?)?( #.*)?$/);
  });

  testWithPyYaml("nor for PyYAML", () => {
    const read = readByPyYaml(breaks.map((character) => commented(`x${character}evil: true`)));
    const expected = [
      "dict",
      [
        [
          "service",
          [
            ["image", "nginx"],
            ["list", ["item"]],
            ["names", ["item"]],
          ],
        ],
      ],
    ];
    expect(read).toEqual(breaks.map(() => expected));
  });

  test("any comment leaves the data alone", () => {
    fc.assert(
      fc.property(text, (comment) => {
        expect(parse(commented(comment))).toEqual(data);
      }),
    );
  });

  test("of several lines stay comments", () => {
    expect(parse(commented("one\ntwo: 2\n- three"))).toEqual(data);
  });
});

test("every text is changed, and no key", () => {
  const data: Printable = {
    $a: ["$b", new Quoted("$c"), new Sourced([], "$d"), 1, null, true],
    map: new Map([["$e", "$f"]]),
  };
  const changed = plainData(mapTexts(data, (one) => one.replace("$", "$$$$")));
  expect(changed).toEqual(
    new Map<string, unknown>([
      ["$a", ["$$b", "$$c", "$$d", 1, null, true]],
      ["map", new Map([["$e", "$$f"]])],
    ]),
  );
});
