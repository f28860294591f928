import { contentSpan, type Line } from "./lines.ts";
import { nearbyLines, type Broken, type Mend } from "./mend.ts";

/**
 * Lines before a mistake that may hold the quote that causes it: an open quote is noticed at the next one, or at the
 * end.
 */
const mostLines = 40;

/** A quote without its other half. */
export function* missingQuotes(broken: Broken): Generator<Mend> {
  for (const line of nearbyLines(broken, mostLines)) {
    for (const mark of ['"', "'"]) {
      if (line.content.split(mark).length % 2 === 1) continue;
      const { start, value } = valueOf(line);
      if (value.startsWith("[")) yield* inBrackets(start, value, mark);
      if (value.startsWith(mark)) yield closing(line, mark);
      else if (value.endsWith(mark)) yield opening(line, mark);
    }
  }
}

function closing(line: Line, mark: string): Mend {
  const { key, start, value } = valueOf(line);
  const text = /^.*?(?=\s+#|,?$)/.exec(value)?.[0] ?? value;
  const end = start + text.length;
  return {
    edits: [{ start: end, end, text: mark }],
    say: (diagnose) =>
      diagnose("missing-quote", [{ start, end: line.end }], {
        mark: `\`${mark}\``,
        found: `${key}${text}`,
        right: `${key}${text}${mark}`,
        missing: "closing",
      }),
  };
}

function opening(line: Line, mark: string): Mend {
  const { key, start, value } = valueOf(line);
  return {
    edits: [{ start, end: start, text: mark }],
    say: (diagnose) =>
      diagnose("missing-quote", [{ start, end: line.end }], {
        mark: `\`${mark}\``,
        found: `${key}${value}`,
        right: `${key}${mark}${value}`,
        missing: "opening",
      }),
  };
}

/** The items of a list in brackets, each tried as the one that lacks a quote. */
function* inBrackets(start: number, value: string, mark: string): Generator<Mend> {
  for (const { index, 0: item } of value.matchAll(/[^\s,[\]][^,[\]]*/g)) {
    const missing = item.startsWith(mark) ? "closing" : "opening";
    if (item.startsWith(mark) === item.endsWith(mark)) continue;
    const at = start + index + (missing === "closing" ? item.length : 0);
    const right = missing === "closing" ? `${item}${mark}` : `${mark}${item}`;
    yield {
      edits: [{ start: at, end: at, text: mark }],
      say: (diagnose) =>
        diagnose("missing-quote", [{ start: start + index, end: start + index + item.length }], {
          mark: `\`${mark}\``,
          found: item,
          right,
          missing,
        }),
    };
  }
}

/** A quote of the same kind inside a text in quotes. */
export function* quotesInside(broken: Broken): Generator<Mend> {
  for (const line of nearbyLines(broken, 1, 1)) {
    const { key, start, value } = valueOf(line);
    const [, host, container] = /^["']([^"']*)["']:["']([^"']*)["']$/.exec(value) ?? [];
    if (host !== undefined) {
      const right = `"${host}:${container}"`;
      yield {
        edits: [{ start, end: start + value.length, text: right }],
        say: (diagnose) =>
          diagnose("quote-inside", [{ start, end: line.end }], { found: `${key}${value}`, right: `${key}${right}` }),
      };
    }
    const [, mark, inner] = /^(["'])(.*)\1$/.exec(value) ?? [];
    if (mark === undefined || inner === undefined || !inner.includes(mark)) continue;
    const right = mark === "'" ? `'${inner.replaceAll("''", "'").replaceAll("'", "''")}'` : doubled(inner);
    yield {
      edits: [{ start, end: start + value.length, text: right }],
      say: (diagnose) =>
        diagnose("quote-inside", [{ start, end: line.end }], { found: `${key}${value}`, right: `${key}${right}` }),
    };
  }
}

function doubled(inner: string): string {
  return inner.includes("'") ? `"${inner.replace(/(?<!\\)"/g, '\\"')}"` : `'${inner}'`;
}

/** Text that holds what ends a key. */
export function* unquotedTexts(broken: Broken): Generator<Mend> {
  for (const line of nearbyLines(broken, 1, 1)) {
    const { key, start, value } = valueOf(line);
    if (!/:(\s|$)/.test(value) || /^["'[{&*!|>]/.test(value)) continue;
    const right = value.includes("'") ? JSON.stringify(value) : `'${value}'`;
    yield {
      edits: [{ start, end: start + value.length, text: right }],
      say: (diagnose) =>
        diagnose("unquoted-text", [{ start, end: line.end }], { found: `${key}${value}`, right: `${key}${right}` }),
    };
  }
}

/** The text after the key of a line, or after its dash, with the key (`NAME: `), which tells whether it is a secret. */
function valueOf(line: Line): { readonly key: string; readonly start: number; readonly value: string } {
  const [lead = "", key = ""] = /^(?:-\s+)?([\w.-]+:\s+)?/.exec(line.content) ?? [];
  const value = line.content.slice(lead.length);
  return { key, start: contentSpan(line).start + lead.length, value };
}
