import { contentSpan, type Line } from "./lines.ts";
import type { Broken, Mend } from "./mend.ts";

const closers: Readonly<Record<string, string>> = { "[": "]", "{": "}" };

/** Brackets without their other half, or with that of another kind. */
export function* missingBrackets({ lines, at }: Broken): Generator<Mend> {
  for (const line of lines.slice(Math.max(0, at - 20), at + 1).toReversed()) {
    const open = openBrackets(line);
    const last = open.at(-1);
    if (!last) continue;
    yield* closed(line, last, open);
    // A list over several lines is closed at the end of one of them.
    for (const other of lines.slice(lines.indexOf(line) + 1, at + 1)) yield closedBelow(line, last, other);
  }
}

interface Open {
  readonly sign: string;
  readonly offset: number;
}

/** The brackets of a line that are not closed in it; what stands in quotes does not count. */
function openBrackets(line: Line): readonly Open[] {
  const { start } = contentSpan(line);
  const open: Open[] = [];
  let quote = "";
  for (let index = 0; index < line.content.length; index++) {
    const sign = line.content[index]!;
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if (/["']/.test(sign)) quote = sign;
    else if (sign in closers && /(^|[\s,[{:])$/.test(line.content.slice(0, index)))
      open.push({ sign, offset: start + index });
    else if (sign === closers[open.at(-1)?.sign ?? ""]) open.pop();
  }
  return open;
}

function* closed(line: Line, last: Open, open: readonly Open[]): Generator<Mend> {
  const wanted = open
    .map(({ sign }) => closers[sign])
    .reverse()
    .join("");
  const text = line.content.slice(last.offset - contentSpan(line).start);
  const say = (right: string): Mend["say"] => {
    return (diagnose) =>
      diagnose("missing-bracket", [{ start: last.offset, end: line.end }], {
        open: last.sign,
        close: closers[last.sign]!,
        right,
      });
  };
  if (/[\])}]$/.test(text)) {
    const right = `${text.slice(0, -1)}${closers[last.sign]}`;
    yield { edits: [{ start: line.end - 1, end: line.end, text: closers[last.sign]! }], say: say(right) };
  }
  const body = text.replace(/\s+#.*$/, "");
  const end = last.offset + body.length;
  yield { edits: [{ start: end, end, text: wanted }], say: say(`${body}${wanted}`) };
}

function closedBelow(line: Line, { sign, offset }: Open, other: Line): Mend {
  const close = closers[sign]!;
  const right = `${other.content}${close}`;
  return {
    edits: [{ start: other.end, end: other.end, text: close }],
    say: (diagnose) =>
      diagnose("missing-bracket", [contentSpan(other), { start: offset, end: line.end }], { open: sign, close, right }),
  };
}
