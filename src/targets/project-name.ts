/** The name that Compose makes of a project's name: lowercase, without other characters than letters, digits, `-` and `_`. */
export function projectName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, "")
    .replace(/^[_-]+/, "");
}
