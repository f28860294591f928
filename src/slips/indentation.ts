import { canStand, contentSpan, isItem, keyOf, nameOf, type Line } from "./lines.ts";
import { nearbyLines, type Broken, type Mend } from "./mend.ts";

/** Mistakes that come of lines in a wrong column. */
const misplaced = /^(invalid-yaml|bad-key|wrong-type|empty-field|empty-service|missing-image)$/;

/** Lines that stand too far left or right. */
export function* movedLines(broken: Broken): Generator<Mend> {
  if (!misplaced.test(broken.mistake.code)) return;
  const moves = [...possibleMoves(broken)].toSorted((one, other) => costOf(one) - costOf(other));
  for (const { lines, wanted } of moves) yield move(lines, wanted, broken);
}

interface Move {
  readonly lines: readonly Line[];
  readonly wanted: number;
}

function* possibleMoves(broken: Broken): Generator<Move> {
  const { lines, mistake } = broken;
  const isUnreadable = mistake.code === "invalid-yaml" || mistake.code === "bad-key";
  for (const line of nearbyLines(broken, 2, 2)) {
    // What is empty lacks the lines below it; anything else would hide what was found inside another value.
    const isBelow = mistake.code !== "wrong-type" && line.index + 1 > mistake.labels[0].start.line;
    const mayGoDeeper = isUnreadable || isBelow;
    if (!isItem(line) && keyOf(line) === undefined) continue;
    const isPossible = (wanted: number): boolean => wanted < line.indent || (wanted > line.indent && mayGoDeeper);
    for (const block of blocksAt(lines.indexOf(line), lines)) {
      const columns = [...columnsNear(block, lines)].filter(isPossible);
      yield* columns.filter((wanted) => fits(block, wanted, lines)).map((wanted) => ({ lines: block, wanted }));
    }
  }
}

function fits(block: readonly Line[], wanted: number, lines: readonly Line[]): boolean {
  const [first] = block;
  return canStand(lines.slice(0, lines.indexOf(first!)), wanted, isItem(first!) ? "item" : "key");
}

/** Few lines are moved rather than many, and by little rather than by much. */
function costOf({ lines, wanted }: Move): number {
  return lines.length * 100 + Math.abs(wanted - lines[0]!.indent);
}

/** A line alone; with what is indented below it; and with one or more of those that follow in its column. */
function* blocksAt(at: number, lines: readonly Line[]): Generator<readonly Line[]> {
  const first = lines[at]!;
  let end = at + 1;
  yield [first];
  while (lines[end] && isOwnItem(lines[end]!, first)) end++;
  if (end > at + 1) yield lines.slice(at, end);
  for (let block = 0; block < 12; block++) {
    while (lines[end] && (lines[end]!.indent > first.indent || isOwnItem(lines[end]!, first))) end++;
    if (end > at + 1) yield lines.slice(at, end);
    if (lines[end]?.indent !== first.indent) return;
    end++;
  }
}

/** The items of a key may stand in its column. */
function isOwnItem(line: Line, key: Line): boolean {
  return line.indent === key.indent && isItem(line) && !isItem(key) && key.content.endsWith(":");
}

/** The columns of the lines around, and one step below the last of them. */
function columnsNear(block: readonly Line[], lines: readonly Line[]): ReadonlySet<number> {
  const first = lines.indexOf(block[0]!);
  const around = [...lines.slice(Math.max(0, first - 8), first), ...lines.slice(first + block.length).slice(0, 4)];
  const above = lines[first - 1];
  return new Set([...around.map(({ indent }) => indent), ...(above ? [above.indent + 2] : [])]);
}

function move(lines: readonly Line[], wanted: number, { lines: all }: Broken): Mend {
  const [first] = lines as readonly [Line, ...Line[]];
  const by = wanted - first.indent;
  const before = all.slice(0, all.indexOf(first));
  const after = all.slice(all.indexOf(first) + lines.length);
  const like = before.findLast(({ indent }) => indent <= wanted);
  const isLike = (line: Line | undefined): boolean => line?.indent === wanted && isItem(line) === isItem(first);
  const sibling = isLike(like) ? like : after.find(isLike);
  return {
    edits: lines.map(({ start, indent }) => ({
      start,
      end: start + indent,
      text: " ".repeat(Math.max(0, indent + by)),
    })),
    say: (diagnose) =>
      diagnose("uneven-indentation", [contentSpan(first), ...(sibling ? [contentSpan(sibling)] : [])], {
        first: nameOf(first),
        now: first.indent,
        wanted,
        more: lines.length - 1,
        like: sibling && nameOf(sibling),
      }),
  };
}
