import { describe, expect, test } from "vitest";
import type { Diagnostic, Place } from "../../src/diagnostics/diagnostic.ts";
import { parseDocument, reporter, type LocatedDocument } from "../../src/yaml/document.ts";

function read(text: string): LocatedDocument {
  const diagnostics: Diagnostic[] = [];
  const document = parseDocument({ name: "stack.yml", text }, diagnostics);
  if (!document) throw new Error(diagnostics.map(({ message }) => message).join());
  return document;
}

/** The text at a place, with `[` and `]` around it in its line. */
function marked(text: string, place: Place): string {
  const { start, end } = read(text).locate(place);
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1).split(/\r?\n/)[0]!;
  const column = start - (text.lastIndexOf("\n", start - 1) + 1);
  return `${line.slice(0, column)}[${text.slice(start, end)}]${line.slice(column + end - start)}`;
}

const web = `web:
  image: nginx # from the hub
  ports: &ports
    - "80:80"
    - 443
  environment: { MODE: 'pro', EMPTY: }
  command: run   --all
  labels:
    "quoted key": "a \\"b\\" c"
  links:
other:
  ports: *ports
`;

describe("places", () => {
  test.each<readonly [string, Place, string]>([
    ["a value", ["web", "image"], "  image: [nginx] # from the hub"],
    ["a key", { path: ["web", "image"], part: "key" }, "  [image]: nginx # from the hub"],
    ["a quoted item with its quotes", ["web", "ports", 0], '    - ["80:80"]'],
    ["a number", ["web", "ports", 1], "    - [443]"],
    ["the first line of a list", ["web", "ports"], '    [- "80:80"]'],
    ["a flow mapping", ["web", "environment"], "  environment: [{ MODE: 'pro', EMPTY: }]"],
    ["a value in it", ["web", "environment", "MODE"], "  environment: { MODE: ['pro'], EMPTY: }"],
    ["a key in it", { path: ["web", "environment", "MODE"], part: "key" }, "  environment: { [MODE]: 'pro', EMPTY: }"],
    ["the key of a missing value in it", ["web", "environment", "EMPTY"], "  environment: { MODE: 'pro', [EMPTY]: }"],
    ["the key of a missing value", ["web", "links"], "  [links]:"],
    ["a quoted key", { path: ["web", "labels", "quoted key"], part: "key" }, '    ["quoted key"]: "a \\"b\\" c"'],
    ["a quoted value", ["web", "labels", "quoted key"], '    "quoted key": ["a \\"b\\" c"]'],
    ["text up to its last word", ["web", "command"], "  command: [run   --all]"],
    ["part of a text", { path: ["web", "command"], part: { text: "--all" } }, "  command: run   [--all]"],
    ["part of a quoted text", { path: ["web", "ports", 0], part: { text: ":80" } }, '    - "80[:80]"'],
    [
      "the whole text without that part",
      { path: ["web", "command"], part: { text: "absent" } },
      "  command: [run   --all]",
    ],
    ["the whole text for an empty part", { path: ["web", "command"], part: { text: "" } }, "  command: [run   --all]"],
    ["an alias", ["other", "ports"], "  ports: [*ports]"],
    ["an item behind an alias", ["other", "ports", 0], '    - ["80:80"]'],
    ["the nearest key for a path that does not exist", ["web", "tags"], "[web]:"],
    ["the nearest key in a list", ["web", "ports", 7], "  [ports]: &ports"],
    ["the nearest key below a text", ["web", "image", "name"], "  [image]: nginx # from the hub"],
    ["the first line for the root", [], "[web:]"],
  ])("%s", (_, place, expected) => {
    expect(marked(web, place)).toBe(expected);
  });

  test("a line end of two characters belongs to no place", () => {
    const windows = web.replaceAll("\n", "\r\n");
    expect(marked(windows, ["web", "image"])).toBe("  image: [nginx] # from the hub");
    expect(marked(windows, ["web", "ports"])).toBe('    [- "80:80"]');
    expect(marked(windows, ["web"])).toBe("  [image: nginx # from the hub]");
    expect(marked(windows, ["web", "command"])).toBe("  command: [run   --all]");
    expect(marked(windows, ["web", "links"])).toBe("  [links]:");
  });

  test.each(["null", "~", "Null"])("%s is a value with a place", (word) => {
    expect(marked(`web:\n  links: ${word}\n`, ["web", "links"])).toBe(`  links: [${word}]`);
  });

  test("a merged value is where it was written", () => {
    const text = "x-base: &base\n  image: nginx\n  tty: true\nweb:\n  <<: *base\n  tty: false\n";
    expect(marked(text, ["web", "image"])).toBe("  image: [nginx]");
    expect(marked(text, { path: ["web", "image"], part: "key" })).toBe("  [image]: nginx");
    expect(marked(text, ["web", "tty"])).toBe("  tty: [false]");
    expect(marked(text, ["web", "ports"])).toBe("[web]:");
  });

  test("a merged item of a list of templates too", () => {
    const text = "x-a: &a {image: one}\nx-b: &b {image: two, user: me}\nweb:\n  <<: [*a, *b]\n";
    expect(marked(text, ["web", "image"])).toBe("x-a: &a {image: [one]}");
    expect(marked(text, ["web", "user"])).toBe("x-b: &b {image: two, user: [me]}");
  });

  test("a part of an aliased text is in the text", () => {
    const text = "x-image: &image registry/nginx\nweb:\n  image: *image\n";
    expect(marked(text, ["web", "image"])).toBe("  image: [*image]");
    expect(marked(text, { path: ["web", "image"], part: { text: "nginx" } })).toBe("x-image: &image registry/[nginx]");
  });

  test("the last of two equal keys", () => {
    expect(marked("web:\n  image: one\n  image: two\n", ["web", "image"])).toBe("  image: [two]");
  });

  test("folded and literal text is marked on its first line", () => {
    const text = "web:\n  command: >\n    one\n    two $A\n";
    expect(read(text).locate(["web", "command"]).start).toBe(text.indexOf(">"));
    expect(marked(text, { path: ["web", "command"], part: { text: "$A" } })).toBe("    two [$A]");
  });

  test.each(["", "\n\n", "# only a comment\n", "---\n"])("an empty file %j has a place", (text) => {
    const { start, end } = read(text).locate([]);
    expect(start).toBeLessThanOrEqual(end);
    expect(end).toBeLessThanOrEqual(text.length);
  });

  test("names of prototypes are names as any other", () => {
    const text = "__proto__:\n  constructor: a\ntoString: b\n";
    expect(marked(text, ["__proto__", "constructor"])).toBe("  constructor: [a]");
    expect(marked(text, ["toString"])).toBe("toString: [b]");
    expect(marked(text, ["hasOwnProperty"])).toBe("[__proto__:]");
  });
});

