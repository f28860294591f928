/** A piece of text that begins with `$`, as the second client read it. `extended` is invalid, too, but a variable for Compose. */
export interface DollarPiece {
  readonly kind: "variable" | "escaped" | "extended" | "invalid";
  readonly text: string;
}

/**
 * Every `$NAME`, `${NAME}`, `$$`, and every other `$` with what follows it (source: Python's string.Template, which that client used).
 * Extended are `${NAME:-default}` and the like (source: Compose specification, interpolation).
 */
export function dollarPieces(text: string): readonly DollarPiece[] {
  if (!text.includes("$")) return [];
  const pieces = text.matchAll(
    /\$(?:(\$)|([A-Za-z_]\w*|\{[A-Za-z_]\w*\})|(\{[A-Za-z_]\w*:?[-?+][^}]*\})|(?:\{[^}]*\}?|.)?)/gsu,
  );
  return [...pieces].map(([piece, escaped, variable, extended]) => ({
    kind: escaped ? "escaped" : variable ? "variable" : extended ? "extended" : "invalid",
    text: piece,
  }));
}

/** Writes text so that Compose reads it as it stands: every `$` doubled (source: Compose specification, interpolation). */
export function escapeDollars(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/** Puts variables in braces where `docker stack` would take what follows for a default value or a message (source: docker/cli, template.go). */
export function braceVariables(text: string): string {
  return text.replace(/\$(?:\$|([A-Za-z_]\w*)(?=:?[-?]))/g, (found, name?: string) =>
    name === undefined ? found : `\${${name}}`,
  );
}
