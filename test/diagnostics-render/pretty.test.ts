import { describe, expect, test } from "vitest";
import { diagnosing } from "../../src/diagnostics/diagnostic.ts";
import { renderFrames } from "../../src/diagnostics/render/pretty.ts";
import type { Span } from "../../src/diagnostics/source.ts";

/** A finding with two labels, whose spans are the parts of the text in « » and ‹ ›. */
function render(marked: string): string {
  const { text, primary, secondary } = unmark(marked);
  const source = { name: "stack.yml", text };
  const spans: readonly [Span, ...Span[]] = secondary ? [primary, secondary] : [primary];
  return renderFrames([diagnosing(source)("duplicate-key", spans, { key: "a" })], source);
}

function unmark(marked: string): {
  readonly text: string;
  readonly primary: Span;
  readonly secondary: Span | undefined;
} {
  const offsets = new Map<string, number>();
  let text = "";
  for (const character of marked) {
    if ("«»‹›".includes(character)) offsets.set(character, text.length);
    else text += character;
  }
  const primary = { start: offsets.get("«")!, end: offsets.get("»")! };
  return {
    text,
    primary,
    secondary: offsets.has("‹") ? { start: offsets.get("‹")!, end: offsets.get("›")! } : undefined,
  };
}

/** The rows of the frame: without the heading, the place and the help. */
function frameOf(marked: string): string {
  const rows = render(marked).split("\n");
  return rows
    .slice(
      3,
      rows.findIndex((row) => /^ *= /.test(row)),
    )
    .join("\n");
}

describe("a frame", () => {
  test("with its heading, place and help", () => {
    expect(render("web:\n  «image»: nginx\n")).toMatchInlineSnapshot(`
      "warning[duplicate-key]: the key \`a\` appears twice, and the last one wins
       --> stack.yml:2:3
        |
      2 |   image: nginx
        |   ^^^^^ this one is used
        = help: remove one of them
      "
    `);
  });

  test("of two labels on one line", () => {
    expect(frameOf("{ ‹a›: 1, «a»: 2 }\n")).toMatchInlineSnapshot(`
      "1 | { a: 1, a: 2 }
        |   - this one is ignored
        |         ^ this one is used"
    `);
  });

  test("of two labels on one line, the primary one first", () => {
    expect(frameOf("{ «a»: 1, ‹a›: 2 }\n")).toMatchInlineSnapshot(`
      "1 | { a: 1, a: 2 }
        |   ^ this one is used
        |         - this one is ignored"
    `);
  });

  test("of labels on neighbouring lines", () => {
    expect(frameOf("web:\n  ‹a›: 1\n  «a»: 2\n")).toMatchInlineSnapshot(`
      "2 |   a: 1
        |   - this one is ignored
      3 |   a: 2
        |   ^ this one is used"
    `);
  });

  test("of labels far apart", () => {
    expect(frameOf(`‹a›: 1\n${"b: 2\n".repeat(98)}«a»: 3\n`)).toMatchInlineSnapshot(`
      "  1 | a: 1
          | - this one is ignored
      ...
      100 | a: 3
          | ^ this one is used"
    `);
  });

  test("of labels with one line between them", () => {
    expect(frameOf("‹a›: 1\nb: 2\n«a»: 3\n")).toMatchInlineSnapshot(`
      "1 | a: 1
        | - this one is ignored
      ...
      3 | a: 3
        | ^ this one is used"
    `);
  });

  test("of a span over several lines marks the first to its end", () => {
    expect(frameOf("web:\n  «image: nginx\n  ports: []»\n")).toMatchInlineSnapshot(`
      "2 |   image: nginx
        |   ^^^^^^^^^^^^ this one is used"
    `);
  });

  test("with tabs", () => {
    expect(frameOf("a:\t«b»\t# c\n")).toMatchInlineSnapshot(`
      "1 | a:    b    # c
        |       ^ this one is used"
    `);
    expect(frameOf("a: «b\tc» d\n")).toMatchInlineSnapshot(`
      "1 | a: b    c d
        |    ^^^^^^ this one is used"
    `);
  });

  test("with line ends of Windows", () => {
    expect(render("web:\r\n  ‹a›: 1\r\n  «a: 2»\r\n")).toBe(render("web:\n  ‹a›: 1\n  «a: 2»\n"));
  });

  test("at the end of the file", () => {
    expect(frameOf("web:\n  image: nginx«»")).toMatchInlineSnapshot(`
      "2 |   image: nginx
        |               ^ this one is used"
    `);
    expect(frameOf("web:\n«»")).toMatchInlineSnapshot(`
      "2 |
        | ^ this one is used"
    `);
    expect(frameOf("«»")).toMatchInlineSnapshot(`
      "1 |
        | ^ this one is used"
    `);
  });

  test("of an empty span in a line", () => {
    expect(frameOf("web: «»nginx\n")).toMatchInlineSnapshot(`
      "1 | web: nginx
        |      ^ this one is used"
    `);
  });

  test("with control characters made visible, and marked as wide as they are shown", () => {
    expect(frameOf("a\u0007: «\u001b\u202e»b\n")).toMatchInlineSnapshot(`
      "1 | a\\u{7}: \\u{1b}\\u{202e}b
        |         ^^^^^^^^^^^^^^ this one is used"
    `);
  });
});

