import { describe, expect, test } from "vitest";
import { visible } from "../../src/text/visible.ts";

describe("visible", () => {
  test.each([
    { text: "plain text, 東京 and 🚀", shown: "plain text, 東京 and 🚀" },
    { text: "a\tb", shown: "a    b" },
    { text: "a\r\nb", shown: "a\\u{d}\\u{a}b" },
    { text: "\u001b[31m", shown: "\\u{1b}[31m" },
    { text: "\u009b31m\u0085", shown: "\\u{9b}31m\\u{85}" },
    { text: "\u202e\u2066\u200b\ufeff", shown: "\\u{202e}\\u{2066}\\u{200b}\\u{feff}" },
    { text: "\u2028\u2029", shown: "\\u{2028}\\u{2029}" },
    { text: "\u0000\u007f", shown: "\\u{0}\\u{7f}" },
    { text: "\ud800x", shown: "\\u{d800}x" },
    { text: "\u{e0041}", shown: "\\u{e0041}" },
    { text: "\ue000", shown: "\\u{e000}" },
    { text: "##[error]x ##vso[y]", shown: "# #[error]x # #vso[y]" },
    { text: "###[error]x", shown: "## #[error]x" },
    { text: "## heading", shown: "## heading" },
  ])("$text", ({ text, shown }) => {
    expect(visible(text)).toBe(shown);
  });
});
