/** Why a new service cannot have this name; undefined if it can. Without a name, it is called after its image. */
export function whyNotService(name: string): string | undefined {
  if (name === "" || /^(?!x-)[a-z0-9][\w.-]*$/i.test(name)) return undefined;
  return "a name has letters, digits, `-`, `_` and `.`, and begins with a letter or a digit, but not with `x-`";
}
