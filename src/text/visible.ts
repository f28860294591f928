/** Text in which nothing acts on a terminal or a build log: control and direction characters are spelt out, log commands broken up. */
export function visible(text: string): string {
  return text
    .replaceAll("\t", "    ")
    .replace(
      /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu,
      (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
    )
    .replace(/##(?=\[|vso\[)/gi, "# #");
}
