import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Path } from "../../src/diagnostics/diagnostic.ts";
import type { ValueComments } from "../../src/yaml/comment-texts.ts";
import { printYaml } from "../../src/yaml/print.ts";
import { Block, Commented, Escaped, plainData, Quoted, Sourced, type Printable } from "../../src/yaml/printable.ts";
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

test("every text is escaped, and no key", () => {
  const inner = new Escaped(["{$a}"], (one) => one.replace("{", "[{]"));
  const data: Printable = new Escaped(
    {
      $a: ["$b", new Quoted("$c"), new Sourced([], "$d"), inner, 1, null, true],
      map: new Map<string, Printable>([["$e", new Block("$f\n$g\n")]]),
    },
    (one) => one.replaceAll("$", "$$$$"),
  );
  expect(print({ data, other: "$h" })).toBe(`# header

data:
  "$a":
    - "$$b"
    - "$$c"
    - "$$d"
    - - "[{]$$a}"
    - 1
    - null
    - true

  map:
    "$e": |
      $$f
      $$g

other: "$h"
`);
  expect(plainData({ data })).toEqual(parse(print({ data }), { mapAsMap: true }));
});

describe("the layout of", () => {
  test("a list in a list, and a mapping in a list", () => {
    const data = [[["a"], []], [{ b: "c", d: ["e"], f: {} }]];
    expect(print({ data }, "h")).toBe(
      "# h\n\ndata:\n  - - - a\n    - []\n  - - b: c\n      d:\n        - e\n      f: {}\n",
    );
  });

  test("a key that is too long to be found before its colon", () => {
    const [longest, longer] = ["k".repeat(1024), "k".repeat(1025)];
    const printed = print({ [longest]: "a", [longer]: { b: ["c"] }, d: [{ [longer]: "e" }] }, "h");
    expect(printed).toBe(`# h\n\n${longest}: a\n\n? ${longer}\n: b:\n    - c\n\nd:\n  - ? ${longer}\n    : e\n`);
  });

  test("a block, whose empty lines are empty", () => {
    const block = new Block("a\n\n  b\nc\n");
    expect(print({ data: [block], block }, "h")).toBe(
      "# h\n\ndata:\n  - |\n    a\n\n      b\n    c\n\nblock: |\n  a\n\n    b\n  c\n",
    );
  });

  test("sections and the mappings in them, which blank lines separate", () => {
    const data = { a: { b: { c: 1 }, d: { e: { f: 2 }, g: { h: 3 } }, i: 4, j: {} }, k: 5 };
    expect(print(data, "h")).toBe(
      "# h\n\na:\n  b:\n    c: 1\n\n  d:\n    e:\n      f: 2\n    g:\n      h: 3\n  i: 4\n  j: {}\n\nk: 5\n",
    );
  });
});

describe("data with comments around every value is read as it was", () => {
  const comment = fc.option(fc.array(text, { minLength: 1, maxLength: 3 }), { nil: undefined });
  const lines = comment.map((given) => given?.join("\n") || undefined);
  const comments = fc.record({ before: lines, beside: lines, after: lines });
  const items = fc.array(fc.record({ text: fc.constantFrom("a", "b"), comments }), { maxLength: 3 });
  const valueComments = fc.tuple(comments, items).map(([around, ofItems]) => ({ ...around, items: ofItems }));
  const { value } = fc.letrec<{ value: Printable; bare: Printable }>((tie) => ({
    bare: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      text,
      text.map((one) => new Quoted(one)),
      text.map((one) => new Block(one)),
      fc.integer(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(text, tie("value")), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    ),
    value: fc.oneof(
      tie("bare"),
      // The comments stand in the place itself.
      fc.tuple(valueComments, tie("bare")).map(([given, bare]) => new Sourced([JSON.stringify(given)], bare)),
      fc.tuple(text, text).map(([own, one]) => new Commented(own, new Quoted(one))),
      tie("bare").map((bare) => new Escaped(bare, (one) => one.replaceAll("$", "$$$$"))),
    ),
  }));
  const commentsAt = ([given]: Path) =>
    given === undefined ? undefined : (JSON.parse(String(given)) as ValueComments);

  test("by readers of YAML 1.1 and 1.2", () => {
    fc.assert(
      fc.property(value, (one) => {
        const printed = printYaml({ data: one }, "header", commentsAt);
        for (const version of ["1.1", "1.2"] as const)
          expect(parse(printed, { version, mapAsMap: true })).toEqual(plainData({ data: one }));
      }),
    );
  });
});

test("a file may have any number of comments at its top and at its end", () => {
  const comment = " x\n".repeat(900_000).trimEnd();
  const printed = printYaml({ web: 1 }, undefined, (path) =>
    path.length === 0 ? { before: comment, beside: undefined, after: comment, items: [] } : undefined,
  );
  expect(printed.split("\n").filter((line) => line === "# x")).toHaveLength(1_800_000);
});
