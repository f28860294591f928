/** A section of a config: its first line and the lines below it. */
export interface Section {
  readonly head: string;
  readonly lines: readonly string[];
  /** Under which condition HAProxy reads it, when it starts. */
  readonly condition?: string | undefined;
}

/** The text of a config. Lines that begin with `.` are for HAProxy's preprocessor. */
export function printConfig(comment: string | undefined, sections: readonly Section[]): string {
  const blocks = sections.map(({ head, lines, condition }) => {
    const text = [head, ...lines.map(indented)].join("\n");
    return condition === undefined ? `${text}\n` : `.if ${condition}\n${text}\n.endif\n`;
  });
  return `${comment === undefined ? "" : `# ${comment}\n\n`}${blocks.join("\n")}`;
}

/** A text as one word: in quotes unless every character stands for itself. */
export function word(text: string): string {
  return /^[\w./:@%+=~,-]+$/.test(text) ? text : quoted(text);
}

/** A text between single quotes, where HAProxy changes nothing. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function indented(line: string): string {
  return line.startsWith(".") ? line : `  ${line}`;
}