describe("reports", () => {
  test("both places of a conflict are labelled", () => {
    const diagnostics: Diagnostic[] = [];
    const document = read("web:\n  autorestart: ALWAYS\n  restart: always\n");
    reporter(document, diagnostics)(
      "duplicate-restart",
      { path: ["web", "restart"], part: "key", also: { path: ["web", "autorestart"], part: "key" } },
      { service: "web" },
    );
    expect(
      diagnostics.map(({ labels }) => labels.map(({ start, end }) => [start.line, start.column, end.column])),
    ).toEqual([
      [
        [3, 3, 10],
        [2, 3, 14],
      ],
    ]);
  });
});

describe("values", () => {
  test("are those of YAML 1.2, in mappings without a prototype", () => {
    const { value } = read("a: no\nb: 22:22\nc: 2015-01-01\nd: 0777\ne: true\nf: ~\ng: 1_000\nh: !!str 5\ni: .inf\n");
    expect({ ...(value as object) }).toEqual({
      a: "no",
      b: "22:22",
      c: "2015-01-01",
      d: 777,
      e: true,
      f: null,
      g: "1_000",
      h: "5",
      i: ".inf",
    });
    expect(Object.getPrototypeOf(value)).toBeNull();
  });

  test("a declared version changes nothing", () => {
    expect({ ...(read("%YAML 1.1\n---\na: no\nb: 22:22\n").value as object) }).toEqual({ a: "no", b: "22:22" });
  });

  test.each([
    ["0777", "0777"],
    ["1.10", "1.10"],
    ["0x1F", "0x1F"],
    ["True", "True"],
    ["'0777'", "0777"],
    ['"a\\tb"', "a\tb"],
    ["text # comment", "text"],
    ["*one", "0o17"],
  ])("%s is written %s", (source, written) => {
    expect(read(`x: &one 0o17\nvalue: ${source}\n`).written(["value"])).toBe(written);
  });

  test.each([
    ["text", true],
    ["22:22", true],
    ["*plain", true],
    ["'text'", false],
    ['"text"', false],
    ["|\n  text", false],
    ["[text]", false],
  ])("%s is plain: %s", (source, isPlain) => {
    expect(read(`x: &plain text\nvalue: ${source}\n`).isPlain(["value"])).toBe(isPlain);
  });

  test.each([
    ["&a text", true],
    ["{ key: &a text }", true],
    ["[[&a 1]]", true],
    ["&a", true],
    ["text", false],
    ["*x", false],
    ["{ key: *x }", false],
  ])("%s holds an anchor: %s", (source, isAnchored) => {
    expect(read(`x: &x text\nvalue: ${source}\n`).isAnchored(["value"])).toBe(isAnchored);
  });
});

