import { describe, expect, test } from "vitest";
import { diagnosing } from "../../src/diagnostics/diagnostic.ts";
import { renderFrames } from "../../src/diagnostics/render/pretty.ts";

/** How many columns of a terminal a text takes, by where the mark after it stands, and by how long its own mark is. */
function columns(text: string): { readonly before: number; readonly marked: number } {
  const markOf = (line: string, start: number, end: number): string => {
    const source = { name: "stack.yml", text: line };
    return renderFrames([diagnosing(source)("empty-file", [{ start, end }], {})], source).split("\n")[4]!;
  };
  const before = markOf(`${text}|`, text.length, text.length + 1);
  return { before: before.indexOf("^") - "  | ".length, marked: markOf(text, 0, text.length).split("^").length - 1 };
}

/** Widths by Unicode's East Asian Width (W and F take two columns) and by what terminals do with marks and emoji. */
describe("columns of", () => {
  test.each([
    { what: "ASCII", text: "web", width: 3 },
    { what: "Latin", text: "café", width: 4 },
    { what: "a combining accent", text: "cafe\u0301", width: 4 },
    { what: "Cyrillic", text: "веб", width: 3 },
    { what: "Han", text: "東京", width: 4 },
    { what: "Hiragana", text: "ひらがな", width: 8 },
    { what: "Katakana", text: "カタカナ", width: 8 },
    { what: "Katakana with its sign for long vowels", text: "サーバー", width: 8 },
    { what: "halfwidth Katakana", text: "ｻｰﾊﾞ", width: 4 },
    { what: "Hangul", text: "서버", width: 4 },
    { what: "CJK punctuation", text: "、。「」", width: 8 },
    { what: "the ideographic space", text: "\u3000", width: 2 },
    { what: "fullwidth Latin", text: "ｗｅｂ！", width: 8 },
    { what: "fullwidth currency", text: "￥", width: 2 },
    { what: "emoji", text: "🚀🐳", width: 4 },
    { what: "Han beyond the first plane", text: "𠮷", width: 2 },
    { what: "Arabic with vowel marks", text: "مُ", width: 1 },
  ])("$what", ({ text, width }) => {
    expect(columns(text)).toEqual({ before: width, marked: width });
  });
});
