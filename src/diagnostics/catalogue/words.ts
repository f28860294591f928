/** The user's text in backticks, shortened when it is long. */
export function quote(text: string): string {
  return `\`${text.length > 80 ? `${text.slice(0, 77).replace(/[\ud800-\udbff]$/, "")}...` : text}\``;
}

/** "a", "a and b", "a, b, and c", each quoted. */
export function listOf(texts: readonly string[], conjunction: "and" | "or" = "and"): string {
  const quoted = texts.map(quote);
  const last = quoted.at(-1) ?? "";
  if (quoted.length < 3) return quoted.join(` ${conjunction} `);
  return `${quoted.slice(0, -1).join(", ")}, ${conjunction} ${last}`;
}

/** A hint at `--interpolate`, for a text that holds a variable; one with a default or the like has to become a plain one. */
export function variableHint(text: string): string | undefined {
  const [found, name] = /\$(?:[A-Za-z_]|\{([A-Za-z_]\w*)(?::?[-?+][^}]*)?\})/.exec(text) ?? [];
  if (found === undefined) return undefined;
  const plain = name === undefined || found === `\${${name}}` ? "" : ` and write ${quote(`\${${name}}`)}`;
  return `use \`--interpolate\`${plain} if a variable of the shell is meant`;
}

/** A hint at the nearest known name, or nothing. */
export function similar(what: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `the ${what} with a similar name is ${quote(name)}`;
}