describe("comments", () => {
  const document = read(
    "# top\n\n# more\n\nweb: # beside\n  # above\n  image: nginx # after\n  # settings\n  ports:\n    # first\n    - 80 # one\n    # second\n    - 81\n# end\n",
  );

  test.each<readonly [string, readonly (string | number)[], object | undefined]>([
    ["beside a mapping's key", ["web"], { before: undefined, beside: " beside", after: undefined }],
    ["beside a value", ["web", "image"], { before: " above", beside: " after", after: undefined }],
    ["above a field", ["web", "ports"], { before: " settings", beside: undefined, after: undefined }],
    ["around an item", ["web", "ports", 0], { before: " first", beside: " one", after: undefined }],
    ["above an item", ["web", "ports", 1], { before: " second", beside: undefined, after: undefined }],
    ["at the top of the file", [], { before: " top\n\n more", beside: undefined, after: " end" }],
  ])("%s", (_, path, comments) => {
    expect(document.comments(path)).toMatchObject(comments!);
  });

  test("of the items of a list", () => {
    expect(document.comments(["web", "ports"])!.items).toMatchObject([
      { text: "80", comments: { before: " first", beside: " one" } },
      { text: "81", comments: { before: " second", beside: undefined } },
    ]);
  });

  test("nowhere for a path that does not exist", () => {
    expect(document.comments(["web", "tags"])).toBeUndefined();
  });

  test.each([
    ["at the items' column", "    # x", ["web", "list"], "after"],
    ["deeper than the items", "      # x", ["web", "list"], "after"],
    ["at the fields' column", "  # x", ["web"], "after"],
    ["between the columns", "   # x", ["web"], "after"],
    ["at the services' column", "# x", ["db"], "before"],
  ] as const)("%s, below the last item of a service: %s is %s %s", (_, comment, path, side) => {
    const found = read(`web:\n  image: a\n  list:\n    - b\n${comment}\n\ndb:\n  image: c\n`).comments(path);
    expect(found![side]).toBe(" x");
  });

  test.each(["# x", "  # x", "      # x"])("above a field, at any column: %j", (comment) => {
    const text = `web:\n  image: a\n${comment}\n  list: [b]\n`;
    expect(read(text).comments(["web", "list"])!.before).toBe(" x");
    expect(read(text.replaceAll("\n", "\r")).comments(["web", "list"])!.before).toBe(" x");
    expect(read(text.replaceAll("\n", "\r\n")).comments(["web", "list"])!.before).toBe(" x");
  });

  test("not in texts", () => {
    const text = 'a:\n  image: "# x"\n  command: |\n    # y\n    # z\n  user: a#b\n';
    for (const field of ["image", "command", "user"]) expect(read(text).comments(["a", field])).toBeUndefined();
  });
});
