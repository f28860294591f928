/** Text of the user in backticks, shortened if it is long. */
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

/**
 * A hint at `--interpolate` for a text that contains a variable, which must be written without a default or the like.
 */
export function variableHint(text: string): string | undefined {
  const [found, name] = /\$(?:[A-Za-z_]|\{([A-Za-z_]\w*)(?::?[-?+][^}]*)?\})/.exec(text) ?? [];
  if (found === undefined) return undefined;
  const plain = name === undefined || found === `\${${name}}` ? "" : ` and write ${quote(`\${${name}}`)}`;
  return `use \`--interpolate\`${plain} if you mean a variable of the shell`;
}

/** A question about the nearest known name, if there is one. */
export function similar(what: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `did you mean the ${what} ${quote(name)}?`;
}
