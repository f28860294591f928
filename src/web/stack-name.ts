/** Why a new stack cannot have this name; undefined if it can (reference live.md 2.1). */
export function whyNotNamed(name: string, taken: readonly string[]): string | undefined {
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name))
    return "a name has lowercase letters, digits, `-` and `_`, and begins with a letter or a digit";
  return taken.includes(name) ? `there is a stack \`${name}\` already` : undefined;
}
