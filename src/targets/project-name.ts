/** The name of a project as Compose normalises it: lowercase letters, digits, `-` and `_`. Empty if nothing is left. */
export function projectName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, "")
    .replace(/^[_-]+/, "");
}
