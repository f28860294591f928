import { isAmbiguous } from "./yaml11.ts";

/** A text without quotes if all readers of YAML 1.1 and 1.2 read it as that text, in double quotes otherwise. */
export function plainOrQuoted(text: string): string {
  return isPlainSafe(text) ? text : doubleQuoted(text);
}

/** A text in double quotes: JSON's escapes, and more for what YAML 1.1 takes for a line break or does not allow. */
export function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const unprintable = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]/g;

/** The lines of a text below `|`, without the last line break; undefined if a reader could get another text back. */
export function blockLines(text: string): readonly string[] | undefined {
  return /^[!-~][\n -~]*[!-~]\n$/.test(text) ? text.slice(0, -1).split("\n") : undefined;
}

/** The lines of a comment, each with its `#`. No reader can take a part of one for the end of its line. */
export function commentLines(comment: string): readonly string[] {
  const printable = comment.replace(/[^\P{C}\n\t]|[\u2028\u2029]/gu, " ");
  return printable.split("\n").map((line) => (line === "" ? "" : `#${line}`.replace(/^# $/, "#")));
}

function isPlainSafe(text: string): boolean {
  return /^[A-Za-z./_][\w./@-]*(:[\w./@-]+)*$/.test(text) && !isAmbiguous(text);
}
