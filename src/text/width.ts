import { eastAsianWidth } from "get-east-asian-width";

/** How many columns of a terminal a text takes, by Unicode's East Asian Width; a combining mark takes none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += /\p{M}/u.test(character) ? 0 : eastAsianWidth(character.codePointAt(0)!);
  return width;
}
