/**
 * The same text, harmless in a terminal and a build log. Control and direction characters are spelt out, and the
 * commands of a build log are broken up.
 */
export function visible(text: string): string {
  return text
    .replaceAll("\t", "    ")
    .replace(
      /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu,
      (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
    )
    .replace(/##(?=\[|vso\[)/gi, "# #");
}

/** The same JSON values, written in such a way that they are harmless in a terminal and a build log. */
export function visibleJson(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]|##(?=\[|vso\[)/giu, (found) =>
    found.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}
