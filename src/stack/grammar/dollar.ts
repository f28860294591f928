/**
 * A piece of text that begins with `$`, as the second command-line client read it. `extended` is invalid for that
 * client and a variable for Compose.
 */
export interface DollarPiece {
  readonly kind: "variable" | "escaped" | "extended" | "invalid";
  readonly text: string;
}

/**
 * Every `$NAME`, `${NAME}`, `$$`, and every other `$` with what follows it (source: Python's string.Template, which
 * that client used). `${NAME:-default}` and the like are extended (source: Compose specification, interpolation).
 */
export function dollarPieces(text: string): readonly DollarPiece[] {
  if (!text.includes("$")) return [];
  const pieces = text.matchAll(
    /\$(?:(\$)|([A-Za-z_]\w*|\{[A-Za-z_]\w*\})|(\{[A-Za-z_]\w*:?[-?+][^}]*\})|(?:\{[^}]*\}?|.)?)/gsu,
  );
  return [...pieces].map(([piece, escaped, variable, extended]) => {
    if (escaped) return { kind: "escaped", text: piece };
    if (variable) return { kind: "variable", text: piece };
    return { kind: extended ? "extended" : "invalid", text: piece };
  });
}

/** The name in `$NAME` or `${NAME}`. */
export function variableName(piece: string): string {
  return piece.replace(/^\$\{?|\}$/g, "");
}

/** Whether a text has a variable in it, if variables are on. */
export function hasVariable(text: string): boolean {
  return dollarPieces(text).some(({ kind }) => kind === "variable");
}

/**
 * The text in which Compose finds no variable and reads every `$` as itself (source: Compose specification,
 * interpolation).
 */
export function escapeDollars(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/**
 * Puts variables in braces where `docker stack` would take the following text for a default value or a message (source:
 * docker/cli, template.go).
 */
export function braceVariables(text: string): string {
  return text.replace(/\$(?:\$|([A-Za-z_]\w*)(?=:?[-?]))/g, (found, name?: string) =>
    name === undefined ? found : `\${${name}}`,
  );
}