/** What stands above the marks of a row of marks. */
function marked(frame: string, mark: "^" | "-"): string {
  const rows = frame.split("\n").map((row) => row.replace(/^ *\d* \| ?/, ""));
  const at = rows.findIndex((row) => new RegExp(`^ *\\${mark}+( |$)`).test(row));
  const text = rows.slice(0, at).findLast((row) => !/^ *[-^]+( |$)/.test(row))!;
  const start = rows[at]!.indexOf(mark);
  return text.slice(start, start + rows[at]!.trim().split(" ")[0]!.length);
}

describe("a long line", () => {
  const long = "x".repeat(400);

  test("is clipped after a label near its begin", () => {
    const frame = frameOf(`«web»: ${long}\n`);
    expect(frame).toMatch(/\.\.\.$/m);
    expect(marked(frame, "^")).toBe("web");
    expect(Math.max(...frame.split("\n").map((row) => row.length))).toBeLessThan(140);
  });

  test("is clipped before a label near its end", () => {
    const frame = frameOf(`${long}: «nginx»\n`);
    expect(frame).toMatch(/\| \.\.\.x/);
    expect(marked(frame, "^")).toBe("nginx");
  });

  test("is clipped on both sides of a label in the middle", () => {
    const frame = frameOf(`${long} «nginx» ${long}\n`);
    expect(frame).toMatch(/\| \.\.\.x.*x\.\.\.$/m);
    expect(marked(frame, "^")).toBe("nginx");
  });

  test("is clipped in a label that is longer than the screen", () => {
    const frame = frameOf(`web: «${long}» # more\n`);
    expect(frame).toMatch(/x\.\.\.$/m);
    expect(marked(frame, "^")).toMatch(/^x+$/);
  });

  test("with two labels far apart shows both, each where it stands", () => {
    const frame = frameOf(`{ ‹first›: 1, ${long}: 2, «second»: 3 }\n`);
    expect(marked(frame, "-")).toBe("first");
    expect(marked(frame, "^")).toBe("second");
  });

  test("is not cut through a character", () => {
    for (const padding of ["", "x"]) expect(frameOf(`«${padding}${"😀".repeat(200)}»\n`)).not.toContain("\\u{d83d}");
  });
});

test("a line that is just as wide as the screen is not clipped", () => {
  expect(frameOf(`«web»: ${"x".repeat(115)}\n`)).not.toContain("...");
});

test("no finding is no text", () => {
  expect(renderFrames([], { name: "stack.yml", text: "a\n" })).toBe("");
});
