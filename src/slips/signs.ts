import { canStand, contentSpan, isItem, keyOf, type Line } from "./lines.ts";
import { nearbyLines, type Broken, type Edit, type Mend } from "./mend.ts";

/** No-break spaces and their like. */
const spaces = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;

/** Spaces that only look like the common one. */
export function* unusualSpaces(broken: Broken): Generator<Mend> {
  for (const line of nearbyLines(broken)) {
    const found = [...broken.text.slice(line.start, line.end).matchAll(spaces)];
    const [first] = found;
    if (!first) continue;
    const edits = found.map(({ index }) => replace(line.start + index, 1, " "));
    const start = line.start + first.index;
    const code = `U+${first[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    yield {
      edits,
      say: (diagnose) => diagnose("unusual-space", [{ start, end: start + 1 }], { character: code }),
    };
  }
}

/** `-a` for `- a`, `a:b` and `a=b` for `a: b`. */
export function* missingSpaces(broken: Broken): Generator<Mend> {
  for (const line of nearbyLines(broken)) {
    yield* spaceAfterDash(line, broken);
    yield* spaceAfterKey(line);
  }
}

function* spaceAfterDash(line: Line, broken: Broken): Generator<Mend> {
  const isBare = (other: Line): boolean => /^-[^\s-]/.test(other.content) && other.indent === line.indent;
  if (!isBare(line)) return;
  const run = runOf(broken.lines, line, isBare);
  for (const some of run.length > 1 ? [run, [line]] : [run]) {
    const [first, ...others] = some;
    const span = contentSpan(first!);
    const right = `- ${first!.content.slice(1)}`;
    yield {
      edits: some.map((each) => replace(each.start + each.indent + 1, 0, " ")),
      say: (diagnose) =>
        diagnose("missing-space", [{ start: span.start, end: span.start + 1 }], {
          found: first!.content,
          after: "-",
          right,
          more: others.length,
        }),
    };
  }
}

function* spaceAfterKey(line: Line): Generator<Mend> {
  const [, lead = "", key, sign, value] = /^((?:- +)?)([A-Za-z_][\w.-]*)([:=])([^\s].*)$/.exec(line.content) ?? [];
  if (key === undefined || (sign !== ":" && sign !== "=")) return;
  const at = line.start + line.indent + lead.length + key.length;
  const right = `${key}: ${value}`;
  yield {
    edits: [replace(at, 1, ": ")],
    say: (diagnose) =>
      diagnose("missing-space", [{ start: at, end: at + 1 }], {
        found: line.content.slice(lead.length),
        after: sign,
        right,
        more: 0,
      }),
  };
}

/** Items without their dashes. */
export function* missingDashes(broken: Broken): Generator<Mend> {
  for (const line of nearbyLines(broken)) {
    if (line.indent === 0 || isItem(line) || keyOf(line) !== undefined) continue;
    const run = runOf(broken.lines, line, (other) => !isItem(other) && keyOf(other) === undefined);
    for (const some of run.length > 1 ? [run, [line]] : [[line]]) yield* dashesInColumns(some, broken.lines);
  }
}

function columnsOfItems(line: Line, lines: readonly Line[]): readonly number[] {
  const near = lines.filter((other) => Math.abs(other.index - line.index) < 3 && isItem(other));
  return near.map(({ indent }) => indent);
}

function* dashesInColumns(some: readonly Line[], lines: readonly Line[]): Generator<Mend> {
  const [first] = some as readonly [Line, ...Line[]];
  const before = lines.slice(0, lines.indexOf(first));
  for (const column of new Set([...columnsOfItems(first, lines), first.indent]))
    if (canStand(before, column, "item")) yield dashes(some, column);
}

function dashes(some: readonly Line[], column: number): Mend {
  const items = some.map(({ content }) => content);
  return {
    edits: some.map((line) => replace(line.start, line.indent, `${" ".repeat(column)}- `)),
    say: (diagnose) => diagnose("missing-dash", [contentSpan(some[0]!)], { items }),
  };
}

/** Keys without their colons. */
export function* missingColons(broken: Broken): Generator<Mend> {
  for (const line of nearbyLines(broken)) {
    if (!partsOf(line)) continue;
    const run = runOf(broken.lines, line, (other) => partsOf(other) !== undefined);
    for (const some of run.length > 1 ? [[line], run] : [[line]]) yield colons(some);
  }
}

/** A key and its value without a colon between; undefined where there cannot be one. */
function partsOf({
  content,
}: Line): { readonly key: string; readonly gap: string; readonly value: string } | undefined {
  const [, key, gap = "", value = ""] = /^([A-Za-z_][\w.-]*)(?:(\s+)(\S.*))?$/.exec(content) ?? [];
  return key === undefined ? undefined : { key, gap, value };
}

function colons(some: readonly Line[]): Mend {
  const found = some.map((line) => ({ ...partsOf(line)!, start: contentSpan(line).start }));
  const [{ key, value, start }] = found as [(typeof found)[0]];
  return {
    edits: found.map((each) => replace(each.start + each.key.length, each.gap.length, each.gap === "" ? ":" : ": ")),
    say: (diagnose) =>
      diagnose("missing-colon", [{ start, end: start + key.length }], {
        found: key,
        right: value === "" ? `${key}:` : `${key}: ${value}`,
        more: some.length - 1,
      }),
  };
}

/** The lines around one, in its column and without others between, for which something holds. */
function runOf(lines: readonly Line[], line: Line, holds: (other: Line) => boolean): readonly Line[] {
  const at = lines.indexOf(line);
  const belongs = (other: Line | undefined): boolean =>
    other !== undefined && other.indent === line.indent && holds(other);
  let first = at;
  let last = at;
  while (belongs(lines[first - 1])) first--;
  while (belongs(lines[last + 1])) last++;
  return lines.slice(first, last + 1);
}

function replace(start: number, length: number, text: string): Edit {
  return { start, end: start + length, text };
}
